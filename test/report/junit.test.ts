import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Row } from '../../src/search/answer.js';
import { wrongOf } from '../../src/report/prose.js';
import { junitOf } from '../../src/report/junit.js';
import type { Report } from '../../src/report/report.js';
import { sentenceOf } from '../../src/report/sentence.js';
import { hostileReport, reportWith, sampleReport, sampleRun, withRows } from '../helpers/reports.js';
import { parseXml, type Element } from '../helpers/strict-xml.js';

const { rows } = sampleRun.answer;

const suiteOf = (report: Report): Element => {
  const suites = parseXml(junitOf(report));
  expect(suites.name).toBe('testsuites');
  expect(suites.children).toHaveLength(1);
  return suites.children[0] as Element;
};
const casesOf = (report: Report) => suiteOf(report).children.filter(({ name }) => name === 'testcase');
const answerOf = (report: Report) => casesOf(report)[0] as Element;
const child = (element: Element, name: string) => element.children.find((one) => one.name === name);
const kinds = ({ children }: Element) =>
  children.map(({ name }) => name).filter((name) => ['failure', 'error', 'skipped'].includes(name));
const caseOf = (report: Report, version: string) =>
  casesOf(report).find(({ attributes }) => attributes['name'] === version) as Element;
const withRow = (changes: Partial<Row>): Report => {
  const [row] = rows as [Row];
  return withRows([{ ...row, version: '9.9.9', ...changes }], { evidence: new Map() });
};

describe('the suite', () => {
  it('counts its cases: one for the answer and one for every release of the table', () => {
    const suite = suiteOf(sampleReport);
    const cases = casesOf(sampleReport);
    const count = (kind: string) => String(cases.filter((one) => kinds(one).includes(kind)).length);
    expect(cases).toHaveLength(1 + rows.length);
    expect(suite.attributes).toMatchObject({
      tests: String(cases.length),
      failures: count('failure'),
      errors: count('error'),
      skipped: count('skipped'),
    });
    expect([count('failure'), count('error'), count('skipped')]).toEqual(['3', '0', '3']);
    expect(Math.max(...cases.map((one) => kinds(one).length))).toBe(1);
  });
});

describe('the case of the answer', () => {
  const none = { changes: [] };

  it('claims no more where it passes than that the newest release that was tested works', () => {
    const report = reportWith({}, { ...none, rows: rows.slice(0, 3), outcome: 'ends-agree' });
    const answer = answerOf(report);
    expect(kinds(answer)).toEqual([]);
    expect(child(answer, 'system-out')?.text).toMatch(
      /^Passed: the newest release that was tested, 2\.1\.146, works \(asked of 2\.1\.142 to 2\.1\.146\)\.\n/,
    );
    expect(child(answer, 'system-out')?.text).toContain(wrongOf(report).trim());
  });

  it('fails where both ends are broken: nothing changed, and nothing works', () => {
    const answer = answerOf(reportWith({}, { ...none, rows: rows.slice(3), outcome: 'ends-agree' }));
    expect(child(answer, 'failure')?.attributes).toMatchObject({ type: 'broken' });
  });

  it('is an error where there is no answer', () => {
    const answer = answerOf(reportWith({}, { outcome: 'inconclusive' }));
    expect(kinds(answer)).toEqual(['error']);
    expect(child(answer, 'error')?.attributes).toEqual({
      message: `${sentenceOf(sampleRun.answer)} (asked of 2.1.142 to 2.1.150)`,
      type: 'inconclusive',
    });
  });

  it('passes where a fix was looked for and found, and fails where there is none yet', () => {
    const fix = { ...none, asked: 'fix' } as const;
    const fixed = [...rows.slice(3), ...rows.slice(0, 1)];
    expect(kinds(answerOf(reportWith({}, { ...fix, rows: fixed })))).toEqual([]);
    expect(kinds(answerOf(reportWith({}, { ...fix, outcome: 'ends-agree' })))).toEqual(['failure']);
  });
});

describe('the cases of a run that passes', () => {
  it('do not fail for releases that are known to be bad, and past: they are skipped with their evidence', () => {
    const fixed = reportWith(
      {},
      { changes: [], asked: 'fix', rows: [...rows.slice(3), ...rows.slice(0, 1)] },
    );
    expect(suiteOf(fixed).attributes).toMatchObject({ failures: '0', errors: '0' });
    expect(child(caseOf(fixed, '2.1.150'), 'skipped')?.attributes).toEqual({
      message: 'broken: 404 before tools: tools lost',
    });
  });
});

describe('the case of a release', () => {
  it.each<[string, Partial<Row>, string]>([
    ['inferred', { basis: 'inferred', label: 'broken', reason: '' }, 'inferred, not run: broken'],
    ['not tested', { basis: null, label: 'not tested', reason: '' }, 'not tested'],
    [
      'not available',
      { basis: null, label: 'not available', reason: 'no executable' },
      'not available: no executable',
    ],
    ['untestable', { label: 'untestable', verdict: 'skip', reason: 'no start' }, 'untestable: no start'],
    ['suspect', { label: 'suspect', verdict: 'skip', reason: 'no start' }, 'suspect: no start'],
    [
      'of both kinds',
      { label: 'flaky', flaky: true, rounds: { good: 2, bad: 1, skip: 0 }, reason: 'tools lost' },
      'flaky (good 2×, bad 1×): tools lost',
    ],
    [
      'broken in another way',
      { label: 'different failure', verdict: 'skip', reason: 'a different failure: crashed' },
      'a different failure: crashed',
    ],
  ])('is skipped with the reason for one that is %s', (_, changes, message) => {
    const one = caseOf(withRow(changes), '9.9.9');
    expect(kinds(one)).toEqual(['skipped']);
    expect(child(one, 'skipped')?.attributes).toEqual({ message });
  });

  it.each<[Row['label'], string[]]>([
    ['first fixed', []],
    ['last known broken', ['failure']],
  ])('knows what a release is that is %s', (label, expected) => {
    expect(kinds(caseOf(withRow({ label }), '9.9.9'))).toEqual(expected);
  });
});

describe('text that a client wrote', () => {
  it('stays text: as many cases, with the same results, as without it', () => {
    const shape = (report: Report) => casesOf(report).map((one) => [one.attributes['name'], ...kinds(one)]);
    expect(shape(hostileReport())).toEqual(shape(sampleReport));
    const xml = junitOf(hostileReport());
    expect(xml).not.toMatch(/[\u007F-\u009F\u202A-\u202E]/);
    expect(child(caseOf(hostileReport(), '2.1.147'), 'failure')?.attributes['message']).toContain(
      '<script>document.title = "owned"</script>',
    );
  });

  it('cannot end a section of text', () => {
    const text = ']]>]]]]>><![CDATA[<failure/>';
    const out = child(caseOf(hostileReport(text), '2.1.147'), 'system-out');
    expect(out?.children).toEqual([]);
    expect(out?.text).toContain(text);
  });

  it('is well-formed XML whatever it is', () => {
    const any = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: fc.integer({ min: 0, max: 0xffff }).map((unit) => String.fromCharCode(unit)) }),
      fc.string({
        unit: fc.constantFrom(']', '>', '<', '&', '"', "'", '\n', '\r', '\0', '\uFFFE', '\uD83D'),
      }),
    );
    fc.assert(
      fc.property(any, (text) => {
        const suite = suiteOf(hostileReport(text));
        expect(suite.attributes['tests']).toBe(String(1 + rows.length));
      }),
      { numRuns: 60 },
    );
  });

  it('is cut with a note where it is endless, also between the halves of a character', () => {
    const xml = junitOf(hostileReport(`x${'😀'.repeat(5_000_000)}`));
    expect(xml.length).toBeLessThan(3_000_000);
    expect(xml).toMatch(/ … \d{7} more characters/);
    expect(() => parseXml(xml)).not.toThrow();
  });
});
