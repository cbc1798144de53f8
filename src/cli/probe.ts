/** `probe`: named releases, run and shown with their evidence. */
import type { Client } from '../clients/client.js';
import { askReleases, type ProbedRelease } from '../questions.js';
import { evidenceOf, patternsIn } from '../report/evidence.js';
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
    const { client, scenario, target, mode } = options;
    const { isolation } = session;
    const facts = { client: client.id, scenario: scenario.id, platform: target, mode, isolation };
    const text = (probed: ProbedRelease) => textOf(probed, options.client, context);
    if (!request.json) print(context.console, headlineOf(facts));
    const listener = {
      ...listenerFor(progress),
      onProbed: (one: ProbedRelease) =>
        !request.json && progress.above(() => print(context.console, `\n${text(one)}`)),
    };
    const probed = await askReleases(session, request.versions, listener, context.signal);
    progress.close();
    if (request.json)
      printJson(context.console, {
        schema: 1,
        ...facts,
        probes: probed.map((one) => toDocument(one, client)),
      });
    return probed.some(({ judgement }) => judgement.verdict === 'skip') ? 3 : 0;
  } finally {
    progress.close();
    await closeQuietly(session, progress);
  }
}

function textOf(
  { release, judgement, observations }: ProbedRelease,
  client: Client,
  context: Context,
): string {
  return evidenceOf(release.version, judgement, observations, client, coloursFor(context.console));
}

function toDocument({ release, judgement, observations }: ProbedRelease, { logPatterns }: Client) {
  const { version, source } = release;
  const { integrity, runner } = source;
  const logged = observations.map(({ arm, debugLog }) => ({
    arm,
    patterns: patternsIn(debugLog.text, logPatterns),
  }));
  return { version, ...judgement, integrity, runner, logged, observations };
}
