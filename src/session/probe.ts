/** Releases that are named: run and judged one by one, or run by hand. */
import type { Inquiry, Listener, ProbedRelease } from './inquiry.js';
import { skipFor } from '../search/drive.js';
import { BisectError } from '../errors.js';
import type { TestableRelease } from '../registry/releases.js';
import type { Judgement } from '../verdict/round.js';
import type { OwnTerminal } from '../probe/by-hand.js';
import type { Observation } from '../probe/observation.js';
import { releaseNamed } from './range.js';
import { resolveBound } from '../registry/bounds.js';
import type { Arm } from '../scenarios/scenario.js';
import type { Session } from './session.js';

/**
 * Runs each named release, whatever the ledger knows: one asks for a probe to see it happen. One whose tarball cannot be had is a
 * skip. What was seen is told through `onProbed`, and not held: it may be much.
 * @throws BisectError for versions that cannot be run, and when the environment fails
 */
export async function askReleases(
  session: Inquiry,
  versions: readonly string[],
  listener: Listener,
  signal: AbortSignal,
): Promise<void> {
  const { catalogue } = session;
  const named = new Set(versions.map((text) => resolveBound(text, catalogue.releases, catalogue.distTags)));
  const chosen = [...named].map((version) => releaseNamed(catalogue, version));
  for (const release of chosen) {
    const one = await probedOf(session, release, signal);
    listener.onVerdict?.(release.version, one.judgement, 'run');
    listener.onProbed?.(one);
  }
}

async function probedOf(
  session: Inquiry,
  release: TestableRelease,
  signal: AbortSignal,
): Promise<ProbedRelease> {
  try {
    const examined = await session.examiner.examine(release, signal);
    return { release, ...examined, health: await healthOf(session, release, examined.judgement, signal) };
  } catch (error) {
    return { release, judgement: skipFor(error), observations: [], health: null };
  }
}

/**
 * Runs one release at somebody's own terminal. Nothing is judged, and the ledger does not hear of it.
 * @param arm whose fixtures it meets
 * @throws BisectError for a version that cannot be run, and when the environment fails
 */
export async function runByHand(
  session: Session,
  version: string,
  arm: Arm,
  terminal: OwnTerminal,
  signal: AbortSignal,
): Promise<Observation> {
  const { catalogue, examiner } = session;
  const release = releaseNamed(catalogue, resolveBound(version, catalogue.releases, catalogue.distTags));
  return examiner.runByHand(release, arm, terminal, signal);
}

/** A verdict that exists is not lost to a health check that the environment prevents. */
async function healthOf(
  { examiner }: Inquiry,
  release: TestableRelease,
  { findings }: Judgement,
  signal: AbortSignal,
): Promise<ProbedRelease['health']> {
  const failed = findings.find(({ outcome }) => outcome === 'fail')?.arm;
  try {
    return (await examiner.checkHealth(release, failed, signal)) ?? null;
  } catch (error) {
    if (signal.aborted || !(error instanceof BisectError)) throw error;
    return { fault: error.message };
  }
}
