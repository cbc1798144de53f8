import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Row } from '../../src/search/answer.js';
import { reproduceLine } from '../../src/report/carried-file.js';
import type { ArmComparison, Comparison } from '../../src/report/comparison.js';
import { markdownOf } from '../../src/report/issue.js';
import type { Report } from '../../src/report/report.js';
import { sentenceOf } from '../../src/report/sentence.js';
import {
  HOSTILE,
  hostileReport,
  LINKS,
  reportWith,
  sampleReport,
  sampleRun,
  withRows,
} from '../helpers/reports.js';
import { all, cells, codeOf, faultsOf, headings, parsed, shape, text, under } from '../helpers/mdast.js';

/** What a report says is in test/golden. Here is what it never does, whatever it is given. */

const GITHUB = 65_536;
const FORM = sampleReport.client.bugForm.fields.map(({ heading }) => heading);
const { rows: ROWS } = sampleRun.answer;
const read = (report: Report) => parsed(markdownOf(report));
const [pair] = sampleReport.comparisons as [Comparison];
const [arm, ...others] = pair.arms as [ArmComparison];

/** The sample report with something else in its first arm. */
const withArm = (more: Partial<ArmComparison>): Report => ({
  ...sampleReport,
  comparisons: [{ ...pair, arms: [{ ...arm, ...more }, ...others] }],
});

/** The lists that may be of any length, at any depth. */
const LONG = new Set(
  [
    'focused full telling steps tools names fromServer logged screen exchanges',
    'arms comparisons paths evidence',
  ].flatMap((names) => names.split(' ')),
);

/** `report` with those of its long lists that are named repeated `times` times. */
function longer(report: Report, names: ReadonlySet<string>, times: number): Report {
  const grown = (value: unknown, key: string): unknown => {
    if (Array.isArray(value)) {
      const items = value.map((item) => grown(item, ''));
      return names.has(key) ? Array.from({ length: times }, () => items).flat() : items;
    }
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, grown(inner, name)]));
  };
  const { run, comparisons, evidence } = report;
  return {
    ...report,
    run: { ...run, paths: grown(run.paths, 'paths') as typeof run.paths },
    comparisons: grown(comparisons, 'comparisons') as Comparison[],
    evidence: new Map(
      [...evidence].map(([version, arms]) => [version, grown(arms, 'evidence') as typeof arms]),
    ),
  };
}

function manyRows(count: number, tested: (index: number) => boolean): Row[] {
  const half = Math.floor(count / 2);
  return Array.from({ length: count }, (_, index): Row => {
    const row = ROWS[index < half ? 0 : 6] as Row;
    const label = index === half - 1 ? 'last known good' : index === half ? 'first broken' : row.label;
    const basis = tested(index) || index === half || index === half - 1 ? 'tested' : 'inferred';
    return { ...row, version: `2.1.${index}`, label, basis };
  });
}

const on = (report: Report, rows: readonly Row[]): Report => ({
  ...report,
  run: { ...report.run, answer: { ...report.run.answer, rows } },
});

describe('any report', () => {
  const texts = fc.oneof(
    fc.constant(HOSTILE),
    fc.constant(`${'`|@ '.repeat(5_000)}${HOSTILE}`),
    fc.constant('`'.repeat(20_000)),
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.constant('\n'.repeat(5_000) + HOSTILE),
  );
  const reports = fc
    .record({
      raw: texts,
      names: fc.uniqueArray(fc.constantFrom(...LONG), { maxLength: 4 }),
      times: fc.constantFrom(1, 3, 8),
      rows: fc.constantFrom(1, 7, 400, 3_000),
      every: fc.constantFrom(1, 2, 50),
      isJudged: fc.boolean(),
    })
    .map(({ raw, names, times, rows, every, isJudged }) => {
      const many = manyRows(rows, (index) => index % every === 0).map((row) => ({ ...row, reason: raw }));
      return longer(on(hostileReport(raw, isJudged ? raw : null), many), new Set(names), times);
    });

  it('fits, and has the headings of the form and nothing of anybody else', () => {
    fc.assert(
      fc.property(reports, (report) => {
        const markdown = markdownOf(report);
        expect(markdown.length).toBeLessThanOrEqual(GITHUB);
        const tree = parsed(markdown);
        expect(tree.children?.[0]?.type).toBe('paragraph');
        expect(headings(tree)).toEqual(FORM);
        for (const heading of FORM) expect(text(under(tree, heading))).not.toBe('');
        expect(codeOf(under(tree, 'Steps to Reproduce'), 'shell')).toHaveLength(1);
        expect(all(under(tree, "What's Wrong?"), 'table').length).toBeGreaterThan(0);
        expect(faultsOf(tree, LINKS)).toEqual([]);
      }),
      { numRuns: 25 },
    );
  });

  it('fits at its very worst', () => {
    const worst = longer(
      on(
        hostileReport('`'.repeat(20_000), null),
        manyRows(3_000, () => true),
      ),
      LONG,
      3,
    );
    const markdown = markdownOf(worst);
    expect(markdown.length).toBeLessThanOrEqual(GITHUB);
    expect(headings(parsed(markdown))).toEqual(FORM);
  });

  it.each([0, 100, 1_000, 3_000, 8_000, 20_000])('fits into %i characters, answer first', (maxChars) => {
    for (const report of [sampleReport, longer(hostileReport(), LONG, 3)]) {
      const markdown = markdownOf(report, { maxChars });
      expect(markdown.length).toBeLessThanOrEqual(maxChars);
      const tree = parsed(markdown);
      const [first] = tree.children ?? [];
      if (first) expect(first.children).toMatchObject([{ type: 'strong' }]);
      expect(faultsOf(tree, LINKS)).toEqual([]);
    }
  });
});

describe('what does not fit', () => {
  const long = longer(withRows(manyRows(3_000, () => true)), new Set(['full', 'steps', 'names']), 2_000);
  const markdown = markdownOf(long);
  const tree = parsed(markdown);

  it('is left out where it tells least, with how much and how to see it', () => {
    expect(markdown).toMatch(
      /_[\d,]+ lines left out here\. To see more:_ `mcp-bisect report 7f3a01 --format html`/,
    );
    expect(codeOf(tree, 'diff')[0]).toContain('MCP session expired');
    expect(codeOf(tree, 'shell')).toEqual([reproduceLine(sampleRun)]);
  });

  it('is never the boundary or an end of the version table', () => {
    const rows = cells(all(tree, 'table')[0] ?? tree);
    const versions = rows.map(([version]) => version);
    expect(versions).toEqual(expect.arrayContaining(['2.1.0', '2.1.1499', '2.1.1500', '2.1.2999', '…']));
    expect(versions.length).toBeLessThan(100);
  });

  it('is never the answer, the command or the table, where there is room for little else', () => {
    const short = parsed(markdownOf(long, { maxChars: 3_000 }));
    expect(text(short.children?.[0] ?? short)).toBe(sentenceOf(long.run.answer, long.claims));
    expect(codeOf(short, 'shell')).toEqual([reproduceLine(sampleRun)]);
    expect(all(short, 'table')).toHaveLength(1);
    expect(headings(parsed(markdownOf(long, { maxChars: 10_000 })))).toEqual(FORM);
  });
});

describe('the journals', () => {
  const journalIn = (report: Report) =>
    all(read(report), 'table')
      .map(cells)
      .find((rows) => rows[0]?.includes('ms')) ?? [];

  it('do not take another moment for another step', () => {
    const held = (ms: number) => ({
      ...arm.good,
      steps: arm.good.steps.map((step) => ({ ...step, atMs: ms, detail: `${step.detail}; held ${ms} ms` })),
    });
    const journal = journalIn(withArm({ good: held(1), bad: held(7.5) }));
    expect(journal.map(([mark]) => mark)).not.toContain('≠');
    expect(journalIn(sampleReport).map(([mark]) => mark)).toContain('≠');
  });

  it('promise no more than other formats have', () => {
    const [step] = arm.bad.steps;
    const cutHere = {
      ...arm.bad,
      steps: Array.from({ length: 110 }, () => step as NonNullable<typeof step>),
    };
    expect(text(read(withArm({ bad: cutHere })))).toContain('10 steps left out here. To see more:');
    const journal = text(under(read(withArm({ bad: { ...arm.bad, omitted: 9 } })), 'Error Messages/Logs'));
    expect(journal).toContain('9 more steps not kept in the report.');
    expect(journal).not.toContain('left out here');
  });

  it('number the sessions of a client that opens more than one', () => {
    const [step, ...steps] = arm.bad.steps.map((one, index) => ({ ...one, session: index === 0 ? 2 : 1 }));
    const report = withArm({ bad: { ...arm.bad, steps: [step as NonNullable<typeof step>, ...steps] } });
    expect(markdownOf(report)).toContain('→ gateway: POST initialize · session 2 |');
    expect(markdownOf(sampleReport)).not.toContain('· session');
  });
});

describe('where a command judged', () => {
  const COMMAND = 'case $V in 2.1.146) exit 0;; *) exit 1;; esac';
  const judged = reportWith({ oracle: COMMAND });
  const said = (side: 'good' | 'bad', stdout: string) => ({ ...arm[side], stdout });
  const tree = read({
    ...judged,
    comparisons: [
      { ...pair, arms: [{ ...arm, good: said('good', 'all is well\n'), bad: said('bad', 'no tools\n') }] },
    ],
  });

  it('nothing is said of what the scenario is about: it only lent its servers', () => {
    const { spec, issue, prompt } = sampleRun.scenario;
    for (const one of [spec, issue, prompt]) expect(text(tree)).not.toContain(one);
    expect(all(tree.children?.[2] ?? tree, 'inlineCode').map(text)).toEqual([COMMAND]);
  });

  it('what it printed on either release is its evidence', () => {
    const blocks = codeOf(under(tree, 'Error Messages/Logs'), 'text');
    expect(blocks).toEqual(expect.arrayContaining(['no tools', 'all is well']));
  });
});

describe('hostile text', () => {
  const hostile = read(hostileReport(HOSTILE, null));

  it('changes nothing but the text shown', () => {
    const whole = (raw?: string) => parsed(markdownOf(hostileReport(raw, null), { maxChars: 1_000_000 }));
    expect(shape(whole(HOSTILE))).toBe(shape(whole('harmless')));
  });

  it('is there to be read, and is no row that says something else in the version table', () => {
    expect(text(hostile)).toContain('<script>document.title = "owned"</script>');
    const [, ...rows] = cells(all(under(hostile, "What's Wrong?"), 'table')[0] ?? hostile);
    expect(rows.map((row) => row.length)).toEqual(ROWS.map(() => 7));
    expect(rows.map(([version]) => version)).toEqual(ROWS.map(({ version }) => version));
  });

  it('leaves no control or direction-changing character', () => {
    expect(markdownOf(hostileReport()).replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(HOSTILE).toContain('\u202E');
  });

  it.each([
    'javascript:alert(1)',
    'http://a.example/1',
    'https://a.example/)[x](y',
    'https://a.example/ @octocat',
    'https://a@b.example/',
  ])('makes no link of %s', (issue) => {
    const tree = read(reportWith({ scenario: { ...sampleRun.scenario, issue } }));
    expect(all(tree, 'link').map(({ url }) => url)).toEqual(LINKS.slice(0, 1));
    expect(text(tree)).toContain(issue);
    expect(faultsOf(tree, LINKS)).toEqual([]);
  });
});
