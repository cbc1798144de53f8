/** `probe`: named releases, run and shown with their evidence. */
import type { Client } from '../clients/client.js';
import { askReleases, type ProbedRelease } from '../session/probe.js';
import { headlineOf } from '../report/terminal.js';
import { evidenceOf, readHealth, type Evidence } from '../report/round-text.js';
import { patternsIn } from '../report/logs.js';
import { redactRecorded, type RecordedFor } from '../report/redact/redact.js';
import type { Identity } from '../machine.js';
import { assertRunnable } from '../registry/platform.js';
import { redactedFacts } from './answered.js';
import { coloursFor, GrowingDocument, print, progressOn } from './console.js';
import { closeQuietly, redactorFor, sessionOptions, type Context } from './context.js';
import { printUnheeded } from './github-actions.js';
import { listenerFor } from './progress.js';
import type { ProbeRequest } from './requests.js';
import { Unfinished } from './unfinished.js';

/**
 * Runs each named release and prints what it did.
 * @returns 0 if every release is good or bad, 3 if one was skipped
 * @throws BisectError for bad input and for a failing environment; what was run until then is printed
 */
export async function probe(request: ProbeRequest, context: Context): Promise<number> {
  const progress = await progressOn(context.console, request.quiet);
  const options = await sessionOptions(request, request.versions, context, progress);
  if (!request.static) assertRunnable(options.target, context.ownTarget);
  const session = await context.openSession(options);
  try {
    for (const note of session.notes) progress.note(note);
    if (request.show && options.mode !== 'interactive')
      progress.note(
        `there is no screen to show in ${options.mode} mode: --show goes with --mode interactive`,
      );
    const { client, scenario, target, mode } = options;
    const { isolation } = session;
    const redact = request.redact ? redactorFor(request, context) : (given: string) => given;
    const oracle = request.oracle ?? null;
    const arms = scenario.asked ?? null;
    const asked = {
      client: client.id,
      scenario: scenario.id,
      platform: target,
      mode,
      isolation,
      oracle,
      arms,
    };
    const facts = redactedFacts(asked, redact);
    const identity = context.identity(options.cacheDir);
    const subject = { client: client.id, scenario, oracle };
    const shown = (probed: ProbedRelease) =>
      request.redact ? redactedProbe(probed, identity, subject) : probed;
    const text = (probed: ProbedRelease) =>
      evidenceOf(
        evidenceFrom(shown(probed), client, scenario.server),
        client,
        coloursFor(context.console),
        request.show,
      );
    const write = (written: string) => context.console.stdout.write(written);
    const document = request.json ? new GrowingDocument({ schema: 1, ...facts }, 'probes', write) : null;
    if (!document) print(context.console, headlineOf(facts));
    let anySkip = false;
    const onProbed = (one: ProbedRelease) => {
      anySkip ||= one.judgement.verdict === 'skip';
      progress.above(() => {
        if (document) document.add(toDocument(shown(one), client, scenario.server));
        else printUnheeded(context.console, `\n${text(one)}`);
      });
    };
    const listener = { ...listenerFor(progress, redact), onProbed };
    try {
      await askReleases(session, request.versions, listener, context.signal);
    } catch (error) {
      throw document?.isBegun ? new Unfinished((ended) => document.end(ended), error) : error;
    }
    document?.end();
    return anySkip ? 3 : 0;
  } finally {
    progress.close();
    await closeQuietly(session, progress);
  }
}

function redactedProbe(probed: ProbedRelease, identity: Identity, subject: RecordedFor): ProbedRelease {
  const { judgement, observations, health } = probed;
  const seen = redactRecorded({ judgement, observations }, identity, subject);
  if (!health || !('journal' in health)) return { ...probed, ...seen };
  const {
    observations: [checked = health],
  } = redactRecorded({ judgement, observations: [health] }, identity, subject);
  return { ...probed, ...seen, health: checked };
}

function evidenceFrom(
  { release, judgement, observations, health }: ProbedRelease,
  client: Client,
  server: string,
): Evidence {
  const { healthCheck } = client;
  const checked = health && healthCheck ? readHealth(health, healthCheck, server) : undefined;
  return { version: release.version, judgement, observations, health: checked };
}

function toDocument(probed: ProbedRelease, client: Client, server: string) {
  const { version, source } = probed.release;
  const { judgement, observations } = probed;
  const { logPatterns } = client;
  const { integrity, runner } = source;
  const logged = observations.map(({ arm, debugLog }) => ({
    arm,
    patterns: patternsIn(debugLog.text, logPatterns),
  }));
  const checked = evidenceFrom(probed, client, server).health;
  const observation = probed.health && 'journal' in probed.health ? probed.health : null;
  const health = checked ? { ...checked, observation } : null;
  return { version, ...judgement, integrity, runner, logged, health, observations };
}
