/**
 * The report as the body of a GitHub issue, keyed to the client's own bug form: the answer first, then what proves it.
 * Values in, one string out. Pure.
 */
import type { FormField } from '../clients/client.js';
import { failingBlocks, findingBlocks, armTable, primary, tellingBlocks } from './blocks/findings.js';
import { commandBlock, reproduceBlocks } from './blocks/reproduce.js';
import {
  environmentBlocks,
  originBlock,
  otherArms,
  otherComparisons,
  searchBlocks,
} from './blocks/search.js';
import { broken, lastWorking, regression } from './blocks/standing.js';
import { versionBlocks } from './blocks/versions.js';
import { withFile } from './carried-file.js';
import { changeLead } from './change-links.js';
import {
  address,
  bold,
  code,
  fold,
  joined,
  list,
  long,
  omitted,
  own,
  paragraph,
  says,
  section,
  type Block,
} from './document.js';
import { factOf } from './facts.js';
import { fitted, ISSUE, type Limits } from './limits.js';
import { markdown } from './markdown.js';
import type { Report } from './report.js';
import { NOT_RUN, SEALED_BY } from './words.js';

/** GitHub takes 65,536; some are left for what its user adds. */
const MAX_CHARS = 65_000;

/**
 * GitHub-flavoured Markdown in which no text of a client, a registry or a scenario is anything but text.
 * @param options.maxChars what is longer is shortened, with a note on what was left out: answer, version table and the
 * line that reproduces it stay. Every heading has its place at the default; a short report takes 8,000 for that.
 * @param options.name of the file that it will be in: the line that reproduces it reads the scenario from there
 */
export function markdownOf(
  report: Report,
  { maxChars = MAX_CHARS, name = 'report.md' }: { readonly maxChars?: number; readonly name?: string } = {},
): string {
  const whole = withFile(report, name);
  const more = code(`mcp-bisect report ${report.id} --format html`);
  return fitted(
    (limits) => `${markdown([...opening(whole, limits), ...form(whole, limits)], { limits, more })}\n`,
    (limits) => essentials(report, limits).map((block) => markdown([block], { limits, more })),
    { parts: ISSUE, max: maxChars },
  );
}

function opening(report: Report, { rows }: Limits): Block[] {
  const { client, scenario, platform, mode, oracle, changeLinks, warnings } = report;
  const judged =
    oracle === null
      ? [scenario.id]
      : [...(mode === 'static' ? [] : [`servers of ${scenario.id}`]), says`judged by ${code(oracle)}`];
  const sealing = report.isolation === 'none' ? bold(own(SEALED_BY.none)) : own(SEALED_BY[report.isolation]);
  const run = mode === 'static' ? [own(NOT_RUN)] : [mode, sealing];
  return [
    paragraph(bold(long(report.sentence))),
    ...changeLinks.slice(0, rows).map((one) => paragraph(says`${own(changeLead(one))}${address(one.url)}`)),
    paragraph(joined([client.title, ...judged, platform, ...run], ' · ')),
    // What speaks against the answer is as long as it has to be.
    list([...warnings.slice(0, rows).map(long), omitted(warnings.length - rows, 'warning')], 'warnings'),
  ];
}

/** The headings of the form; one that nothing can be said under says so. */
const form = (report: Report, limits: Limits): Block[] =>
  report.client.bugForm.fields.map(({ field, heading }) =>
    section(3, heading, SECTIONS[field](report, limits), { otherwise: own('Nothing was recorded.') }),
  );

const SECTIONS: Readonly<Record<FormField, (report: Report, limits: Limits) => readonly Block[]>> = {
  wrong: (report, limits) => {
    const pair = primary(report);
    return [
      paragraph(long(report.wrong)),
      ...versionBlocks(report, limits),
      ...(pair ? failingBlocks(report, pair, limits) : findingBlocks(report, limits)),
    ];
  },
  expected: expectedBlocks,
  logs: tellingBlocks,
  steps: reproduceBlocks,
  model: ({ mode }) => [
    paragraph(
      own(mode === 'static' ? NOT_RUN : 'A scripted model API on the loopback; no model was involved.'),
    ),
  ],
  regression: (report, { rows }) => [paragraph(regression(report, rows))],
  lastWorking: (report, { rows }) => [paragraph(lastWorking(report, rows))],
  version: (report) => [paragraph(broken(report))],
  api: ({ client, mode }) => [
    paragraph(
      own(
        mode === 'static'
          ? NOT_RUN
          : `${client.bugForm.api} (its protocol, spoken by a scripted server on the loopback; nothing was sent to the provider)`,
      ),
    ),
  ],
  system: (report) => {
    const known = factOf(report, 'Operating system');
    return [paragraph(says`${known ? says`${known}, ` : ''}platform package ${report.platform}`)];
  },
  terminal: ({ mode }) => [paragraph(own(TERMINALS[mode]))],
  additional: (report, limits) => [
    ...environmentBlocks(report, limits),
    ...searchBlocks(report, limits),
    ...otherArms(report, limits),
    ...otherComparisons(report, limits),
    fold(own('How each verdict came about'), primary(report) ? findingBlocks(report, limits) : []),
    originBlock(report),
  ],
};

const TERMINALS: Readonly<Record<Report['mode'], string>> = {
  headless: 'None: run headless, without a terminal',
  interactive: 'A pseudo-terminal, with the keys typed by a script',
  static: NOT_RUN,
};

/** What should happen, that it does where the server gives no occasion to fail, and the specification unless that is in the word. */
function expectedBlocks(report: Report, limits: Limits): Block[] {
  const pair = primary(report);
  const controls = pair?.arms.filter(({ isControl }) => isControl) ?? [];
  const { spec } = report.scenario;
  // With a command in its place the scenario lent its servers, and its story is not what was judged.
  const isSaid = report.oracle !== null || spec.trim() === '' || report.expected.includes(spec);
  const differ = own(pair ? '; that releases differ is' : '');
  return [
    paragraph(long(report.expected)),
    ...(pair && controls.length > 0
      ? [
          paragraph(
            own(
              'The control: a server that gives no occasion to fail. A release that does not pass it is never blamed.',
            ),
          ),
          armTable(report, pair, controls, limits),
        ]
      : []),
    paragraph(
      isSaid
        ? ''
        : says`The part of the specification that this is about: ${long(spec)}. How it is to be read is not for this report to say${differ}.`,
    ),
  ];
}

function essentials(report: Report, limits: Limits): Block[] {
  const [sentence, ...others] = opening(report, limits);
  const [versions, ...notes] = versionBlocks(report, limits);
  return [sentence, commandBlock(report), versions, ...others, ...notes].filter(
    (block) => block !== undefined,
  );
}
