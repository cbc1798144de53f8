/** Rounds that a test has written down, and a session whose releases behave by them: no process, no registry, no disk. */
import { BisectError, type ErrorCode } from '../../src/errors.js';
import type { Rule } from '../../src/search/question.js';
import type { Rounds } from '../../src/session/rounds.js';
import type { Release, TestableRelease } from '../../src/registry/releases.js';
import type { Session } from '../../src/session/session.js';
import type { ArmFinding, Judgement } from '../../src/verdict/round.js';

/** How one round comes out. `other`: bad, but in another way than `bad`. */
export type Word = 'good' | 'bad' | 'other' | 'skip';

/** One round of each release, and no confirmation. */
export const ONCE: Rule = { repeat: 1, confirm: 0, confidence: 0.95, maxRounds: 120 };

export const never = new AbortController().signal;

export const versionsOf = (count: number) => Array.from({ length: count }, (_, index) => `1.0.${index}`);

/** One round, always a new value. */
export function round(word: Word, changes: Partial<Judgement> = {}): Judgement {
  const plain = { reason: word, findings: [], runs: 1 };
  switch (word) {
    case 'good':
      return { ...plain, verdict: 'good', cause: null, ...changes };
    case 'skip':
      return { ...plain, verdict: 'skip', cause: 'unclear', reason: 'who knows', ...changes };
    case 'bad':
      return { ...failing('tools-lost'), ...changes };
    case 'other':
      return { ...failing('re-initialized'), ...changes };
  }
}

/** A bad round of one failing arm with these symptoms. */
function failing(...symptoms: string[]): Judgement {
  const evidence = symptoms.join('; ');
  const finding: ArmFinding = { arm: 'trial', title: 'trial', outcome: 'fail', evidence, symptoms };
  return { verdict: 'bad', reason: `trial: ${evidence}`, cause: null, findings: [finding], runs: 1 };
}

export const roundsOf = (words: string): Judgement[] =>
  words
    .split(' ')
    .filter(Boolean)
    .map((word) => round(word as Word));

/**
 * What one release does: its rounds in order as words, the last of them for ever; `missing`: nothing is published for this
 * platform; `DISK_FULL`: running it fails with that code. Rounds before `|` are in the ledger.
 */
export type Script = string;

function readScript(script: Script): { known: Judgement[]; next: () => Judgement } {
  const [known, runs] = script.includes('|') ? script.split('|') : ['', script];
  const words = (runs ?? '').split(' ').filter(Boolean);
  let place = 0;
  const next = () => {
    const word = words[Math.min(place, words.length - 1)];
    if (word === undefined) throw new Error(`a round was run that is not in the script "${script}"`);
    place += 1;
    if (/^[A-Z_]+$/.test(word)) throw new BisectError(word as ErrorCode, `it was ${word}`);
    return round(word as Word);
  };
  return { known: roundsOf(known ?? ''), next };
}

/** The releases 1.0.0, 1.0.1 … of these scripts, a day apart. */
export function releasesOf(scripts: readonly Script[]): Release[] {
  return scripts.map((script, index) => {
    const version = `1.0.${index}`;
    const source = {
      package: 'client',
      version,
      entry: 'package/cli.js',
      companions: [],
      runner: 'node' as const,
      tarball: 'http://localhost/x.tgz',
      integrity: `sha512-${index}`,
    };
    return {
      version,
      publishedAt: new Date(Date.UTC(2026, 4, 1 + index, 10, 20, 30, 400)).toISOString(),
      timeDoubtful: false,
      prerelease: false,
      deprecated: null,
      source: script === 'missing' ? null : source,
      missing: script === 'missing' ? 'no linux-x64 package was published' : null,
    };
  });
}

export interface ScriptedSession {
  readonly session: Session;
  /** Every round that was run, in order. */
  readonly ran: string[];
  /** How many were running at the same time at most. */
  readonly most: () => number;
}

/** A session in which every release behaves by its script. */
export function sessionOf(scripts: readonly Script[], changes: Partial<Rounds> = {}): ScriptedSession {
  const releases = releasesOf(scripts);
  const read = new Map(scripts.map((script, index) => [`1.0.${index}`, readScript(script)]));
  const of = ({ version }: TestableRelease) => {
    const found = read.get(version);
    if (!found) throw new Error(`no script for ${version}`);
    return found;
  };
  const ran: string[] = [];
  let [running, most] = [0, 0];
  const rounds: Rounds = {
    recall: (release) =>
      of(release).known.map((judgement, id) => ({
        judgement,
        observations: [],
        id,
        recordedAt: '2026-06-01T00:00:00.000Z',
      })),
    recallSkip: () => undefined,
    examine: async (release) => {
      ran.push(release.version);
      most = Math.max(most, (running += 1));
      try {
        const judgement = of(release).next();
        await Promise.resolve();
        return { judgement, observations: [] };
      } finally {
        running -= 1;
      }
    },
    checkHealth: async () => undefined,
    isHere: async () => true,
    prefetch: async () => {},
    runByHand: async () => Promise.reject(new Error('nobody runs it by hand')),
    downloads: () => 0,
    ...changes,
  };
  const latest = releases.at(-1)?.version ?? '';
  const catalogue = { releases, distTags: { latest }, notes: [] };
  const session = {
    catalogue,
    rounds,
    isolation: 'bwrap',
    notes: [],
    keep: () => {},
    close: async () => {},
  };
  return { session: session as unknown as Session, ran, most: () => most };
}
