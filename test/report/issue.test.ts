import { describe, expect, it } from 'vitest';
import { markdownOf } from '../../src/report/issue.js';
import type { Comparison, Report, ReportRow } from '../../src/report/report.js';
import { claudeCode } from '../../src/clients/claude-code.js';
import { reportOf } from '../../src/report/report-of.js';
import { keptRun, roundOf } from '../helpers/kept-runs.js';
import { HOSTILE, hostileReport, sampleReport } from '../helpers/reports.js';
import {
  all,
  cells,
  codeOf,
  faultsOf,
  headings,
  parsed,
  proseOf,
  shape,
  text,
  under,
} from '../helpers/mdast.js';

const read = (report: Report) => parsed(markdownOf(report));
const FORM = sampleReport.client.bugForm.fields.map(({ heading }) => heading);
const sample = read(sampleReport);
const wrong = under(sample, "What's Wrong?");
const logs = under(sample, 'Error Messages/Logs');
const steps = under(sample, 'Steps to Reproduce');
const additional = under(sample, 'Additional Information');
const [pair] = sampleReport.comparisons as [Comparison];

describe('the answer', () => {
  it('is the first line, in bold; then what was asked of what', () => {
    const [first, second] = sample.children ?? [];
    expect(first?.children).toMatchObject([{ type: 'strong' }]);
    expect([first, second].map((block) => block && text(block))).toEqual([
      sampleReport.sentence,
      'Claude Code · get-stream-404 · linux-x64 · headless · sealed by bubblewrap',
    ]);
  });

  it('is followed by what speaks against it', () => {
    const [, setting, warning] =
      read({ ...sampleReport, isolation: 'none', oracle: './judge.sh', warnings: ['It was not sealed off.'] })
        .children ?? [];
    expect(setting && text(setting)).toContain(
      'servers of get-stream-404 · judged by ./judge.sh · linux-x64 · headless · not sealed off',
    );
    expect(warning).toMatchObject({ type: 'blockquote' });
    expect(warning && text(warning)).toBe('[!WARNING]It was not sealed off.');
  });
});

describe('the form', () => {
  it("has the client's own headings, in its order, each with something under it", () => {
    expect(headings(sample)).toEqual(FORM);
    for (const heading of FORM) expect(text(under(sample, heading))).not.toBe('');
  });

  it('is filled in', () => {
    const answers = FORM.slice(4, 11).map((heading) => text(under(sample, heading)));
    expect(answers).toEqual([
      'A scripted model API on the loopback; no model was involved.',
      'Yes, this worked in a previous version',
      '2.1.146',
      '2.1.147 is the first that is broken, 2.1.150 the newest that was run and is broken.',
      expect.stringMatching(/^Anthropic API \(.*scripted/),
      'Debian GNU/Linux 12 (bookworm), platform package linux-x64',
      'None: run headless, without a terminal',
    ]);
  });
});

describe('what is wrong', () => {
  it('begins with the version table, in the words of the reported one', () => {
    const [table] = all(wrong, 'table');
    expect(cells(table ?? wrong).map((row) => [row[0], row[2], row[3], row[4]])).toEqual([
      ['Version', 'Result', 'Basis', 'Runs'],
      ['2.1.142', '✅ works', 'tested', '1'],
      ['2.1.145', '✅ works', 'inferred', ''],
      ['2.1.146', '✅ last known good', 'tested 4×', '4'],
      ['2.1.147', '❌ first broken', 'tested 4×', '4'],
      ['2.1.148', '❌ broken', 'inferred', ''],
      ['2.1.149', '❓ untestable', 'tested', '1'],
      ['2.1.150', '❌ broken', 'tested', '1'],
    ]);
    expect(cells(table ?? wrong)[3]).toEqual(
      expect.arrayContaining([
        '2026-05-21 02:50',
        'sha512-21146VZCBWaZ…',
        'tool called, result returned, no reconnect',
      ]),
    );
  });

  it('names the releases that are missing or were not judged', () => {
    expect(all(wrong, 'listItem').map(text)).toEqual(
      expect.arrayContaining([
        'Never published: 2.1.143, 2.1.144.',
        'No verdict, left out of the search: 2.1.149 (the client did not start).',
      ]),
    );
  });

  it('names those that could not be had as well, though they were not run', () => {
    const [row = fail()] = sampleReport.rows;
    const untested = { ...row, basis: null, runs: 0, rounds: { good: 0, bad: 0, skip: 0 } };
    const rows: ReportRow[] = [
      { ...untested, version: '2.1.1', verdict: 'skip', label: 'untestable', reason: 'its tarball is gone' },
      { ...untested, version: '2.1.2', verdict: null, label: 'not available', reason: 'not for linux-x64' },
    ];
    expect(all(read({ ...sampleReport, rows }), 'listItem').map(text)).toEqual(
      expect.arrayContaining([
        'No verdict, left out of the search: 2.1.1 (its tarball is gone).',
        'Not available here, so not run: 2.1.2 (not for linux-x64).',
      ]),
    );
  });

  it('says below the table how much of it earlier runs have seen', () => {
    const old = { ...roundOf('2.1.146', 'good', { startedAt: '2026-01-01T00:00:00.000Z' }) };
    const report = reportOf(keptRun({ releases: { ...keptRun().releases, '2.1.146': [old] } }), claudeCode);
    expect(all(under(read(report), "What's Wrong?"), 'listItem').map(text)).toContainEqual(
      expect.stringMatching(/^Rounds from earlier runs: \d+ of \d+ rounds/),
    );
    expect(text(under(sample, "What's Wrong?"))).not.toContain('earlier runs');
  });

  it('sets the last good against the first bad release, arm by arm, with what the bad one logged', () => {
    expect(cells(all(wrong, 'table')[1] ?? wrong)).toEqual([
      ['Server behaviour', '2.1.146', '2.1.147'],
      ['404 before tools', '✅ tool called, result returned, no reconnect', '❌ tools lost'],
    ]);
    expect(text(wrong)).toContain('2.1.147 took the 404 for an expired session, closed its transport');
  });
});

describe('what should happen', () => {
  it('shows the control, and names the part of the specification once, without a claim', () => {
    const expected = under(sample, 'What Should Happen?');
    expect(cells(all(expected, 'table')[0] ?? expected)[1]?.map((cell) => cell.slice(0, 3))).toEqual([
      'GET',
      '✅ t',
      '✅ t',
    ]);
    expect(text(expected)).toContain(sampleReport.scenario.spec);
    const said = read({ ...sampleReport, expected: `As in ${sampleReport.scenario.spec}.` });
    expect(text(under(said, 'What Should Happen?')).split(sampleReport.scenario.spec)).toHaveLength(2);
  });
});

describe('the logs', () => {
  it('begin with the lines that only the bad release writes, and say in how many logs', () => {
    expect(text(logs)).toContain('In all 4 logs of 2.1.147, in none of the 4 of 2.1.146:');
    expect(codeOf(logs, 'text')[0]?.split('\n')).toEqual(pair.arms[0]?.log?.telling);
  });

  it('say so plainly where there was one log of each', () => {
    const once = withArm({ log: { ...logOf(), goodLogs: 1, badLogs: 1 } });
    expect(text(read(once))).toContain('In the log of 2.1.147, and not in that of 2.1.146:');
  });

  it('show as added what the broken release does, and as removed what it does no more', () => {
    const [focused = ''] = codeOf(logs, 'diff');
    const signed = (sign: string) => focused.split('\n').filter((line) => line.startsWith(sign));
    expect(signed('+ ')).toHaveLength(3);
    expect(signed('+ ')[0]).toContain('MCP session expired (server returned 404)');
    expect(signed('- ')).toEqual(['- [DEBUG] MCP server "gateway": Calling MCP tool: lookup_ticket']);
  });

  it('have both journals side by side: what is the same in one row, the rest marked', () => {
    const journal =
      all(logs, 'table')
        .map(cells)
        .find((rows) => rows[0]?.includes('ms')) ?? [];
    expect(journal[0]).toEqual(['', 'ms', '2.1.146 ✅', 'ms', '2.1.147 ❌']);
    expect(journal[5]).toEqual([
      '',
      '23',
      '← gateway: 404 (to GET; held 1 ms)',
      '23',
      '← gateway: 404 (to GET; held 1 ms)',
    ]);
    expect(journal).toContainEqual(['≠', '', '', '29', '→ gateway: closed by the client (POST tools/list)']);
    expect(journal).toContainEqual(['≠', '70', '→ gateway: POST tools/call', '', '']);
  });

  it('do not take another moment for another step', () => {
    const bad = pair.arms[0]?.bad ?? fail();
    const later = bad.steps.map((step) => ({
      ...step,
      detail: step.detail.replace('held 1 ms', 'held 7.5 ms'),
    }));
    const journal = all(read(withArm({ bad: { ...bad, steps: later } })), 'table').map(cells);
    expect(journal.find((rows) => rows[0]?.includes('ms'))).toContainEqual([
      '',
      '23',
      '← gateway: 404 (to GET; held 1 ms)',
      '23',
      '← gateway: 404 (to GET; held 7.5 ms)',
    ]);
  });

  it('promise no more of a journal than other formats have', () => {
    const bad = pair.arms[0]?.bad ?? fail();
    const cutHere = { ...bad, steps: Array.from({ length: 110 }, () => bad.steps[0] ?? fail()) };
    expect(text(read(withArm({ bad: cutHere })))).toContain('10 steps left out here. To see more:');
    const journal = text(under(read(withArm({ bad: { ...bad, omitted: 9 } })), 'Error Messages/Logs'));
    expect(journal).toContain('9 more steps not kept in the report.');
    expect(journal).not.toContain('left out here');
  });

  it('explain the mark where there is one', () => {
    const explained = '≠: not at this place in the journal of the other release.';
    expect(text(logs)).toContain(explained);
    const { good } = pair.arms[0] ?? fail();
    expect(text(under(read(withArm({ bad: good })), 'Error Messages/Logs'))).not.toContain('≠');
  });

  it('number the sessions of a client that opens more than one', () => {
    const bad = pair.arms[0]?.bad;
    const again = { ...(bad?.steps[0] ?? fail()), session: 2 };
    const report = withArm({ bad: { ...(bad ?? fail()), steps: [...(bad?.steps ?? []), again] } });
    expect(markdownOf(report)).toContain('→ gateway: POST initialize · session 2 |');
    expect(markdownOf(sampleReport)).not.toContain('· session');
  });

  it('say what the model was sent, the whole array folded', () => {
    expect(all(logs, 'table').map(cells)).toContainEqual([
      ['Sent to the model', '2.1.146', '2.1.147'],
      ['request 1', '3 tools, of the server mcp__gateway__lookup_ticket', '2 tools, none of the server'],
    ]);
    expect(codeOf(logs, 'json').map((block) => JSON.parse(block) as unknown)).toEqual([
      ['Bash', 'Read', 'mcp__gateway__lookup_ticket'],
      ['Bash', 'Read'],
    ]);
  });
});

describe('the steps', () => {
  it('are one line, the least configuration, the server as a table, and five by hand', () => {
    expect(codeOf(steps, 'shell')).toEqual([sampleReport.reproduce]);
    expect(codeOf(steps, 'json')).toEqual([sampleReport.configuration?.text]);
    expect(cells(all(steps, 'table')[0] ?? steps).at(-1)).toEqual([
      'POST tools/call',
      '200 · {"content":[]}',
      '1×',
      'never',
    ]);
    expect(all(steps, 'listItem').map(text)).toContain(
      'Install the release: npm install @anthropic-ai/claude-code@2.1.147.',
    );
    expect(all(steps, 'listItem')).toHaveLength(5);
  });

  it('name the protocol version that the server speaks, where it is known', () => {
    const [first] = all(steps, 'listItem').map(text);
    expect(first).toContain('It speaks protocol version 2025-11-25 of MCP.');
    const unknown = read({ ...sampleReport, protocolVersion: '' });
    expect(text(under(unknown, 'Steps to Reproduce'))).not.toContain('protocol version');
  });

  it('are the command alone where a command of the user judged', () => {
    const judged = read({ ...sampleReport, oracle: './judge.sh', configuration: null, comparisons: [] });
    expect(all(under(judged, 'Steps to Reproduce'), 'code', 'list').map(({ type }) => type)).toEqual([
      'code',
    ]);
  });
});

describe('what is added', () => {
  it('tells how it was found: environment, search, every verdict, the run and the issue', () => {
    const tables = all(additional, 'table').map(cells);
    expect(tables).toContainEqual([
      ['After', 'Releases', 'Why'],
      ['0 ms', '2.1.142 ✅, 2.1.150 ❌', 'both ends, before anything else'],
      ['3.1 s', '2.1.146 ✅', 'the middle of what is left'],
    ]);
    expect(tables.find((rows) => rows[0]?.[0] === 'Release')).toHaveLength(10);
    expect(text(additional)).toMatch(
      /mcp-bisect 0\.1\.0, run 7f3a01 of 2026-11-23 00:10 UTC: 4 releases run, 4 downloads, 12\.4 s/,
    );
    expect(all(additional, 'link').map(({ url }) => url)).toEqual([sampleReport.scenario.issue]);
  });

  it.each([
    'javascript:alert(1)',
    'http://a.example/1',
    'https://a.example/)[x](y',
    'https://a.example/ @octocat',
    'https://a@b.example/',
  ])('makes no link of %s', (issue) => {
    const tree = read({ ...sampleReport, scenario: { ...sampleReport.scenario, issue } });
    expect(all(tree, 'link')).toEqual([]);
    expect(text(tree)).toContain(issue);
    expect(faultsOf(tree, [])).toEqual([]);
  });

  it('folds the other side of a window, which is called a fix only where it is sure to be one', () => {
    const fix: Comparison = { ...pair, direction: 'fix', good: '2.1.152', bad: '2.1.150' };
    const foldsOf = (isBoundary: boolean) =>
      all(read({ ...sampleReport, asked: 'window', comparisons: [pair, { ...fix, isBoundary }] }), 'html');
    expect(foldsOf(true).map(text)).toContain(
      '<details>\n<summary>Last broken 2.1.150 beside first fixed 2.1.152</summary>',
    );
    expect(foldsOf(false).map(text)).toContain(
      '<details>\n<summary>2.1.150 (broken) beside 2.1.152 (works)</summary>',
    );
    expect(foldsOf(false).map(text).join('\n')).not.toMatch(/fixed/);
  });

  it('says of two searches which side of the bad release each was on', () => {
    const step = sampleReport.path[1] ?? fail();
    const path = (['before', 'after'] as const).map((side, index) => ({ ...step, search: index + 1, side }));
    const rows = all(read({ ...sampleReport, asked: 'window', path }), 'table').map(cells);
    expect(rows.find((row) => row[0]?.[0] === 'Search')?.map(([first]) => first)).toEqual([
      'Search',
      'before the bad release: where it broke',
      'after the bad release: where it was fixed',
    ]);
  });
});

describe('a report without a boundary', () => {
  const row = (version: string) => sampleReport.rows.find((one) => one.version === version) ?? fail();
  const open = (
    outcome: Report['outcome'],
    rows: readonly ReportRow[],
    more: Partial<Report> = {},
  ): Report => ({
    ...sampleReport,
    outcome,
    rows,
    comparisons: [],
    lastGood: null,
    firstBad: null,
    newestBad: null,
    releases: sampleReport.releases.filter(({ version }) => rows.some((one) => one.version === version)),
    ...more,
  });
  it('shows what was seen of every release that was run, and the journal of the newest', () => {
    const tree = read(open('ends-agree', [row('2.1.142'), row('2.1.146')]));
    expect(headings(tree)).toEqual(FORM);
    const seen = all(under(tree, "What's Wrong?"), 'table').map(cells)[1] ?? [];
    expect(seen.map(([version]) => version)).toEqual(['Release', '2.1.142', '2.1.142', '2.1.146', '2.1.146']);
    expect(all(under(tree, 'Error Messages/Logs'), 'html').map(text)).toContain(
      '<details>\n<summary>The journal of 2.1.146</summary>',
    );
    expect(faultsOf(tree, [sampleReport.scenario.issue])).toEqual([]);
  });

  it('has something under every heading where nothing could be judged at all', () => {
    const tree = read(open('inconclusive', [row('2.1.149')], { releases: [], path: [], environment: [] }));
    for (const heading of FORM) expect(text(under(tree, heading))).not.toBe('');
  });
});

describe('hostile text', () => {
  const hostile = read(hostileReport());

  it('changes nothing but the text shown', () => {
    const whole = (raw?: string) => parsed(markdownOf(hostileReport(raw), { maxChars: 1_000_000 }));
    expect(shape(whole())).toBe(shape(whole('harmless')));
  });

  it('makes no link, mention, picture, reference or tag', () => {
    expect(faultsOf(hostile, [sampleReport.scenario.issue])).toEqual([]);
    expect(proseOf(hostile)).not.toContain('evil');
  });

  it('is there to be read', () => {
    expect(codeOf(under(hostile, 'Error Messages/Logs'), 'text')[0]).toContain(
      '<script>document.title = "owned"</script>',
    );
  });

  it('adds no row that says something else to the version table', () => {
    const [table] = all(under(hostile, "What's Wrong?"), 'table');
    expect(cells(table ?? hostile).map((row) => row.length)).toEqual(Array<number>(8).fill(7));
    expect(
      cells(table ?? hostile)
        .map(([version]) => version)
        .slice(1),
    ).toEqual(sampleReport.rows.map(({ version }) => version));
  });

  it('leaves no control or direction-changing character', () => {
    expect(markdownOf(hostileReport()).replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(HOSTILE).toContain('\u202E');
  });
});

const fail = (): never => {
  throw new Error('the sample report has changed');
};
const logOf = () => pair.arms[0]?.log ?? fail();

/** The sample report with something else in its first arm. */
function withArm(more: Partial<Comparison['arms'][number]>): Report {
  const [first = fail(), ...others] = pair.arms;
  return { ...sampleReport, comparisons: [{ ...pair, arms: [{ ...first, ...more }, ...others] }] };
}
