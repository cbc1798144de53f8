/** A report as it comes out of the reported bisection, in small; and one in which every text is hostile. */
import type { Answer, Row } from '../../src/search/answer.js';
import type { Run } from '../../src/run/run.js';
import { claudeCode } from '../../src/clients/claude-code.js';
import { isRegression } from '../../src/report/claims.js';
import { expectedOf, warningsOf, wrongOf } from '../../src/report/prose.js';
import { titleOf } from '../../src/report/title.js';
import { changeLinksOf } from '../../src/report/change-links.js';
import { reportOf, type Report } from '../../src/report/report.js';
import { getStream404 } from '../../src/scenarios/get-stream-404.js';
import { judgeRelease } from '../../src/verdict/judge.js';
import { hostileRun, keptRun, reducedTo, roundOf } from './kept-runs.js';
import { observationOf } from './observations.js';

const VERSIONS = ['2.1.142', '2.1.145', '2.1.146', '2.1.147', '2.1.148', '2.1.149', '2.1.150'];

/** Of an end of the boundary: the newest whole, of the others their logs. */
const four = (version: string, verdict: 'good' | 'bad') => {
  const round = roundOf(version, verdict);
  return [reducedTo(round), reducedTo(round), reducedTo(round), round];
};

const notStarted = ['control', '404-before-tools', '404-after-tools'].map((arm) =>
  observationOf(arm, { version: '2.1.149', exit: { kind: 'not-started', code: 'EACCES', message: 'no' } }),
);

/** The run that found 2.1.147. */
export const sampleRun: Run = keptRun({
  id: '7f3a01',
  startedAt: '2026-11-21T23:10:00.000Z',
  elapsedMs: 12_400,
  versions: VERSIONS,
  ends: [
    {
      direction: 'regression',
      versions: VERSIONS,
      step: { kind: 'found', boundary: { before: '2.1.146', after: '2.1.147' }, confidence: null },
    },
  ],
  releases: {
    '2.1.142': [roundOf('2.1.142', 'good')],
    '2.1.146': four('2.1.146', 'good'),
    '2.1.147': four('2.1.147', 'bad'),
    '2.1.149': [
      {
        judgement: judgeRelease('2.1.149', notStarted, getStream404, claudeCode),
        observations: notStarted,
        isWhole: true,
      },
    ],
    '2.1.150': [roundOf('2.1.150', 'bad')],
  },
  paths: [
    [
      { atMs: 0, why: 'ends', rounds: ['2.1.142', '2.1.150'].map((version) => ({ version, count: 1 })) },
      { atMs: 3100, why: 'middle', rounds: [{ version: '2.1.146', count: 1 }] },
    ],
  ],
  probed: ['2.1.142', '2.1.146', '2.1.147', '2.1.150'],
  downloads: 4,
  reproduce: ['run', '--scenario', 'get-stream-404', '--good', '2.1.142', '--bad', '2.1.150'],
});

/** The report on 2.1.147. */
export const sampleReport: Report = reportOf(sampleRun, claudeCode);

/** The report on the same run, but for these fields of it, and of its answer. */
export const reportWith = (run: Partial<Run>, answer: Partial<Answer> = {}): Report =>
  reportOf({ ...sampleRun, answer: { ...sampleRun.answer, ...answer }, ...run }, claudeCode);

/** What is said of a report in prose. */
export const told = (report: Report) => ({
  title: titleOf(report),
  wrong: wrongOf(report),
  expected: expectedOf(report),
  warnings: warningsOf(report),
  isRegression: isRegression(report),
});

/** The sample with other rows in its table: what is claimed and compared stays. */
export const withRows = (rows: readonly Row[], more: Partial<Report> = {}): Report => ({
  ...sampleReport,
  run: { ...sampleRun, answer: { ...sampleRun.answer, rows } },
  ...more,
});

/** The addresses that the sample leads to. */
export const LINKS: readonly string[] = [
  ...changeLinksOf(sampleRun.answer, claudeCode).map(({ url }) => url),
  sampleRun.scenario.issue,
];

/** What a client can print. Each piece is a different way out of a format; the key has the usual shape, and is made up. */
export const HOSTILE_KEY = `sk-ant-api03-${'Ab3_'.repeat(20)}`;
export const HOSTILE = [
  HOSTILE_KEY,
  '<script>document.title = "owned"</script>',
  '![x](https://evil.example/x.png)',
  '@everyone @octocat',
  '| a | b |',
  '```',
  '``````',
  '~~~',
  '</details></summary></code></pre></textarea>-->',
  ']]>',
  '\u001B[31mred\u001B[0m\u001B]8;;https://evil.example\u0007link\u001B]8;;\u0007',
  '\u202Egnihton\u202C\u0000\u0007',
  '#1 org/repo#2 https://evil.example www.evil.example me@evil.example',
  '\n\n| 2.1.145 | 2026-05-21 02:50 | first broken | tested |\n|---|---|---|---|\n',
  '\n::error title=owned::owned\n',
  '&lt;b&gt; &amp; " \' ` $& $1',
].join(' ');

/** The same report with every text that comes from a client, a registry or a scenario file replaced by `text`. */
export const hostileReport = (text = HOSTILE, oracle: string | null = text): Report =>
  reportOf({ ...hostileRun(text, sampleRun), oracle }, claudeCode);
