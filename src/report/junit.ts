/** A report as JUnit XML, for CI systems. Values in, one string out. */
import { createColors } from 'picocolors';
import type { Row } from '../search/answer.js';
import { notesOnFile, reproduceLine } from './carried-file.js';
import { expectedOf, warningsOf, wrongOf } from './prose.js';
import { conclusionOf, type Conclusion } from './title.js';
import { cut, printable, printableLine } from './text.js';
import { releaseText } from './terminal.js';
import { environmentOf, isolationOf } from './environment.js';
import type { Report } from './report.js';
import { kindOf, saidOf } from './rows.js';
import { sentenceOf } from './sentence.js';

/**
 * One suite: the answer as a case of its own, `answer`, and a case for every release of the table. A good release that was run
 * passes, a bad one fails, and whatever was not run, or is neither, is skipped with the reason; so is a bad one where the answer
 * passes, since then it is known and past. Attributes are those of the JUnit schema
 * that Jenkins reads (jenkinsci/xunit-plugin, junit-10.xsd). Well-formed for any text of a client.
 */
export function junitOf(report: Report): string {
  const { run, client } = report;
  const conclusion = conclusionOf(report);
  const cases = [
    answerCase(report, conclusion),
    ...run.answer.rows.map((row) => releaseCase(row, report, conclusion)),
  ];
  const countOf = (kind: Case['kind']) => cases.filter((one) => one.kind === kind).length;
  const counts = {
    tests: cases.length,
    failures: countOf('failure'),
    errors: countOf('error'),
    skipped: countOf('skipped'),
  };
  const suite = {
    name: [client.id, run.scenario.id, run.platform, run.mode].join(' · '),
    timestamp: run.startedAt.slice(0, 19),
    time: run.elapsedMs / 1000,
    ...counts,
  };
  const classname = `${client.id}.${run.scenario.id}`;
  const children = [
    element('properties', {}, propertiesOf(report)),
    ...cases.map(({ name, time, kind, said, text, output }) =>
      element('testcase', { classname, name, time }, [
        ...(kind === 'passed' ? [] : [element(kind, said, text)]),
        ...(output ? [element('system-out', {}, output)] : []),
      ]),
    ),
  ];
  const suites = [element('testsuite', suite, children)];
  const whole = element('testsuites', { name: 'mcp-bisect', ...counts }, suites);
  return `<?xml version="1.0" encoding="UTF-8"?>\n${whole.join('\n')}\n`;
}

interface Case {
  readonly name: string;
  /** In seconds. */
  readonly time: number;
  readonly kind: 'failure' | 'error' | 'skipped' | 'passed';
  /** Attributes of what it did not pass for. */
  readonly said: Readonly<Record<string, string>>;
  readonly text: string;
  readonly output: string;
}

function propertiesOf(report: Report): readonly (readonly string[])[] {
  const { run, claims } = report;
  const known: readonly (readonly [name: string, value: string | null])[] = [
    ['id', run.id],
    ['tool', `mcp-bisect ${run.tool}`],
    ['asked', run.answer.asked],
    ['outcome', run.answer.outcome],
    ['lastGood', claims.lastGood],
    ['firstBad', claims.firstBad],
    ['isolation', isolationOf(run).weakest],
    ['oracle', run.oracle],
    ['reproduce', reproduceLine(run, null)],
    ...environmentOf(report).map(({ name, value }) => [`environment: ${name}`, value] as const),
    ...warningsOf(report).map((warning) => ['warning', warning] as const),
  ];
  return known.flatMap(([name, value]) => (value === null ? [] : [element('property', { name, value })]));
}

function answerCase(report: Report, { result, type, message }: Conclusion): Case {
  const { run, claims } = report;
  const expected = expectedOf(report);
  const text = [
    result === 'passed' && `Passed: ${message}.`,
    sentenceOf(run.answer, claims),
    wrongOf(report),
    expected && `Expected: ${expected}`,
    `Reproduce: ${reproduceLine(run, null)}`,
    ...notesOnFile(run),
  ]
    .filter(Boolean)
    .join('\n');
  const kind = ({ passed: 'passed', failed: 'failure', undecided: 'error' } as const)[result];
  const output = result === 'passed' ? text : '';
  return { name: 'answer', time: 0, kind, said: { message, type: type ?? '' }, text, output };
}

function releaseCase(row: Row, report: Report, { result }: Conclusion): Case {
  const { version, reason, basis } = row;
  const arms = report.evidence.get(version);
  const ranMs = (arms ?? []).reduce((sum, { durationMs }) => sum + durationMs, 0);
  const output = arms ? releaseText(row, arms, createColors(false)) : '';
  const shown = { name: version, time: ranMs / 1000, output };
  const is = basis === 'tested' ? kindOf(row.label) : 'unknown';
  if (is === 'good') return { ...shown, kind: 'passed', said: {}, text: '' };
  if (is === 'bad' && result !== 'passed')
    return { ...shown, kind: 'failure', said: { message: reason, type: saidOf(row) }, text: reason };
  return { ...shown, kind: 'skipped', said: { message: whySkipped(row) }, text: '' };
}

/** `inferred, not run: works`, `flaky (good 2×, bad 1×): tools lost`, `untestable: the client did not start` */
function whySkipped(row: Row): string {
  const { basis, label, flaky, rounds, reason } = row;
  if (basis === 'inferred') return `inferred, not run: ${saidOf(row)}`;
  // Its reason begins with the same words.
  if (label === 'different failure' && reason) return reason;
  const counts = flaky ? ` (good ${rounds.good}×, bad ${rounds.bad}×)` : '';
  return [saidOf(row) + counts, reason].filter(Boolean).join(': ');
}

/** The lines of an element. Whatever the values hold, the document is well-formed. */
function element(
  name: string,
  attributes: Readonly<Record<string, string | number>>,
  content: string | readonly (readonly string[])[] = '',
): string[] {
  const given = Object.entries(attributes).map(
    ([key, value]) => ` ${key}="${escaped(line(String(value)), /[&<"]/g)}"`,
  );
  const start = `<${name}${given.join('')}`;
  if (content.length === 0) return [`${start}/>`];
  if (typeof content === 'string') return [`${start}>${escaped(lines(content), /[&<>]/g)}</${name}>`];
  return [`${start}>`, ...content.flat().map((inner) => `  ${inner}`), `</${name}>`];
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

const escaped = (text: string, signs: RegExp): string =>
  text.replaceAll(signs, (sign) => ENTITIES[sign] ?? sign);

/** What a reader of CI results can make use of: it opens hundreds of them in a page. */
const MAX_LINE = 4_000;
const MAX_TEXT = 100_000;

/** A line of an attribute: no breaks, nothing that a terminal or XML objects to. */
const line = (text: string): string => wellFormed(printable(cut(text, MAX_LINE)));

/** Several lines. Escape sequences, control characters and what XML has no place for are left out. */
const lines = (text: string): string =>
  cut(
    text
      .split(/\r\n|[\n\r]/)
      .map((one) => wellFormed(printableLine(cut(one, MAX_LINE))).trimEnd())
      .join('\n'),
    MAX_TEXT,
  );

/** https://www.w3.org/TR/xml/#charsets: no surrogates by themselves, and not the last two places of the first plane. */
const wellFormed = (text: string): string => text.replaceAll(/[\p{Cs}\uFFFE\uFFFF]/gu, '');
