/** The questions that can be asked of a session: where is the boundary in this range, and what do these releases do. */
import { bisect } from './bisect.js';
import type { Direction } from './bisection.js';
import { BisectError } from './errors.js';
import type { TestableRelease } from './examiner.js';
import type { Recorded } from './ledger.js';
import { releasesBetween, resolveBound } from './registry/bounds.js';
import type { Release } from './registry/releases.js';
import { answerOf, type Answer } from './report/answer.js';
import type { Session } from './session.js';
import type { Judgement } from './verdict.js';

export interface RangeQuestion {
  /** Bounds as typed: version, dist-tag or date. */
  readonly good: string;
  readonly bad: string;
  readonly direction: Direction;
  /** Run everything anew, whatever the ledger knows. */
  readonly fresh: boolean;
}

/** What the asker wants to hear meanwhile. */
export interface Listener {
  onVerdict?(version: string, judgement: Judgement, source: 'run' | 'ledger'): void;
  /** What was fetched ahead for this release has ended, either way. */
  onFetchedAhead?(version: string): void;
  /** A release named for a probe has been run: told at once, should the next one fail. */
  onProbed?(probed: ProbedRelease): void;
}

export interface RangeAnswer {
  readonly answer: Answer;
  /** Releases that were run for it, in order. */
  readonly probed: readonly string[];
}

/**
 * Bisects the releases between two bounds.
 * @throws BisectError for bounds that make no range, and when the environment fails
 */
export async function askRange(
  session: Session,
  question: RangeQuestion,
  listener: Listener,
  signal: AbortSignal,
): Promise<RangeAnswer> {
  const { examiner } = session;
  const { direction, fresh } = question;
  const range = rangeOf(session, question);
  const testable = new Map(range.filter(isTestable).map((release) => [release.version, release]));
  const releaseOf = (version: string) => testable.get(version) as TestableRelease;
  const recalled = fresh ? new Map<string, Judgement>() : recall(session, [...testable.values()]);
  const effects = {
    recall: (version: string) => recalled.get(version),
    examine: async (version: string, stop: AbortSignal) =>
      (await examiner.examine(releaseOf(version), stop)).judgement,
    prefetch: async (version: string, stop: AbortSignal) => {
      await examiner.prefetch(releaseOf(version), stop);
      listener.onFetchedAhead?.(version);
    },
    onVerdict: (version: string, judgement: Judgement, source: 'run' | 'ledger') =>
      listener.onVerdict?.(version, judgement, source),
  };
  const { step, judgements, probed } = await bisect(
    { versions: [...testable.keys()], direction },
    effects,
    signal,
  );
  // What earlier runs have shown of this range is shown as well, also where it contradicts the answer.
  const known = new Map([...recalled, ...judgements]);
  return { answer: answerOf(step, direction, range, known), probed };
}

function recall({ examiner }: Session, releases: readonly TestableRelease[]): Map<string, Judgement> {
  const recalled = new Map<string, Judgement>();
  for (const release of releases) {
    const judgement = examiner.recall(release);
    if (judgement) recalled.set(release.version, judgement);
  }
  return recalled;
}

/** Every published release between the bounds; both ends can be run. */
function rangeOf({ catalogue }: Session, { good, bad, direction }: RangeQuestion): readonly Release[] {
  const { releases, distTags } = catalogue;
  const [from, to] = [good, bad].map((bound) => resolveBound(bound, releases, distTags)) as [string, string];
  const range = releasesBetween(releases, from, to, direction);
  for (const end of [range[0], range.at(-1)]) if (end && !isTestable(end)) throw untestable(end);
  return range;
}

export interface ProbedRelease extends Recorded {
  readonly release: TestableRelease;
}

/**
 * Runs each named release, whatever the ledger knows: one asks for a probe to see it happen.
 * @throws BisectError for versions that cannot be run, and when the environment fails
 */
export async function askReleases(
  { catalogue, examiner }: Session,
  versions: readonly string[],
  listener: Listener,
  signal: AbortSignal,
): Promise<ProbedRelease[]> {
  const { releases, distTags } = catalogue;
  const named = new Set(versions.map((text) => resolveBound(text, releases, distTags)));
  const chosen = [...named].map((version) => {
    const release = releases.find((known) => known.version === version);
    if (release && isTestable(release)) return release;
    throw untestable({ version, missing: release?.missing ?? null });
  });
  const probed: ProbedRelease[] = [];
  for (const release of chosen) {
    const examined = await examiner.examine(release, signal);
    listener.onVerdict?.(release.version, examined.judgement, 'run');
    probed.push({ release, ...examined });
    listener.onProbed?.({ release, ...examined });
  }
  return probed;
}

const isTestable = (release: Release): release is Release & TestableRelease => release.source !== null;

function untestable({ version, missing }: Pick<Release, 'version' | 'missing'>): BisectError {
  return new BisectError('BAD_BOUND', `${version} cannot be tested: ${missing ?? 'it has no executable'}`, {
    hint: 'choose a neighbouring release: "mcp-bisect releases" lists them',
    facts: { version },
  });
}
