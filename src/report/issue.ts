/**
 * The report as the body of a GitHub issue, keyed to the client's own bug form: the answer first, then what proves it.
 * Values in, one string out. Pure.
 */
import type { FormField } from '../clients/client.js';
import { failingBlocks, findingBlocks, armTable, primary, tellingBlocks } from './blocks/findings.js';
import {
  commandBlock,
  environmentBlocks,
  originBlock,
  otherArms,
  otherComparisons,
  reproduceBlocks,
  searchBlocks,
} from './blocks/how.js';
import { broken, lastWorking, regression } from './blocks/standing.js';
import { changeBlocks, versionBlocks, warningBlock } from './blocks/answer.js';
import { expectedOf, wrongOf } from './prose.js';
import {
  type Block,
  bold,
  code,
  fold,
  type Inline,
  inTerms,
  joined,
  long,
  own,
  paragraph,
  says,
  section,
} from './document.js';
import { isolationOf } from './environment.js';
import { fitted, ISSUE, type Limits } from './limits.js';
import { markdown } from './markdown.js';
import type { Report } from './report.js';
import { sentenceOf } from './sentence.js';
import { NOT_RUN, SEALED_BY } from './words.js';

/** GitHub takes 65,536; some are left for what its user adds. */
const MAX_CHARS = 65_000;

/**
 * GitHub-flavoured Markdown in which no text of a client, a registry or a scenario is anything but text.
 * @param options.maxChars what is longer is shortened, with a note on what was left out: answer, version table and the
 * line that reproduces it stay. Every heading has its place at the default; a short report takes 10,000 for that.
 * @param options.name of the file that it will be in: the line that reproduces it reads the scenario from there
 */
export function markdownOf(
  report: Report,
  { maxChars = MAX_CHARS, name = 'report.md' }: { readonly maxChars?: number; readonly name?: string } = {},
): string {
  const more = code(`mcp-bisect report ${report.run.id} --format html`);
  return fitted(
    (limits) =>
      `${markdown([...opening(report, limits), ...form(report, limits, name)], { limits, more })}\n`,
    (limits) => essentials(report, limits).map((block) => markdown([block], { limits, more })),
    { parts: ISSUE, max: maxChars },
  );
}

function opening(report: Report, { rows }: Limits): Block[] {
  const { run, client, claims } = report;
  const { answer, scenario, platform, mode, oracle } = run;
  const isStatic = mode === 'static';
  const { weakest } = isolationOf(run);
  const setting = [
    client.title,
    ...(oracle === null
      ? [scenario.id]
      : [...(isStatic ? [] : [`servers of ${scenario.id}`]), says`judged by ${code(oracle)}`]),
    platform,
    ...(isStatic
      ? [own(NOT_RUN)]
      : [mode, weakest === 'none' ? bold(own(SEALED_BY.none)) : own(SEALED_BY[weakest])]),
  ];
  return [
    paragraph(bold(long(sentenceOf(answer, claims)))),
    ...changeBlocks(report, rows),
    paragraph(joined(setting, ' · ')),
    warningBlock(report, rows),
  ];
}

/** The headings of the form; one that nothing can be said under says so. */
const form = (report: Report, limits: Limits, name: string): Block[] =>
  report.client.bugForm.fields.map(({ field, heading }) =>
    section(3, heading, SECTIONS[field](report, limits, name), { otherwise: own('Nothing was recorded.') }),
  );

const SECTIONS: Readonly<
  Record<FormField, (report: Report, limits: Limits, name: string) => readonly Block[]>
> = {
  wrong: (report, limits) => {
    const pair = primary(report);
    return [
      paragraph(long(wrongOf(report))),
      ...versionBlocks(report, limits),
      ...(pair ? failingBlocks(report, pair, limits) : findingBlocks(report, limits)),
    ];
  },
  expected: expectedBlocks,
  logs: tellingBlocks,
  steps: reproduceBlocks,
  model: ({ run }) => [
    paragraph(
      own(run.mode === 'static' ? NOT_RUN : 'A scripted model API on the loopback; no model was involved.'),
    ),
  ],
  regression: (report, { rows }) => [termedBlock(report, regression(report, rows))],
  lastWorking: (report, { rows }) => [termedBlock(report, lastWorking(report, rows))],
  version: (report) => [termedBlock(report, broken(report))],
  api: ({ client, run: { mode } }) => [
    paragraph(
      own(
        mode === 'static'
          ? NOT_RUN
          : `${client.bugForm.api} (its protocol, spoken by a scripted server on the loopback; nothing was sent to the provider)`,
      ),
    ),
  ],
  system: ({ run: { host, platform } }) => [
    paragraph(says`${host.system ? says`${host.system}, ` : ''}platform package ${platform}`),
  ],
  terminal: ({ run }) => [paragraph(own(TERMINALS[run.mode]))],
  additional: (report, limits) => [
    ...environmentBlocks(report, limits),
    ...searchBlocks(report, limits),
    ...otherArms(report, limits),
    ...otherComparisons(report, limits),
    fold(own('How each verdict came about'), primary(report) ? findingBlocks(report, limits) : []),
    originBlock(report),
  ],
};

const termedBlock = ({ run }: Report, of: Inline): Block => paragraph(inTerms(of, run.answer.terms));

const TERMINALS: Readonly<Record<Report['run']['mode'], string>> = {
  headless: 'None: run headless, without a terminal',
  interactive: 'A pseudo-terminal, with the keys typed by a script',
  static: NOT_RUN,
};

/** What should happen, and that it does where the server gives no occasion to fail. */
function expectedBlocks(report: Report, limits: Limits): Block[] {
  const pair = primary(report);
  const controls = pair?.arms.filter(({ isControl }) => isControl) ?? [];
  const said = paragraph(long(expectedOf(report)));
  if (!pair || controls.length === 0) return [said];
  const control =
    'The control: a server that gives no occasion to fail. A release that does not pass it is never blamed.';
  return [said, paragraph(own(control)), armTable(report, pair, controls, limits)];
}

/** The line in it needs no file beside the report, which does not hold it. */
function essentials(report: Report, limits: Limits): Block[] {
  const [sentence, ...others] = opening(report, limits);
  const [versions, ...notes] = versionBlocks(report, limits);
  return [sentence, commandBlock(report), versions, ...others, ...notes].filter(
    (block) => block !== undefined,
  );
}
