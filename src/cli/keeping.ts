/** Keeps a run once it is answered, so that `report` finds it. */
import { BisectError } from '../errors.js';
import { type Run, keptRunOf, type RunFacts } from '../run/run.js';
import type { RangeAnswer } from '../session/bisect.js';
import type { Session } from '../session/session.js';
import { cacheDirFor, ruleOf, type Context } from './context.js';
import type { Progress } from './progress.js';
import type { RunRequest } from './requests.js';
import { reproduceArgs } from './reproduce.js';

/** The run, as it will be kept. */
export function runFrom(
  request: RunRequest,
  session: Session,
  found: RangeAnswer,
  facts: RunFacts,
  context: Context,
): Run {
  const now = Date.now();
  return keptRunOf(found, {
    id: context.newRunId(),
    startedAt: new Date(now - facts.elapsedMs).toISOString(),
    tool: context.toolVersion,
    reproduce: reproduceArgs({ ...request, platform: facts.platform }, found.answer, session.scenario.file),
    host: context.host(),
    identity: context.identity(cacheDirFor(request, context)),
    rule: ruleOf(request),
    scenario: session.scenario,
    facts,
  });
}

/**
 * Keeps it. The answer stands without that: what goes wrong is said, and changes neither it nor the exit code.
 * @returns whether it was kept
 */
export function keepQuietly(run: Run, session: Session, progress: Progress): boolean {
  try {
    session.keep(run);
    return true;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const hint = error instanceof BisectError && error.hint ? `; ${error.hint}` : '';
    progress.note(`this run could not be kept for "mcp-bisect report": ${why}${hint}`);
    return false;
  }
}
