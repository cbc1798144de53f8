import { describe, expect, it } from 'vitest';
import type { Console } from '../../src/cli/console.js';
import { nightDocument, nightText, type NightOutcome } from '../../src/cli/night-text.js';
import { BisectError } from '../../src/errors.js';
import type { Night } from '../../src/nightly/nightly.js';
import { NightLog } from '../../src/nightly/log.js';
import { HOSTILE } from '../helpers/reports.js';
import { round } from '../helpers/scripted.js';
import { CELLS, sampleClient, sampleTable } from '../helpers/version-tables.js';
import { SUBJECT, toldChange } from '../nightly/setting.js';

const NOTHING: Night = {
  isQuiet: false,
  news: [],
  untold: [],
  told: [],
  table: null,
  notes: [],
  downloads: 0,
  cacheHits: 0,
  filesWritten: 0,
  failures: [],
};

function outcomeOf(changes: Partial<Night> = {}, ...words: Parameters<typeof round>[0][]): NightOutcome {
  const log = new NightLog(() => {});
  for (const word of words) log.round(SUBJECT, '1.0.0', round(word));
  const redact = (text: string) => text.replaceAll('maja', '[user]');
  const options = { folder: '/home/maja/site', log, redact } as unknown as NightOutcome['options'];
  return { night: { ...NOTHING, ...changes }, options, elapsedMs: 12_345 };
}

const consoleOf = (env: NodeJS.ProcessEnv = {}, columns?: number) =>
  ({ stdout: { isTTY: columns !== undefined, columns }, stderr: {}, env }) as unknown as Console;

const textOf = (changes: Partial<Night> = {}, ...words: Parameters<typeof round>[0][]) =>
  nightText(outcomeOf(changes, ...words), consoleOf());

const small = (cells: readonly (keyof typeof CELLS)[]) => {
  const [row] = sampleClient.rows;
  const [column] = sampleClient.columns;
  const rows = cells.map((kind, index) => ({
    ...row,
    version: `2.1.${cells.length - index}`,
    cells: [CELLS[kind]],
  }));
  return {
    ...sampleTable,
    clients: [{ ...sampleClient, columns: [column], rows, changes: [] }],
  } as typeof sampleTable;
};

describe('the end of a night, for people', () => {
  it('says of a quiet one that nothing was published', () => {
    expect(textOf({ isQuiet: true })).toBe(
      'Nothing was published since the last night.\n\n0 rounds, 0 downloads, 0 from the store; 0 files written to /home/[user]/site; 12.3 s.',
    );
  });

  it('says what it took', () => {
    const text = textOf({ downloads: 1, cacheHits: 2, filesWritten: 7 }, 'good', 'bad', 'skip');
    expect(text).toContain(
      '3 rounds, 1 download, 2 from the store; 7 files written to /home/[user]/site; 12.3 s.',
    );
  });

  it('says what is new, and nothing of no news then', () => {
    const news = [toldChange({ id: 'a' }), toldChange({ id: 'b' })];
    const text = textOf({ news });
    expect(text).toContain('New: title of a\nNew: title of b');
    expect(text).not.toContain('No new changes');
    expect(textOf()).toContain('No new changes.');
    const failures = [new BisectError('BAD_BOUND', '"banana" is no day')];
    expect(textOf({ failures })).toContain('Nothing new was found until it failed.');
  });

  it('says what could not be told, on a quiet night too', () => {
    expect(textOf({ isQuiet: true, untold: [toldChange({ id: 'a' })] })).toContain(
      '1 change could not be told yet',
    );
    expect(textOf({ news: [toldChange({ id: 'b' })], untold: [toldChange({ id: 'a' })] })).toContain(
      '1 change could not be told yet',
    );
  });

  it('has a line for each column, with its state and its changes that are confirmed, the oldest first', () => {
    const text = textOf({ table: sampleTable });
    expect(text).toContain('Claude Code · linux-x64 · 12 releases, the newest 2.1.155');
    const line = text.split('\n').find((one) => one.startsWith('get-stream-404 '));
    expect(line).toMatch(/✔ good +2\.1\.155 +broken in 2\.1\.147, fixed in 2\.1\.153/);
    const modern = text.split('\n').find((one) => one.startsWith('modern-discover'));
    expect(modern).not.toContain('fixed in');
  });

  it.each<[string, (keyof typeof CELLS)[], RegExp]>([
    ['that of the newest release', ['bad', 'good'], /✘ bad +2\.1\.2 /],
    ['that of the newest release which was tried', ['untested', 'untested', 'good'], /✔ good +2\.1\.1 /],
    ['open where the newest could not be tested', ['skip', 'good'], /\? skip +2\.1\.2 /],
    ['open where the newest disagrees with itself', ['flaky', 'good'], /\? flaky +2\.1\.2 /],
    ['that of none', ['untested'], /untested/],
  ])('has as the state of a column %s', (_, cells, expected) => {
    expect(textOf({ table: small(cells) })).toMatch(expected);
  });

  it('says how many results could not be had, and where to look', () => {
    expect(textOf({ table: small(['skip', 'skip', 'good']) })).toContain(
      '2 results could not be had: see /home/[user]/site.',
    );
    expect(textOf({ table: small(['good', 'untested']) })).not.toContain('could not be had');
  });

  it('has colours where they are wanted, and none elsewhere', () => {
    const outcome = outcomeOf({ table: sampleTable, news: [toldChange({ id: 'a' })] });
    expect(nightText(outcome, consoleOf({ FORCE_COLOR: '1' }))).toContain('\u001B[');
    expect(nightText(outcome, consoleOf())).not.toContain('\u001B[');
  });

  it('does not let a client or a registry write to the terminal', () => {
    const change = toldChange({ id: 'a' });
    const news = [{ ...change, message: { ...change.message, title: HOSTILE } }];
    const [client] = small(['bad']).clients;
    const rows = client?.rows.map((row) => ({
      ...row,
      cells: row.cells.map((cell) => ({ ...cell, reason: HOSTILE })),
    }));
    const text = textOf({ table: { schema: 1, clients: [{ ...client, rows }] } as never, news });
    expect(text).toContain('title = "owned"');
    expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
  });
});

describe('the end of a night, for machines', () => {
  it('says nobody’s name where something failed: CI keeps it for all to read', () => {
    const failures = [new BisectError('DISK_FULL', 'no space left in /home/maja', { hint: 'ask maja' })];
    const told = [{ id: 'a', channel: '--on-change', error: 'maja: command not found', place: null }];
    const document = nightDocument(outcomeOf({ failures, told }));
    expect(document).toMatchObject({
      told: [{ error: '[user]: command not found' }],
      errors: [{ message: 'no space left in /home/[user]', hint: 'ask [user]' }],
    });
    expect(JSON.stringify(document)).not.toContain('maja');
  });

  it('names everything, and is JSON', () => {
    const news = [toldChange({ id: 'a' })];
    const told = [{ id: 'a', channel: '--on-change', error: null, place: null }];
    const document = nightDocument(
      outcomeOf(
        {
          news,
          untold: [toldChange({ id: 'b' })],
          told,
          table: sampleTable,
          downloads: 3,
          cacheHits: 2,
          filesWritten: 4,
        },
        'good',
        'bad',
        'bad',
      ),
    );
    expect(document).toMatchObject({
      schema: 1,
      quiet: false,
      news: [{ id: 'a', kind: 'regression' }],
      untold: ['b'],
      told,
      output: '/home/[user]/site',
      filesWritten: 4,
      rounds: { good: 1, bad: 2, skip: 0 },
      downloads: 3,
      cacheHits: 2,
      elapsedMs: 12_345,
      errors: [],
    });
    expect(JSON.parse(JSON.stringify(document))).toEqual(document);
  });

  it('leaves out the reports, which are long, and in the folder', () => {
    expect(JSON.stringify(nightDocument(outcomeOf({ news: [toldChange({ id: 'a' })] })))).not.toContain(
      '# Report',
    );
  });

  it('names what could not be tested, with the reason', () => {
    const { untestable } = nightDocument(outcomeOf({ table: sampleTable })) as { untestable: object[] };
    const reason = 'the client did not start: it asked for a login';
    expect(untestable).toEqual([
      { client: 'claude-code', column: 'slow-initialize', version: '2.1.149', reason },
      { client: 'claude-code', column: 'slow-initialize', version: '2.1.148', reason },
    ]);
  });

  it('names what failed, with a way out where there is one', () => {
    const failures = [
      new BisectError('DISK_FULL', 'no space left', { hint: 'make room' }),
      new BisectError('CACHE_BUSY', 'busy'),
    ];
    expect(nightDocument(outcomeOf({ failures }))).toMatchObject({
      errors: [
        { code: 'DISK_FULL', message: 'no space left', hint: 'make room' },
        { code: 'CACHE_BUSY', message: 'busy', hint: null },
      ],
    });
  });

  it('has every field that the guide names', () => {
    const document = nightDocument(outcomeOf());
    const fields =
      'news told untold untestable rounds downloads cacheHits filesWritten elapsedMs errors'.split(' ');
    expect(Object.keys(document)).toEqual(expect.arrayContaining(fields));
  });
});
