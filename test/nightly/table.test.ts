import { describe, expect, it } from 'vitest';
import { claudeCode } from '../../src/clients/claude-code.js';
import { clientTable } from '../../src/nightly/table.js';
import type { Watch } from '../../src/nightly/watch.js';
import { never, type Script } from '../helpers/scripted.js';
import { INTERACTIVE, seen, watchOf } from './setting.js';

const files = { markdown: 'reports/x.md', html: 'reports/x.html' };

/** The table of subjects whose releases behave by these scripts; both sides of a change need so many rounds more. */
function tableOf(columns: readonly (readonly Script[])[], { confirm = 0, reportOn = '' } = {}) {
  const watches = columns.map(
    (scripts, index) =>
      watchOf(scripts, { rule: { confirm }, ...(index > 0 && { subject: INTERACTIVE }) }).watch,
  );
  const reports = new Map<Watch, Map<string, typeof files>>([
    [watches[0] as Watch, new Map([[reportOn, files]])],
  ]);
  const answer = { client: claudeCode, watches, releases: seen(columns[0] ?? []) };
  return clientTable(answer, reports, (text) => text.replaceAll('trial', '[user]'));
}

const cellsOf = (scripts: readonly Script[], confirm = 0) =>
  tableOf([scripts], { confirm })
    .rows.toReversed()
    .map(({ cells }) => cells[0]);
const marksOf = (...asked: Parameters<typeof cellsOf>) => cellsOf(...asked).map((cell) => cell?.mark);

describe('the table', () => {
  it('has the newest release first, a cell for each column, and evidence where anything was tried', () => {
    const { rows, columns } = tableOf([
      ['good |', 'bad |', 'good'],
      ['good', 'good |', 'good'],
    ]);
    expect(columns.map(({ key }) => key)).toEqual(['get-stream-404', 'get-stream-404-interactive']);
    expect(
      rows.map(({ version, cells, evidence }) => [
        version,
        ...cells.map(({ result }) => result),
        evidence?.html,
      ]),
    ).toEqual([
      ['1.0.2', 'untested', 'untested', undefined],
      ['1.0.1', 'bad', 'good', 'evidence/claude-code/1.0.1.html'],
      ['1.0.0', 'good', 'untested', 'evidence/claude-code/1.0.0.html'],
    ]);
  });

  it('says of a release that cannot be run why', () => {
    const missing = 'no linux-x64 package was published';
    expect(tableOf([['good |', 'missing']]).rows).toMatchObject([
      { integrity: null, missing, cells: [{ result: 'untested', reason: missing }] },
      { integrity: 'sha512-0', missing: null },
    ]);
  });

  it('has the changes with the newest first, and the report on each', () => {
    const { changes } = tableOf(
      [
        ['good |', 'bad |', 'good |', 'good |'],
        ['good |', 'good |', 'good |', 'bad |'],
      ],
      { reportOn: '1.0.1' },
    );
    expect(changes.map(({ kind, column, after, report }) => [kind, column, after, report])).toEqual([
      ['regression', 'get-stream-404-interactive', '1.0.3', null],
      ['fix', 'get-stream-404', '1.0.2', null],
      ['regression', 'get-stream-404', '1.0.1', files],
    ]);
  });
});

describe('a cell', () => {
  it.each<[string, Script, object]>([
    ['good', 'good good |', { result: 'good', runs: 2, rounds: { good: 2, bad: 0, skip: 0 } }],
    ['bad, and without what others must not read', 'bad |', { result: 'bad', reason: '[user]: tools-lost' }],
    ['flaky where its rounds disagree', 'good bad |', { result: 'flaky', rounds: { good: 1, bad: 1 } }],
    ['bad with a clear majority', 'good bad bad bad bad bad bad bad |', { result: 'bad' }],
    ['untested, and says nothing', 'good', { result: 'untested', reason: '', testedAt: null }],
  ])('is %s', (_, script, expected) => {
    expect(cellsOf([script])[0]).toMatchObject(expected);
  });

  it('of a release that was tried in vain says why, and when one with a verdict was run', async () => {
    const scripts = ['skip', 'good'];
    const { watch, releases } = watchOf(scripts);
    for (const release of releases) await watch.rounds.examine(release, never);
    const answer = { client: claudeCode, watches: [watch], releases: seen(scripts) };
    const { rows } = clientTable(answer, new Map(), (text) => text);
    expect(rows.flatMap(({ cells }) => cells)).toMatchObject([
      { result: 'good', testedAt: expect.stringMatching(/^2026-06-01T/) },
      { result: 'skip', reason: 'who knows', runs: 0, testedAt: null },
    ]);
  });
});

describe('what a release is to a change', () => {
  it.each<[string, Script[], (string | null)[]]>([
    ['is told on both sides', ['good |', 'bad |'], ['last good', 'first broken']],
    [
      'is what begins with it, where something ends with it too',
      ['good |', 'bad |', 'good |'],
      ['last good', 'first broken', 'first fixed'],
    ],
    [
      'is not that it is the first one, if one before it could not be tested',
      ['good |', 'good', 'bad |'],
      ['last good', null, null],
    ],
  ])('%s', (_, scripts, expected) => {
    expect(marksOf(scripts)).toEqual(expected);
  });

  it('is not said of a change that is not confirmed', () => {
    expect(marksOf(['good |', 'bad |'], 1)).toEqual([null, null]);
  });
});
