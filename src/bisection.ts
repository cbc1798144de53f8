/**
 * The search as a state machine without IO: from the ordered releases and the verdicts known so far to the next step.
 *
 * Each call walks the whole search anew with the known verdicts as its oracle and stops at the first unknown one. The
 * path therefore depends on the verdicts alone: a resumed run, a full ledger and any number of jobs give the same
 * answer as an empty one.
 */

export type Verdict = 'good' | 'bad' | 'skip';

/** `regression`: good first, then bad. `fix`: bad first, then good. */
export type Direction = 'regression' | 'fix';

export interface Question {
  /** Testable releases in order, both ends included: at least two. */
  readonly versions: readonly string[];
  readonly direction: Direction;
}

/** Two neighbouring tested releases with different verdicts. */
export interface Boundary {
  readonly before: string;
  readonly after: string;
}

export type Step =
  /** Run `versions` now; one of `likely` is asked for next, so its tarball may be fetched meanwhile. */
  | { readonly kind: 'probe'; readonly versions: readonly string[]; readonly likely: readonly string[] }
  | { readonly kind: 'found'; readonly boundary: Boundary }
  /** The ends are not as claimed: there is nothing to search for between them. */
  | { readonly kind: 'ends-agree'; readonly older: Verdict; readonly newer: Verdict }
  /** An end could not be tested. */
  | { readonly kind: 'untestable-end'; readonly versions: readonly string[] }
  /** Any of `suspects`, all skipped, or `boundary.after` may be where the change is. */
  | { readonly kind: 'suspects'; readonly boundary: Boundary; readonly suspects: readonly string[] };

export type KnownVerdicts = ReadonlyMap<string, Verdict>;

/** What is expected at the older and at the newer end. */
export function expectedEnds(direction: Direction): { older: Verdict; newer: Verdict } {
  return direction === 'regression' ? { older: 'good', newer: 'bad' } : { older: 'bad', newer: 'good' };
}

/**
 * The next step of the search: both ends first, then halves; skipped releases leave the search and stay as suspects.
 * @throws RangeError if fewer than two versions are given
 */
export function nextStep(question: Question, known: KnownVerdicts): Step {
  return endsStep(question, known) ?? searchStep(question, known);
}

function endsStep(question: Question, known: KnownVerdicts): Step | undefined {
  const { versions, direction } = question;
  const older = versions[0];
  const newer = versions.at(-1);
  if (older === undefined || newer === undefined || older === newer)
    throw new RangeError('a search needs two different ends');
  const unknown = [older, newer].filter((version) => !known.has(version));
  if (unknown.length > 0) return { kind: 'probe', versions: unknown, likely: firstMiddle(question, known) };
  const ends = { older: known.get(older) as Verdict, newer: known.get(newer) as Verdict };
  const skipped = [older, newer].filter((version) => known.get(version) === 'skip');
  if (skipped.length > 0) return { kind: 'untestable-end', versions: skipped };
  const expected = expectedEnds(direction);
  if (ends.older === expected.older && ends.newer === expected.newer) return undefined;
  return { kind: 'ends-agree', ...ends };
}

/** Where the search would go if both ends turn out as claimed. */
function firstMiddle({ versions }: Question, known: KnownVerdicts): string[] {
  const middle = middleOf(versions, 0, versions.length - 1, known);
  return middle === undefined || known.has(versions[middle] as string) ? [] : [versions[middle] as string];
}

function searchStep({ versions, direction }: Question, known: KnownVerdicts): Step {
  const { older } = expectedEnds(direction);
  let low = 0;
  let high = versions.length - 1;
  for (;;) {
    const middle = middleOf(versions, low, high, known);
    if (middle === undefined) return conclusion(versions, low, high);
    const version = versions[middle] as string;
    const verdict = known.get(version);
    if (verdict === undefined)
      return { kind: 'probe', versions: [version], likely: likelyAfter(versions, low, middle, high, known) };
    if (verdict === older) low = middle;
    else high = middle;
  }
}

/** Index of the release nearest to the middle of (low, high) that has not been skipped; the older one of two. */
function middleOf(
  versions: readonly string[],
  low: number,
  high: number,
  known: KnownVerdicts,
): number | undefined {
  const exact = (low + high) / 2;
  let best: number | undefined;
  for (let index = low + 1; index < high; index += 1) {
    if (known.get(versions[index] as string) === 'skip') continue;
    if (best === undefined || Math.abs(index - exact) < Math.abs(best - exact)) best = index;
  }
  return best;
}

/** The releases that would be asked for after `middle`, whichever way its verdict falls. */
function likelyAfter(
  versions: readonly string[],
  low: number,
  middle: number,
  high: number,
  known: KnownVerdicts,
): string[] {
  return [middleOf(versions, middle, high, known), middleOf(versions, low, middle, known)]
    .filter((index) => index !== undefined)
    .map((index) => versions[index] as string)
    .filter((version) => !known.has(version));
}

function conclusion(versions: readonly string[], low: number, high: number): Step {
  const boundary = { before: versions[low] as string, after: versions[high] as string };
  const suspects = versions.slice(low + 1, high);
  return suspects.length === 0 ? { kind: 'found', boundary } : { kind: 'suspects', boundary, suspects };
}

export type Basis = 'tested' | 'inferred';

/** What is known of one release, and whether it was run or lies between two tested releases that agree. */
export interface Standing {
  readonly verdict: Verdict | null;
  readonly basis: Basis | null;
}

/**
 * The standing of every release of `versions` (in order). An untested release has the verdict of the tested ones
 * around it where these agree, and none where they do not. Skips say nothing about their neighbours.
 */
export function standings(versions: readonly string[], known: KnownVerdicts): Standing[] {
  const tested = versions.map((version) => known.get(version));
  return tested.map((verdict, index) => {
    if (verdict !== undefined) return { verdict, basis: 'tested' };
    const before = tested.slice(0, index).findLast(isInformative);
    const after = tested.slice(index + 1).find(isInformative);
    return before !== undefined && before === after
      ? { verdict: before, basis: 'inferred' }
      : { verdict: null, basis: null };
  });
}

function isInformative(verdict: Verdict | undefined): verdict is 'good' | 'bad' {
  return verdict === 'good' || verdict === 'bad';
}
