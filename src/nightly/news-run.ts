/** The bisection behind a change, as `mcp-bisect run` would have kept it: the report is made of it. */
import { isReleaseFault } from '../search/drive.js';
import { keptRunOf, type Run } from '../run/run.js';
import type { Identity } from '../machine.js';
import type { RangeAnswer } from '../session/bisect.js';
import type { Isolation } from '../sandbox/steps.js';
import type { Rule } from '../search/question.js';
import type { SeenChange, Watch } from './watch.js';

/** Releases of each side that a report shows, where there are so many alike: as many as the report of shared/seed/ has. */
const SHOWN = 4;

export interface RunMaker {
  readonly tool: string;
  readonly host: Run['host'];
  readonly identity: Identity;
  readonly isolation: Isolation;
  readonly rule: Rule;
  readonly newRunId: () => string;
}

/**
 * Asks once more, mostly from the ledger, about a change among its like. Undefined where the answer is not that change: then it
 * is no news.
 * @throws BisectError when the environment fails
 */
export async function runOnChange(
  watch: Watch,
  change: SeenChange,
  maker: RunMaker,
  signal: AbortSignal,
): Promise<Run | undefined> {
  const wide = watch.around(change, SHOWN);
  const narrow = { older: change.before, newer: change.after };
  for (const { older, newer } of [wide, narrow]) {
    const began = performance.now();
    const found = await watch.ask(change.direction, older, newer, signal).catch((error: unknown) => {
      if (!isReleaseFault(error)) throw error;
    });
    if (found && isAbout(found, change))
      return keep(watch, found, { older, newer }, performance.now() - began, maker);
  }
  return undefined;
}

function isAbout({ answer }: RangeAnswer, { before, after }: SeenChange): boolean {
  const [change] = answer.changes;
  const { boundary, contradictions = [] } = change ?? {};
  return boundary?.before === before && boundary.after === after && contradictions.length === 0;
}

function keep(
  { subject, examiner }: Watch,
  found: RangeAnswer,
  ends: { readonly older: string; readonly newer: string },
  elapsedMs: number,
  { newRunId, isolation, ...maker }: RunMaker,
): Run {
  const { client, scenario, platform, mode } = subject;
  return keptRunOf(found, {
    ...maker,
    id: newRunId(),
    startedAt: new Date(Date.now() - elapsedMs).toISOString(),
    reproduce: reproduceArgs(
      found,
      scenario.file ? `./${scenario.file.name}` : subject.scenarioName,
      client.id,
      mode,
      ends,
    ),
    scenario,
    facts: {
      client: client.id,
      scenario: scenario.id,
      platform,
      mode,
      isolation,
      oracle: null,
      arms: null,
      probed: found.probed,
      downloads: examiner.downloads(),
      elapsedMs: Math.round(elapsedMs),
    },
  });
}

function reproduceArgs(
  { answer }: RangeAnswer,
  scenario: string,
  client: string,
  mode: string,
  { older, newer }: { readonly older: string; readonly newer: string },
): string[] {
  const isFix = answer.changes[0]?.direction === 'fix';
  const bounds = isFix ? ['--find-fix', '--bad', older, '--good', newer] : ['--good', older, '--bad', newer];
  const modes = mode === 'headless' ? [] : ['--mode', mode];
  return ['run', '--client', client, '--scenario', scenario, ...bounds, ...modes];
}
