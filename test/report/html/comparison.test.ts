import { describe, expect, it } from 'vitest';
import { comparisonOf, comparisonTitle } from '../../../src/report/html/comparison.js';
import { differenceOf } from '../../../src/report/html/difference.js';
import type { Comparison } from '../../../src/report/report.js';
import { sampleReport } from '../../helpers/reports.js';
import { textOf } from './page.js';

const [sample] = sampleReport.comparisons;
if (!sample) throw new Error('The sample has lost its comparison.');
const html = comparisonOf(sample).toString();
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
    const turned = textOf(comparisonOf(fix));
    expect(turned.indexOf('2.1.147 bad')).toBeLessThan(turned.indexOf('2.1.146 good'));
    expect(comparisonTitle(fix)).toBe('Last broken 2.1.147 beside first fixed 2.1.146');
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
  const log = sample.arms[0]?.log ?? null;
  const lines = textOf(differenceOf(log, sample, 'here')).split('\n');

  it('begins with the lines that tell', () => {
    expect(lines.slice(0, 3)).toEqual([
      'Debug logs',
      'In each of the 4 logs of 2.1.147, and in none of the 4 of 2.1.146',
      '[DEBUG] MCP server "gateway": MCP session expired (server returned 404), triggering reconnection',
    ]);
  });

  it('marks every line with a sign, and says what the signs mean', () => {
    expect(lines).toContain('Around the server: − only 2.1.146 + only 2.1.147');
    expect(lines).toContain('⋯ 17 unchanged lines');
    expect(lines).toContain('− [DEBUG] MCP server "gateway": Calling MCP tool: lookup_ticket');
    expect(lines).toContain('+ [ERROR] MCP server "gateway" Failed to fetch tools: Not connected');
  });

  it('keeps the whole difference closed', () => {
    expect(differenceOf(log, sample, 'here').toString()).toContain(
      '<details class="full"><summary>The whole difference, 2 lines</summary>',
    );
  });

  it('is nothing where neither wrote a log', () => {
    expect(differenceOf(null, sample, 'here').toString()).toBe('');
  });

  it('speaks of one log as of one', () => {
    const once = textOf(differenceOf(log && { ...log, goodLogs: 1, badLogs: 1 }, sample, 'here'));
    expect(once).toContain('In the log of 2.1.147, and not in that of 2.1.146');
  });
});
