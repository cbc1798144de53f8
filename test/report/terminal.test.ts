import { createColors } from 'picocolors';
import { describe, expect, it } from 'vitest';
import type { Row } from '../../src/search/answer.js';
import { releaseText, renderTable, widthOf, wrapped } from '../../src/report/terminal.js';
import type { ArmEvidence } from '../../src/report/evidence.js';
import { hostileReport, sampleReport, sampleRun } from '../helpers/reports.js';
import { asked } from './asked.js';

const lines = (rows: readonly Row[]) => renderTable(rows, createColors(false)).split('\n');

describe('the table', () => {
  it('shows evidence for what was tested, and none for what is inferred', async () => {
    const { rows } = await asked(['good', 'good', 'good', 'bad', 'bad']);
    expect(lines(rows)).toEqual([
      'Version   Released (UTC)     Result              Basis      Evidence',
      '1.0.0     2026-05-01 10:20   ✔ works             tested     good',
      '1.0.1     2026-05-02 10:20   ✔ works             inferred',
      '1.0.2     2026-05-03 10:20   ✔ last known good   tested     good',
      '1.0.3     2026-05-04 10:20   ✘ first broken      tested     trial: tools-lost',
      '1.0.4     2026-05-05 10:20   ✘ broken            tested     trial: tools-lost',
    ]);
  });

  it('colours by what a result says', async () => {
    const { rows } = await asked(['good', 'missing', 'skip', 'bad']);
    const coloured = renderTable(rows, createColors(true)).split('\n').slice(1);
    const colours = coloured.map((line) => /\[(\d+)m(?:[✔✘?] | {2})/.exec(line)?.[1]);
    expect(colours).toEqual(['32', '2', '33', '31']);
  });

  it('shows a release without a date as one', async () => {
    const { rows } = await asked(['good', 'bad']);
    expect(lines(rows.map((row) => ({ ...row, publishedAt: null })))[1]).toContain('1.0.0     unknown');
  });
});

it('a long stretch that says nothing new is folded to its first and its last, with how many are between them', async () => {
  const { rows } = await asked([...Array<string>(40).fill('good'), 'bad']);
  // The middle, 1.0.20, is the first that was run after the ends.
  expect(lines(rows).slice(2, 5)).toEqual([
    expect.stringMatching(/^1\.0\.1 .*inferred$/),
    expect.stringMatching(/^… +17 more$/),
    expect.stringMatching(/^1\.0\.19 .*inferred$/),
  ]);
});

describe('a table that is wider than the terminal', () => {
  const narrow = (width: number, rows: readonly Row[] = sampleRun.answer.rows) =>
    renderTable(rows, createColors(false), width).split('\n');
  const words = (text: string) => text.split(/\s+/).filter(Boolean);
  const withReason = (reason: string) => sampleRun.answer.rows.slice(0, 1).map((row) => ({ ...row, reason }));

  it('is no other as long as it fits', () => {
    const wide = lines(sampleRun.answer.rows);
    const width = Math.max(...wide.map((line) => line.length));
    expect(narrow(width)).toEqual(wide);
    expect(narrow(width - 1)).not.toEqual(wide);
  });

  it('has the evidence below its row, set off, and the other columns aligned', () => {
    expect(narrow(80).slice(0, 8)).toEqual([
      'Version   Released (UTC)     Result              Basis',
      '2.1.142   2026-05-21 02:50   ✔ works             tested',
      '    tool called, result returned, no reconnect',
      '2.1.145   2026-05-21 02:50   ✔ works             inferred',
      '2.1.146   2026-05-21 02:50   ✔ last known good   tested 4×',
      '    tool called, result returned, no reconnect',
      '2.1.147   2026-05-21 02:50   ✘ first broken      tested 4×',
      '    404 before tools: tools lost',
    ]);
  });

  it('has the basis below as well where there is no room for it', () => {
    expect(narrow(50).slice(0, 6)).toEqual([
      'Version   Released (UTC)     Result',
      '2.1.142   2026-05-21 02:50   ✔ works',
      '    tested',
      '    tool called, result returned, no reconnect',
      '2.1.145   2026-05-21 02:50   ✔ works',
      '    inferred',
    ]);
  });

  it('stays within the terminal, loses no word, and has no blanks at line ends', () => {
    const all = words(lines(sampleRun.answer.rows).slice(1).join(' '));
    for (let width = 20; width <= 120; width += 1) {
      const shown = narrow(width);
      expect(Math.max(...shown.map((line) => line.length))).toBeLessThanOrEqual(width);
      expect(words(shown.slice(1).join(' '))).toEqual(all);
      expect(shown.filter((line) => line.endsWith(' '))).toEqual([]);
    }
  });

  it('cuts nothing, be it one word of any length', () => {
    const word = 'x'.repeat(500);
    expect(narrow(60, withReason(`before ${word} after`)).slice(2)).toEqual([
      '    before',
      `    ${word}`,
      '    after',
    ]);
  });

  it('counts characters that take two columns as two', () => {
    const shown = narrow(60, withReason('漢字テスト 🫠🥹 '.repeat(12)));
    expect(shown.length).toBeGreaterThan(4);
    expect(Math.max(...shown.map(widthOf))).toBeLessThanOrEqual(60);
    expect(Math.max(...shown.slice(2).map(widthOf))).toBeGreaterThan(45);
  });
});

describe('text that a client or a registry wrote', () => {
  it('cannot draw on the terminal or break the table', async () => {
    const answer = await asked(['good', 'bad']);
    const hostile = '\u001B[2J\u001B]8;;http://evil\u0007link\u001B]8;;\u0007\nfake row\t\u202Edone\u0000';
    const rows = answer.rows.map((row) => ({ ...row, reason: hostile }));
    const table = renderTable(rows, createColors(false));
    // oxlint-disable-next-line no-control-regex
    expect(table).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202E]/);
    expect(table.split('\n')).toHaveLength(3);
    expect(table).toContain('link fake row done');
  });
});

describe('the width of a line', () => {
  it.each([
    ['plain', 5],
    ['', 0],
    ['漢字', 4],
    ['한글', 4],
    ['ｆｕｌｌ', 8],
    ['ｱ', 1],
    ['✔ ✘ ≠ – … ×', 11],
    ['e\u0301', 1],
    ['\u0301', 0],
    ['⌚🫠🥹', 6],
    ['👨‍👩‍👧', 2],
    ['🇩🇪', 2],
    ['☀\uFE0F', 2],
    ['☀', 1],
    ['\u001B[31mred\u001B[39m', 3],
  ])('of %j is %i', (line, width) => expect(widthOf(line)).toBe(width));
});

describe('a line that is wrapped', () => {
  it('breaks at blanks, as late as it can', () => {
    expect(wrapped('aa bb cc dd', 5)).toEqual(['aa bb', 'cc dd']);
    expect(wrapped('aa bb cc dd', 4)).toEqual(['aa', 'bb', 'cc', 'dd']);
  });

  it('counts wide characters as two', () => expect(wrapped('漢字 漢字 漢', 9)).toEqual(['漢字 漢字', '漢']));

  it('gives a word that is too long a line of its own, whole', () => {
    expect(wrapped('a muchtoolong b', 4)).toEqual(['a', 'muchtoolong', 'b']);
  });

  it('has no lines where there is no text', () => expect(wrapped(' ', 10)).toEqual([]));
});

const rowOf = (version: string, { run } = sampleReport) =>
  run.answer.rows.find((row) => row.version === version) as Row;

describe('the evidence of a release in a report', () => {
  const shown = (version: string, report = sampleReport) =>
    releaseText(rowOf(version, report), report.evidence.get(version) ?? [], createColors(false));

  it('has the output of a command that judged, and what the client logged of the server, bounded', () => {
    const [, arm] = sampleReport.evidence.get('2.1.147') as [ArmEvidence, ArmEvidence];
    const log = Array.from({ length: 30 }, (_, index) => `line ${index}`);
    const told = { ...arm, stdout: 'expected 3\n\u001B[31mgot 0', log };
    const text = releaseText(rowOf('2.1.147'), [told], createColors(false)).split('\n');
    expect(text).toContain('    stdout: expected 3 got 0');
    expect(text.filter((line) => line.startsWith('    log: '))).toHaveLength(21);
    expect(text.at(-1)).toBe('    log: … 10 more');
  });

  it('is one line of a release that could not be run', () => {
    expect(releaseText(rowOf('2.1.149'), [], createColors(false))).toBe(
      '2.1.149  untestable  could not be started: no',
    );
  });

  it('lets nothing act that a client wrote, and begins no line with it', () => {
    const text = shown('2.1.147', hostileReport());
    // oxlint-disable-next-line no-control-regex
    expect(text).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202A-\u202E]/);
    expect(
      text
        .split('\n')
        .filter(
          (line) => !/^(2\.1\.147 | {2}\S| {4,}(\d+ ms|stderr:|stdout:|log:|the client|[┌│└]))/.test(line),
        ),
    ).toEqual([]);
  });
});
