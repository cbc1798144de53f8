/** `probe`: named releases, run and shown with their evidence. */
import type { Client } from '../clients/client.js';
import { ownIdentity, type Identity } from '../machine.js';
import { evidenceOf, readHealth, type Evidence } from '../report/round-text.js';
import { patternsIn } from '../report/logs.js';
import { redactRecorded, type RecordedFor } from '../report/redact/redact.js';
import { askReleases, type ProbedRelease } from '../session/probe.js';
import { redactedFacts } from './answered.js';
import { inSession } from './asking.js';
import type { Typed } from './commands.js';
import { coloursFor, GrowingDocument, print } from './console.js';
import { redactorFor, type Context } from './context.js';
import { printUnheeded } from './github-actions.js';
import { headlineOf } from '../report/terminal.js';
import { listenerFor } from './progress.js';
import { Unfinished } from '../errors.js';

/**
 * Runs each named release and prints what it did.
 * @returns 0 if every release is good or bad, 3 if one was skipped
 * @throws BisectError for bad input and for a failing environment; what was run until then is printed
 */
export async function probe(versions: string[], request: Typed<'probe'>, context: Context): Promise<number> {
  const { console, signal } = context;
  return inSession(request, versions, context, async ({ session, options, progress }) => {
    const { client, scenario, target: platform, mode, cacheDir } = options;
    if (request.show && mode !== 'interactive')
      progress.note(`there is no screen to show in ${mode} mode: --show goes with --mode interactive`);
    const redact = request.redact ? redactorFor(request) : (given: string) => given;
    const { isolation } = session;
    const [oracle, arms] = [request.oracle ?? null, scenario.asked ?? null];
    const asked = { client: client.id, scenario: scenario.id, platform, mode, isolation, oracle, arms };
    const facts = redactedFacts(asked, redact);
    const identity = ownIdentity(cacheDir);
    const shown = (probed: ProbedRelease) =>
      request.redact ? redactedProbe(probed, identity, { client: client.id, scenario, oracle }) : probed;
    const text = (probed: ProbedRelease) => {
      const evidence = evidenceFrom(shown(probed), client, scenario.server);
      return evidenceOf(evidence, client, coloursFor(console), request.show);
    };
    const write = (written: string) => console.stdout.write(written);
    const document = request.json ? new GrowingDocument({ schema: 1, ...facts }, 'probes', write) : null;
    if (!document) print(console, headlineOf(facts));
    let anySkip = false;
    const onProbed = (one: ProbedRelease) => {
      anySkip ||= one.judgement.verdict === 'skip';
      progress.above(() => {
        if (document) document.add(toDocument(shown(one), client, scenario.server));
        else printUnheeded(console, `\n${text(one)}`);
      });
    };
    try {
      await askReleases(session, versions, { ...listenerFor(progress, redact), onProbed }, signal);
    } catch (error) {
      throw document?.isBegun ? new Unfinished((ended) => document.end(ended), error) : error;
    }
    document?.end();
    return anySkip ? 3 : 0;
  });
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
  const { integrity, runner } = source;
  const patterns = ({ text }: { readonly text: string }) => patternsIn(text, client.logPatterns);
  const logged = observations.map(({ arm, debugLog }) => ({ arm, patterns: patterns(debugLog) }));
  const checked = evidenceFrom(probed, client, server).health;
  const observation = probed.health && 'journal' in probed.health ? probed.health : null;
  const health = checked ? { ...checked, observation } : null;
  return { version, ...judgement, integrity, runner, logged, health, observations };
}
