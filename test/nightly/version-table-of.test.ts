import { describe, expect, it } from 'vitest';
import { claudeCode } from '../../src/clients/claude-code.js';
import { clientTable, type KnownSubject } from '../../src/nightly/version-table-of.js';
import type { SeenChange } from '../../src/nightly/watch.js';
import { standingOf, type Standing } from '../../src/verdict/standing.js';
import { roundsOf } from '../helpers/scripted.js';
import { INTERACTIVE, seen, SUBJECT } from './setting.js';

const summaryOf = (words: string) => standingOf(roundsOf(words), null) as Standing;

/** What is known of a subject whose releases 1.0.0, 1.0.1 … had these rounds. */
const known = (words: readonly string[], more: Partial<KnownSubject> = {}): KnownSubject => ({
  subject: SUBJECT,
  changes: [],
  summaries: new Map(
    words.flatMap((word, index) => (word === '' ? [] : [[`1.0.${index}`, summaryOf(word)] as const])),
  ),
  skips: new Map(),
  testedAt: new Map(),
  reports: new Map(),
  ...more,
});

const tableOf = (releases: Parameters<typeof clientTable>[2], ...subjects: KnownSubject[]) =>
  clientTable(claudeCode, 'linux-x64', releases, subjects);

const change = (before: number, after: number, more: Partial<SeenChange> = {}): SeenChange => ({
  direction: 'regression',
  before: `1.0.${before}`,
  after: `1.0.${after}`,
  suspects: [],
  isConfirmed: true,
  ...more,
});

const cellsOf = (releases: Parameters<typeof clientTable>[2], subject: KnownSubject) =>
  tableOf(releases, subject)
    .rows.toReversed()
    .map(({ cells }) => cells[0]);

describe('the table', () => {
  it('has the newest release first, and a cell for each column', () => {
    const { rows, columns } = tableOf(
      seen(['good', 'bad']),
      known(['good', 'bad']),
      known(['', 'good'], { subject: INTERACTIVE }),
    );
    expect(columns.map(({ key }) => key)).toEqual(['get-stream-404', 'get-stream-404-interactive']);
    expect(rows.map(({ version, cells }) => [version, ...cells.map(({ result }) => result)])).toEqual([
      ['1.0.1', 'bad', 'good'],
      ['1.0.0', 'good', 'untested'],
    ]);
  });

  it('says what a release is', () => {
    const [first, second] = seen(['good', 'missing']);
    const releases = [
      { ...first, deprecated: 'too old' },
      { ...second, isUnpublished: true },
    ] as ReturnType<typeof seen>;
    const [newest, oldest] = tableOf(releases, known(['good'])).rows;
    expect(oldest).toMatchObject({
      deprecated: 'too old',
      isUnpublished: false,
      integrity: 'sha512-0',
      missing: null,
    });
    expect(newest).toMatchObject({
      isUnpublished: true,
      integrity: null,
      missing: 'no linux-x64 package was published',
    });
  });

  it('has evidence where anything was tried, and nowhere else', () => {
    const skips = new Map([['1.0.1', 'it did not start']]);
    const { rows } = tableOf(seen(['good', 'good', 'good']), known(['good'], { skips }));
    expect(rows.map(({ evidence }) => evidence?.html)).toEqual([
      undefined,
      'evidence/claude-code/1.0.1.html',
      'evidence/claude-code/1.0.0.html',
    ]);
  });

  it('is the same whatever the order in which things were found out', () => {
    const summaries = [...known(['good', 'bad', 'bad']).summaries];
    const releases = seen(['good', 'bad', 'bad']);
    const one = tableOf(releases, known([], { summaries: new Map(summaries) }));
    expect(tableOf(releases, known([], { summaries: new Map(summaries.toReversed()) }))).toEqual(one);
  });
});

describe('a cell', () => {
  it.each<[string, string, object]>([
    ['good', 'good good', { result: 'good', reason: 'good', runs: 2, rounds: { good: 2, bad: 0, skip: 0 } }],
    ['bad', 'bad', { result: 'bad', reason: 'trial: tools-lost', runs: 1 }],
    [
      'flaky where its rounds disagree',
      'good bad',
      { result: 'flaky', rounds: { good: 1, bad: 1, skip: 0 } },
    ],
    ['bad with a clear majority', 'good bad bad bad bad bad bad bad', { result: 'bad' }],
  ])('is %s', (_, words, expected) => {
    const testedAt = new Map([['1.0.0', '2026-06-01T00:00:00.000Z']]);
    expect(cellsOf(seen(['good']), known([words], { testedAt }))[0]).toMatchObject({
      ...expected,
      testedAt: '2026-06-01T00:00:00.000Z',
    });
  });

  it('of a release that was tried in vain says why', () => {
    const skips = new Map([['1.0.0', 'it did not start']]);
    expect(cellsOf(seen(['good']), known([], { skips }))[0]).toMatchObject({
      result: 'skip',
      reason: 'it did not start',
      runs: 0,
      testedAt: null,
    });
  });

  it('of a release that cannot be tried says why, and of one that was not tried nothing', () => {
    expect(cellsOf(seen(['good', 'missing']), known([]))).toMatchObject([
      { result: 'untested', reason: '' },
      { result: 'untested', reason: 'no linux-x64 package was published' },
    ]);
  });
});

describe('what a release is to a change', () => {
  const marks = (count: number, changes: SeenChange[]) =>
    cellsOf(seen(Array.from({ length: count }, () => 'good')), known([], { changes })).map(
      (cell) => cell?.mark,
    );

  it('is told on both sides', () => {
    expect(marks(4, [change(0, 1), change(2, 3, { direction: 'fix' })])).toEqual([
      'last good',
      'first broken',
      'last broken',
      'first fixed',
    ]);
  });

  it('is what begins with it, where something ends with it too', () => {
    expect(marks(3, [change(0, 1), change(1, 2, { direction: 'fix' })])).toEqual([
      'last good',
      'first broken',
      'first fixed',
    ]);
  });

  it('is not said of a change that is not confirmed', () => {
    expect(marks(2, [change(0, 1, { isConfirmed: false })])).toEqual([null, null]);
  });

  it('is not that it is the first one, if one before it could not be tested', () => {
    expect(marks(3, [change(0, 2, { suspects: ['1.0.1'] })])).toEqual(['last good', null, null]);
  });
});

describe('the changes', () => {
  it('are there with the newest first, and the report on each', () => {
    const files = { markdown: 'reports/x.md', html: 'reports/x.html' };
    const { changes } = tableOf(
      seen(['good', 'bad', 'good', 'bad']),
      known([], {
        changes: [change(0, 1), change(2, 3, { isConfirmed: false, suspects: [] })],
        reports: new Map([['1.0.1', files]]),
      }),
      known([], { subject: INTERACTIVE, changes: [change(1, 2, { direction: 'fix' })] }),
    );
    expect(
      changes.map(({ kind, column, after, isConfirmed, report }) => [
        kind,
        column,
        after,
        isConfirmed,
        report,
      ]),
    ).toEqual([
      ['regression', 'get-stream-404', '1.0.3', false, null],
      ['fix', 'get-stream-404-interactive', '1.0.2', true, null],
      ['regression', 'get-stream-404', '1.0.1', true, files],
    ]);
  });
});
