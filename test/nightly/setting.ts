/** What the tests of this folder share: a ledger of their own, subjects, releases that were seen, nights by scripts. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Rule } from '../../src/search/question.js';
import { claudeCode } from '../../src/clients/claude-code.js';
import type { Rounds } from '../../src/session/rounds.js';
import type { TestableRelease } from '../../src/registry/releases.js';
import { openLedger, type Ledger, type Remembered, type ToldChange } from '../../src/ledger/ledger.js';
import { subjectOf } from '../../src/nightly/subjects.js';
import { Watch, type WatchOptions } from '../../src/nightly/watch.js';
import type { NightRelease } from '../../src/nightly/window.js';
import { getStream404 } from '../../src/scenarios/get-stream-404.js';
import type { Store } from '../../src/store/store.js';
import { ONCE, releasesOf, sessionOf, type Script } from '../helpers/scripted.js';

/** A folder that is gone after the test. */
export function folderForTest(): string {
  const folder = mkdtempSync(join(tmpdir(), 'mcp-bisect-nightly-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A ledger that is closed and gone after the test. */
export function ledgerForTest(folder = folderForTest()): Ledger {
  const ledger = openLedger(folder);
  onTestFinished(() => ledger.close());
  return ledger;
}

/** Claude Code under the reported scenario, in both modes. */
const ASKED = { name: 'get-stream-404', scenario: getStream404 };
export const SUBJECT = subjectOf(claudeCode, ASKED, 'headless', 'linux-x64');
export const INTERACTIVE = subjectOf(claudeCode, ASKED, 'interactive', 'linux-x64');

/** The releases 1.0.0, 1.0.1 … of these scripts, all of them published, and due. */
export const seen = (scripts: readonly Script[]): NightRelease[] =>
  releasesOf(scripts).map((release) => ({ ...release, isUnpublished: false, isDue: true }));

export interface RememberingExaminer extends Rounds {
  /** Every round that was run, in order. */
  readonly ran: readonly string[];
}

/**
 * An examiner whose releases behave by scripts, and that recalls what it ran, as the ledger has it do.
 * @param failing by version: what running it rejects with
 */
export function rememberingExaminer(
  scripts: readonly Script[],
  failing: Readonly<Record<string, Error>> = {},
): RememberingExaminer {
  const { session, ran } = sessionOf(scripts);
  const { rounds } = session;
  const recorded: (Remembered & { readonly version: string })[] = [];
  const of = ({ version }: TestableRelease) => recorded.filter((round) => round.version === version);
  return {
    ...rounds,
    ran,
    recall: (release) => [
      ...rounds.recall(release),
      ...of(release).filter(({ judgement }) => judgement.verdict !== 'skip'),
    ],
    recallSkip: (release) => of(release).findLast(({ judgement }) => judgement.verdict === 'skip'),
    examine: async (release, signal) => {
      const { version } = release;
      if (failing[version]) throw failing[version];
      const round = await rounds.examine(release, signal);
      const recordedAt = new Date(Date.UTC(2026, 5, 1, 0, 0, recorded.length)).toISOString();
      recorded.push({ ...round, version, id: 100 + recorded.length, recordedAt });
      return round;
    },
  };
}

/** A change as it was told, `about` nothing and in no channel unless `changes` say so. */
export function toldChange(changes: Partial<ToldChange> & Pick<ToldChange, 'id'>): ToldChange {
  const { id, kind = 'regression', subject = SUBJECT.key } = changes;
  const message = {
    id,
    kind,
    subject,
    about: null,
    title: `title of ${id}`,
    text: '',
    document: { id, kind, report: '# Report' },
  };
  return {
    subject,
    kind,
    direction: 'regression',
    before: '1.0.0',
    after: '1.0.1',
    about: null,
    run: `run-of-${id}`,
    message,
    channels: [],
    ...changes,
  };
}

/** A night of one subject whose releases behave by scripts. What it runs is recalled; skips are noted in `ledger`. */
export function watchOf(
  scripts: readonly Script[],
  { failing = {}, rule = {}, ledger = ledgerForTest(), ...more }: WatchChanges = {},
) {
  const rounds = more.rounds ?? rememberingExaminer(scripts, failing);
  const { catalogue } = sessionOf(scripts).session;
  const releases = seen(scripts);
  const watch = new Watch({
    subject: SUBJECT,
    releases,
    catalogue,
    rule: { ...ONCE, confirm: 2, ...rule },
    nights: ledger.nights,
    retries: 7,
    onRound: () => {},
    today: '2026-11-23',
    ...more,
    rounds,
  });
  const ran = 'ran' in rounds ? (rounds.ran as readonly string[]) : [];
  return { watch, releases: releases as unknown as TestableRelease[], ran };
}

interface WatchChanges extends Partial<Omit<WatchOptions, 'rule'>> {
  readonly failing?: Readonly<Record<string, Error>>;
  readonly rule?: Partial<Rule>;
  readonly ledger?: Ledger;
}

export interface TestStore extends Store {
  /** Versions that were asked for, in order; those that are held now, in order of version; those that were let go of, in order. */
  readonly asked: readonly string[];
  readonly held: readonly string[];
  readonly released: readonly string[];
  /** How many were held at the same time at most. */
  readonly most: number;
}

/**
 * A store that holds nothing but the names of releases.
 * @param failing by version: what asking for it rejects with
 */
export function storeForTest(failing: Readonly<Record<string, Error>> = {}): TestStore {
  const asked: string[] = [];
  const held: string[] = [];
  const released: string[] = [];
  const known = new Set<string>();
  let most = 0;
  const acquire: Store['acquire'] = async ({ version, integrity }) => {
    asked.push(version);
    if (failing[version]) throw failing[version];
    held.push(version);
    most = Math.max(most, held.length);
    const downloaded = !known.has(version);
    known.add(version);
    const release = async () => {
      held.splice(held.indexOf(version), 1);
      released.push(version);
    };
    return { path: '', directory: '', integrity, downloaded, bytes: 0, release };
  };
  const store = {
    acquire,
    asked,
    released,
    get held() {
      return held.toSorted();
    },
    get most() {
      return most;
    },
  };
  return store as unknown as TestStore;
}
