import { describe, expect, it } from 'vitest';
import { comparisonsOf } from '../../../src/report/html/comparison.js';
import { differenceOf } from '../../../src/report/html/difference.js';
import type { ArmComparison, Comparison, LogDifference } from '../../../src/report/report.js';
import { armWith, ONE_SIDED, ONLY_LINE, pair, SAME } from '../../helpers/report-logs.js';
import { sampleReport } from '../../helpers/reports.js';
import { textOf } from './page.js';

const [sample] = sampleReport.comparisons;
if (!sample) throw new Error('The sample has lost its comparison.');
const [section] = comparisonsOf([sample]);
const html = section?.body.toString() ?? '';
const text = textOf(html);

describe('a good release beside a bad one', () => {
  it('shows what each did, the older one first', () => {
    const order = [
      '2.1.146 good',
      'passes: tool called, result returned, no reconnect',
      '2.1.147 bad',
      'fails: tools lost',
    ];
    const places = order.map((part) => text.indexOf(part));
    expect(places).not.toContain(-1);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(text).toContain('How it ended: exited with code 0, after 730 ms.');
  });

  it('of a fix has the bad release first, since it is the older one', () => {
    const fix: Comparison = { ...sample, direction: 'fix' };
    const [turnedSection] = comparisonsOf([fix]);
    const turned = textOf(turnedSection?.body ?? '');
    expect(turned.indexOf('2.1.147 bad')).toBeLessThan(turned.indexOf('2.1.146 good'));
    expect(turnedSection?.title).toBe('Last broken 2.1.147 beside first fixed 2.1.146');
  });

  it('calls neither of them the first where it is not sure that they are neighbours', () => {
    const titles = comparisonsOf([
      { ...sample, isBoundary: false },
      { ...sample, isBoundary: false, direction: 'fix' },
    ]).map(({ title }) => title);
    expect(titles).toEqual([
      '2.1.146 (works) beside 2.1.147 (broken)',
      '2.1.147 (broken) beside 2.1.146 (works)',
    ]);
  });

  it('of very many is shown as far as there is room, and the rest is counted', () => {
    const sections = comparisonsOf(Array.from({ length: 2_000 }, () => sample));
    expect(sections).toHaveLength(12);
    expect(textOf(sections.at(-1)?.body ?? '')).toContain(
      '… 1,988 more comparisons are left out of this page.',
    );
    expect(textOf(sections[0]?.body ?? '')).not.toContain('left out');
  });

  it('of very much is told in brief', () => {
    const [first] = sample.arms as [ArmComparison];
    const stderr = `${'<'.repeat(150)}\n`.repeat(500);
    const arms = Array.from({ length: 30 }, (_, index) => {
      const arm = `arm-${index}`;
      const evidence = { ...first.bad, arm, stderr };
      return { ...first, arm, good: evidence, bad: evidence };
    });
    const [long] = comparisonsOf([{ ...sample, arms }]);
    expect(long?.body.length).toBeLessThan(1_400_000);
    expect(textOf(long?.body ?? '')).toContain('since this page would be too large');
    expect(textOf(long?.body ?? '').split('fails: tools lost')).toHaveLength(61);
  });

  it('is open where they came out differently, and closed where both are alike', () => {
    const summaries = [...html.matchAll(/<details class="compared"( open)?>\n?<summary><h3><bdi>([^<]*)/g)];
    expect(summaries.map(([, open, title]) => `${title}${open ? ': open' : ''}`)).toEqual([
      '404 before tools: open',
      'GET 405 (control)',
    ]);
  });

  it('marks the requests that differ by more than colour', () => {
    const rows = [...html.matchAll(/<tr( class="differs")?><th scope="row">[^]*?<\/tr>/g)].slice(0, 4);
    expect(rows.map(([row]) => textOf(row).replace('\n', ''))).toEqual([
      expect.stringMatching(/^POST initialize.*=$/),
      expect.stringMatching(/^GET \(listening stream\).*=$/),
      expect.stringMatching(/^POST tools\/list.*closed by the client≠ differs$/),
      expect.stringMatching(/^POST tools\/call.*never≠ differs$/),
    ]);
    expect(html).toContain('<caption>What was asked how often; rows that differ are marked ≠</caption>');
  });

  it('names the tools of the server that the model was offered, and says where it was offered none', () => {
    expect(text).toContain('at 61 ms: 3 tools, of the server: mcp__gateway__lookup_ticket');
    expect(text).toContain('at 61 ms: 2 tools, none of the server’s');
    expect(text).toContain(
      'Its own log says that it\ntook the 404 for an expired session\nclosed its transport',
    );
  });
});

describe('the difference of two logs', () => {
  const arm = armWith({});
  const textOfArm = (shownArm: ArmComparison) => textOf(differenceOf(shownArm, pair, 'here'));
  const shown = (changes: Partial<LogDifference> = {}) => textOfArm(armWith(changes));
  const lines = shown().split('\n');

  it('begins with the lines that tell', () => {
    expect(lines.slice(0, 3)).toEqual([
      'Debug logs',
      'In each of the 4 logs of 2.1.147, and in none of the 4 of 2.1.146',
      '[DEBUG] MCP server "gateway": MCP session expired (server returned 404), triggering reconnection',
    ]);
  });

  it('marks every line with a sign, and says what the signs mean', () => {
    expect(lines).toContain(
      'Around the server: − only 2.1.146, or more often there + only 2.1.147, or more often there',
    );
    expect(shown()).toContain(
      'A line that has only moved counts as unchanged, and stands where 2.1.147 has it.',
    );
    expect(lines).toContain('⋯ 17 unchanged lines');
    expect(lines).toContain('− [DEBUG] MCP server "gateway": Calling MCP tool: lookup_ticket');
    expect(lines).toContain('+ [ERROR] MCP server "gateway" Failed to fetch tools: Not connected');
  });

  it('keeps the whole difference closed', () => {
    expect(differenceOf(arm, pair, 'here').toString()).toContain(
      '<details class="full"><summary>The whole difference, 2 lines</summary>',
    );
  });

  it('is nothing where neither wrote a log', () => {
    expect(differenceOf({ ...arm, log: null }, pair, 'here').toString()).toBe('');
  });

  it('speaks of one log as of one', () => {
    expect(shown({ goodLogs: 1, badLogs: 1 })).toContain('In the log of 2.1.147, and not in that of 2.1.146');
  });

  it('says so where no line names the server, or where nothing differs', () => {
    expect(shown({ focused: [], serverLines: { good: 0, bad: 0 } })).toContain(
      'No line in the logs of 2.1.146 and 2.1.147 names the server.',
    );
    expect(shown({ focused: SAME })).toContain(
      'In the lines that name the server, the logs of 2.1.146 and 2.1.147 do not differ.',
    );
    expect(shown({ telling: [], focused: SAME, full: SAME })).toBe(
      'Debug logs\nThose of 2.1.146 and 2.1.147 do not differ: every line is in both, equally often.',
    );
  });

  it.each(ONE_SIDED)(
    'is none where %s wrote no log: that of %s is shown as what it is',
    (silent, other, alone) => {
      expect(textOfArm(alone)).toBe(
        `Debug logs\n${silent} wrote none, so there is nothing to compare that of ${other} with. Its lines that name the server:\n${ONLY_LINE}`,
      );
    },
  );
});
