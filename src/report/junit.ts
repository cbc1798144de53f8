/** A report as JUnit XML, for CI systems. Values in, one string out. */
import junit, { type Builder, type TestCase, type TestSuite } from 'junit-report-builder';
import { createColors } from 'picocolors';
import { conclusionOf, type Conclusion } from './conclusion.js';
import { releaseText } from './release-text.js';
import type { Report, ReportRow } from './report.js';
import { kindOf, saidOf } from './rows.js';
import { xmlLine, xmlText } from './xml-text.js';

/**
 * One suite: the answer as a case of its own, `answer`, and a case for every release of the table. A good release that was run
 * passes, a bad one fails, and whatever was not run, or is neither, is skipped with the reason; so is a bad one where the answer
 * passes, since then it is known and past. Attributes are those of the JUnit schema
 * that Jenkins reads (jenkinsci/xunit-plugin, junit-10.xsd). Well-formed for any text of a client.
 */
export function junitOf(report: Report): string {
  const builder = newBuilder().name('mcp-bisect');
  const suite = builder
    .testSuite()
    .name(xmlLine(suiteName(report)))
    .timestamp(report.startedAt.slice(0, 19))
    .time(report.elapsedMs / 1000);
  for (const [name, value] of propertiesOf(report)) suite.property(name, xmlLine(value));
  const conclusion = conclusionOf(report);
  addAnswer(suite, report, conclusion);
  for (const row of report.rows) addRelease(suite, row, { report, conclusion });
  return `${builder.build()}\n`;
}

/** Its types tell of an ES module, and it is CommonJS: what they call `default` is the module itself. */
function newBuilder(): Builder {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return (junit as unknown as Builder).newBuilder();
}

const suiteName = ({ client, scenario, platform, mode }: Report) =>
  [client.id, scenario.id, platform, mode].join(' · ');

const className = ({ client, scenario }: Report) => xmlLine(`${client.id}.${scenario.id}`);

function propertiesOf(report: Report): [string, string][] {
  const { asked, outcome, isolation, oracle, lastGood, firstBad, reproduce, tool, id } = report;
  const known = { id, tool, asked, outcome, lastGood, firstBad, isolation, oracle, reproduce };
  const facts = report.environment.map(({ name, value }): [string, string] => [
    `environment: ${name}`,
    value,
  ]);
  const warnings = report.warnings.map((warning): [string, string] => ['warning', warning]);
  const given = Object.entries(known).flatMap(([name, value]): [string, string][] =>
    value === null ? [] : [[name, value]],
  );
  return [...given, ...facts.map(([name, value]): [string, string] => [xmlLine(name), value]), ...warnings];
}

function addAnswer(suite: TestSuite, report: Report, { result, type, message }: Conclusion): void {
  const answer = suite.testCase().className(className(report)).name('answer').time(0);
  const { sentence, wrong, expected, reproduce } = report;
  const said = [
    result === 'passed' && `Passed: ${message}.`,
    sentence,
    wrong,
    expected && `Expected: ${expected}`,
    `Reproduce: ${reproduce}`,
  ];
  const text = xmlText(said.filter(Boolean).join('\n'));
  if (result === 'failed') answer.failure(xmlLine(message), type ?? '');
  if (result === 'undecided') answer.error(xmlLine(message), type ?? '');
  addTexts(answer, result === 'passed' ? { output: text } : { body: text });
}

interface Whole {
  readonly report: Report;
  readonly conclusion: Conclusion;
}

function addRelease(suite: TestSuite, row: ReportRow, { report, conclusion }: Whole): void {
  const { version, reason } = row;
  const evidence = report.releases.find((release) => release.version === version);
  const ranMs = (evidence?.arms ?? []).reduce((sum, { durationMs }) => sum + durationMs, 0);
  const one = suite
    .testCase()
    .className(className(report))
    .name(xmlLine(version))
    .time(ranMs / 1000);
  const result = resultOf(row, conclusion);
  if (result === 'failed') one.failure(xmlLine(reason), saidOf(row));
  if (result === 'skipped') one.skipped();
  addTexts(one, {
    reason: xmlLine(whySkipped(row)),
    body: xmlText(reason),
    output: evidence ? xmlText(releaseText(evidence, createColors(false))) : '',
  });
}

function resultOf({ basis, label }: ReportRow, { result }: Conclusion): 'passed' | 'failed' | 'skipped' {
  if (basis !== 'tested') return 'skipped';
  const kind = kindOf(label);
  if (kind === 'good') return 'passed';
  return kind === 'bad' && result !== 'passed' ? 'failed' : 'skipped';
}

/** `inferred, not run: works`, `flaky (good 2×, bad 1×): tools lost`, `untestable: the client did not start` */
function whySkipped(row: ReportRow): string {
  const { basis, label, flaky, rounds, reason } = row;
  if (basis === 'inferred') return `inferred, not run: ${saidOf(row)}`;
  // Its reason begins with the same words.
  if (label === 'different failure' && reason) return reason;
  const counts = flaky ? ` (good ${rounds.good}×, bad ${rounds.bad}×)` : '';
  const said = saidOf(row);
  return reason ? `${said}${counts}: ${reason}` : `${said}${counts}`;
}

interface Texts {
  /** Of a case that is skipped. */
  readonly reason?: string;
  /** Of a failure or an error. */
  readonly body?: string;
  readonly output?: string;
}

/**
 * Adds what the builder would not: it has no place for the reason of a skip, and it writes text as CDATA, in which xmlbuilder
 * 15 copes with the first `]]>` alone.
 */
function addTexts(testCase: TestCase, { reason = '', body = '', output = '' }: Texts): void {
  const build = testCase.build.bind(testCase);
  testCase.build = (parent) => {
    const element = build(parent);
    for (const child of element.children.filter(isElement)) {
      if (child.name === 'skipped') child.att('message', reason);
      else if (body) child.txt(body);
    }
    if (output) element.ele('system-out').txt(output);
    return element;
  };
}

type Element = ReturnType<TestCase['build']>;

const isElement = (node: Element['children'][number]): node is Element => 'name' in node;
