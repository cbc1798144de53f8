/** `probe`: named releases, run and shown with their evidence. */
import { askReleases, type ProbedRelease } from '../questions.js';
import { evidenceOf } from '../report/evidence.js';
import { assertRunnable } from '../session.js';
import { coloursFor, print, printJson, progressOn } from './console.js';
import { closeQuietly, sessionOptions, type Context } from './context.js';
import { headlineOf } from './headline.js';
import { listenerFor } from './progress.js';
import type { ProbeRequest } from './requests.js';

/**
 * Runs each named release and prints what it did.
 * @returns 0 if every release is good or bad, 3 if one was skipped
 * @throws BisectError for bad input and for a failing environment
 */
export async function probe(request: ProbeRequest, context: Context): Promise<number> {
  const progress = progressOn(context.console, request.quiet);
  const options = sessionOptions(request, request.versions, context, progress);
  assertRunnable(options.target, context.ownTarget);
  const session = await context.openSession(options);
  try {
    for (const note of session.notes) progress.note(note);
    const probed = await askReleases(session, request.versions, listenerFor(progress), context.signal);
    progress.close();
    const { client, scenario, target, mode } = options;
    const { isolation } = session;
    const facts = { client: client.id, scenario: scenario.id, platform: target, mode, isolation };
    if (request.json) printJson(context.console, { schema: 1, ...facts, probes: probed.map(toDocument) });
    else print(context.console, [headlineOf(facts), ...probed.map(toText(context))].join('\n\n'));
    return probed.some(({ judgement }) => judgement.verdict === 'skip') ? 3 : 0;
  } finally {
    progress.close();
    await closeQuietly(session, progress);
  }
}

const toText =
  (context: Context) =>
  ({ release, judgement, observations }: ProbedRelease) =>
    evidenceOf(release.version, judgement, observations, coloursFor(context.console));

function toDocument({ release, judgement, observations }: ProbedRelease) {
  const { version, source } = release;
  const { integrity, runner } = source;
  return { version, ...judgement, integrity, runner, observations };
}
