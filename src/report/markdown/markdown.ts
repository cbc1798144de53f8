/**
 * The report as the body of a GitHub issue, keyed to the client's own bug form: the answer first, then what proves it.
 * Values in, one string out. Pure.
 */
import type { FormField } from '../../clients/client.js';
import { withFile } from '../carried-file.js';
import { changeLead } from '../change-links.js';
import type { Report } from '../report.js';
import { NOT_RUN } from '../words.js';
import { leftOut, link, list } from './blocks.js';
import { bold, code, inline } from './escape.js';
import { fitted } from './fit.js';
import type { Limits } from './limits.js';
import { additional } from './sections/additional.js';
import { expected } from './sections/expected.js';
import { logs } from './sections/logs.js';
import { api, model, sealing, system, terminal } from './sections/setting.js';
import { lastWorking, regression, version } from './sections/standing.js';
import { reproduce, steps } from './sections/steps.js';
import { wrong } from './sections/wrong.js';
import { versionBlocks } from './version-table.js';

/** GitHub takes 65,536; some are left for what its user adds. */
const MAX_CHARS = 65_000;

type Section = (report: Report, limits: Limits) => readonly string[];

const SECTIONS: Readonly<Record<FormField, Section>> = {
  wrong,
  expected,
  logs,
  steps,
  model,
  regression,
  lastWorking,
  version,
  api,
  system,
  terminal,
  additional,
};

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
  return fitted(
    (limits) => `${[...opening(whole, limits), ...form(whole, limits)].filter(Boolean).join('\n\n')}\n`,
    (limits) => essentials(report, limits),
    maxChars,
  );
}

function opening(report: Report, limits: Limits): string[] {
  const { client, scenario, platform, mode, oracle } = report;
  const shown = (word: string) => inline(word, limits.cell);
  const judged =
    oracle === null
      ? [shown(scenario.id)]
      : [mode !== 'static' && shown(`servers of ${scenario.id}`), `judged by ${code(oracle, limits.cell)}`];
  const words = [
    shown(client.title),
    ...judged,
    shown(platform),
    ...(mode === 'static' ? [NOT_RUN] : [shown(mode), sealing(report)]),
  ];
  const changes = report.changeLinks
    .slice(0, limits.rows)
    .map((one) => changeLead(one) + link(one.url, limits.cell));
  return [
    bold(inline(report.sentence, limits.prose)),
    ...changes,
    words.filter(Boolean).join(' · '),
    warning(report, limits),
  ];
}

/** What speaks against the answer is as long as it has to be. */
function warning(report: Report, { prose, rows }: Limits): string {
  const { warnings } = report;
  if (warnings.length === 0) return '';
  const shown = warnings.slice(0, rows).map((text) => inline(text, prose));
  const rest = leftOut(report, warnings.length - shown.length, 'warning');
  return `> [!WARNING]\n${list([...shown, rest].filter(Boolean)).replaceAll(/^/gmu, '> ')}`;
}

/** The headings of the form; one that nothing can be said under says so. */
function form(report: Report, limits: Limits): string[] {
  return report.client.bugForm.fields.flatMap(({ field, heading }) => {
    const blocks = SECTIONS[field](report, limits).filter(Boolean);
    return [
      `### ${inline(heading, limits.cell)}`,
      ...(blocks.length > 0 ? blocks : ['Nothing was recorded.']),
    ];
  });
}

function essentials(report: Report, limits: Limits): string[] {
  return [
    ...opening(report, limits).slice(0, 1),
    reproduce(report),
    ...versionBlocks(report, limits).slice(0, 1),
    ...opening(report, limits).slice(1),
    ...versionBlocks(report, limits).slice(1),
  ].filter(Boolean);
}
