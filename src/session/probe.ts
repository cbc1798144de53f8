/** Releases that are named: run and judged one by one, or run by hand. */
import { BisectError } from '../errors.js';
import type { OwnTerminal } from '../probe/by-hand.js';
import type { Observation } from '../probe/observation.js';
import { resolveBound } from '../registry/bounds.js';
import type { TestableRelease } from '../registry/releases.js';
import type { NotRun } from '../report/round-text.js';
import type { Arm } from '../scenarios/scenario.js';
import { skipFor } from '../search/drive.js';
import type { Judgement, Round } from '../verdict/round.js';
import type { Catalogue } from './catalogue.js';
import { releaseNamed } from './range.js';
import type { Inquiry, Listener } from './rounds.js';

export interface ProbedRelease extends Round {
  readonly release: TestableRelease;
  /** What the client's own health check did; null where it has none. It is no part of the judgement. */
  readonly health: Observation | NotRun | null;
}

export interface ProbeListener extends Listener {
  /** A release named for a probe has been run: told at once. */
  onProbed?(probed: ProbedRelease): void;
}

/**
 * Runs each named release, whatever the ledger knows: one asks for a probe to see it happen. One whose tarball cannot be had is a
 * skip. What was seen is told through `onProbed`, and not held: it may be much.
 * @throws BisectError for versions that cannot be run, and when the environment fails
 */
export async function askReleases(
  session: Inquiry,
  versions: readonly string[],
  listener: ProbeListener,
  signal: AbortSignal,
): Promise<void> {
  const chosen = new Set(versions.map((typed) => releaseTyped(typed, session.catalogue)));
  for (const release of chosen) {
    const one = await probedOf(session, release, signal);
    listener.onVerdict?.(release.version, one.judgement, 'run');
    listener.onProbed?.(one);
  }
}

const releaseTyped = (typed: string, catalogue: Catalogue) =>
  releaseNamed(catalogue, resolveBound(typed, catalogue.releases, catalogue.distTags));

async function probedOf(
  session: Inquiry,
  release: TestableRelease,
  signal: AbortSignal,
): Promise<ProbedRelease> {
  try {
    const round = await session.rounds.examine(release, signal);
    return { release, ...round, health: await healthOf(session, release, round.judgement, signal) };
  } catch (error) {
    return { release, judgement: skipFor(error), observations: [], health: null };
  }
}

/** A verdict that exists is not lost to a health check that the environment prevents. */
async function healthOf(
  { rounds }: Inquiry,
  release: TestableRelease,
  { findings }: Judgement,
  signal: AbortSignal,
): Promise<ProbedRelease['health']> {
  const failed = findings.find(({ outcome }) => outcome === 'fail')?.arm;
  try {
    return (await rounds.checkHealth(release, failed, signal)) ?? null;
  } catch (error) {
    if (signal.aborted || !(error instanceof BisectError)) throw error;
    return { fault: error.message };
  }
}

/**
 * Runs one release at somebody's own terminal. Nothing is judged, and the ledger does not hear of it.
 * @param arm whose fixtures it meets
 * @throws BisectError for a version that cannot be run, and when the environment fails
 */
export async function runByHand(
  { catalogue, rounds }: Inquiry,
  version: string,
  arm: Arm,
  terminal: OwnTerminal,
  signal: AbortSignal,
): Promise<Observation> {
  return rounds.runByHand(releaseTyped(version, catalogue), arm, terminal, signal);
}
