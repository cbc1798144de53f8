/** `probe`: named releases, run and shown with their evidence. */
import type { Verdict } from '../bisection.js';
import { BisectError } from '../errors.js';
import type { Examined, TestableRelease } from '../examiner.js';
import type { Observation } from '../probe/observation.js';
import { resolveBound } from '../registry/bounds.js';
import { evidenceOf } from '../report/evidence.js';
import { assertRunnable, type Session } from '../session.js';
import { coloursFor, print, printJson, progressOn } from './console.js';
import { sessionOptions, type Context } from './context.js';
import { headlineOf } from './headline.js';
import type { ProbeRequest } from './requests.js';

/**
 * Runs each release anew, whatever the ledger knows: one asks for a probe to see it happen.
 * @returns 0 if every release is good or bad, 3 if one was skipped
 * @throws BisectError for bad input and for a failing environment
 */
export async function probeCommand(request: ProbeRequest, context: Context): Promise<number> {
  const progress = progressOn(context.console, request.quiet);
  const options = sessionOptions(request, request.versions, context, progress);
  assertRunnable(options.target, context.ownTarget);
  const session = await context.openSession(options);
  try {
    for (const note of session.notes) progress.note(note);
    const releases = [...new Set(request.versions)].map((text) => testableRelease(text, session));
    const results: Probed[] = [];
    for (const release of releases) {
      const examined = await session.examiner.examine(release, context.signal);
      const { verdict, reason } = examined.judgement;
      progress.verdict(release.version, verdict, reason, 'run');
      results.push({ release, ...examined });
    }
    progress.close();
    const { client, scenario, target, mode } = options;
    const facts = {
      client: client.id,
      scenario: scenario.id,
      platform: target,
      mode,
      isolation: session.isolation,
    };
    if (request.json) printJson(context.console, { schema: 1, ...facts, probes: results.map(toDocument) });
    else print(context.console, [headlineOf(facts), ...results.map(inText(context))].join('\n\n'));
    return results.some(({ judgement }) => judgement.verdict === 'skip') ? 3 : 0;
  } finally {
    progress.close();
    await session.close();
  }
}

interface Probed extends Examined {
  readonly release: TestableRelease;
}

function testableRelease(text: string, { catalogue }: Session): TestableRelease {
  const { releases, distTags } = catalogue;
  const version = resolveBound(text, releases, distTags);
  const release = releases.find((known) => known.version === version);
  if (release?.source) return { version, source: release.source };
  throw new BisectError('BAD_BOUND', `${version} cannot be tested: ${release?.missing ?? 'no executable'}`, {
    hint: 'see "mcp-bisect releases" for those that can',
  });
}

const inText = (context: Context) => (probed: Probed) =>
  evidenceOf(probed.release.version, probed.judgement, probed.observations, coloursFor(context.console));

interface ProbeDocument {
  readonly version: string;
  readonly verdict: Verdict;
  readonly reason: string;
  readonly observations: readonly Observation[];
}

function toDocument({ release, judgement, observations }: Probed): ProbeDocument & Record<string, unknown> {
  const { verdict, reason, cause, findings, runs } = judgement;
  const { integrity, runner } = release.source;
  return {
    version: release.version,
    verdict,
    reason,
    cause,
    findings,
    runs,
    integrity,
    runner,
    observations,
  };
}
