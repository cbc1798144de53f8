/** What the runner of GitHub Actions reads: workflow commands, and the limits of a step's summary. Pure. */
import { reproduceLine } from './carried-file.js';
import { wrongOf } from './prose.js';
import { conclusionOf, titleOf } from './title.js';
import { cut, printable } from './text.js';
import type { Report } from './report.js';
import { sentenceOf } from './sentence.js';

/** Of a step; a larger summary is dropped whole (docs.github.com, *Workflow commands*, *Adding a job summary*). */
export const SUMMARY_LIMIT_BYTES = 1024 * 1024;

/** Of a line: the runner cuts messages of more than 4,096 characters, and there are four lines at most. */
const MAX_LINE = 1_000;
const MAX_TITLE = 200;

const LEVELS = { passed: 'notice', failed: 'warning', undecided: 'error' } as const;

/**
 * The answer as one workflow command, which the job's page shows as an annotation: a warning for what is broken, an error
 * where there is no answer, else a notice. Nothing in it can end the line or begin another property.
 */
export function annotationOf(report: Report): string {
  const { run, client, claims } = report;
  const { result } = conclusionOf(report);
  const title = result === 'failed' ? titleOf(report) : `${client.title}: ${run.scenario.title}`;
  const said = [
    sentenceOf(run.answer, claims),
    ...(result === 'failed' ? [wrongOf(report)] : []),
    `Reproduce: ${reproduceLine(run)}`,
  ];
  const lines = [
    ...said.map((line) => printable(cut(line, MAX_LINE))),
    `Report: mcp-bisect report ${run.id}`,
  ];
  const head = `::${LEVELS[result]} title=${escapedProperty(printable(cut(title, MAX_TITLE)))}`;
  return `${head}::${escapedData(lines.join('\n'))}`;
}

/** What marks the summary of a run, so that it is not written twice. */
export const summaryMarker = (id: string): string => `<!-- mcp-bisect run ${id} -->`;

/**
 * `text`, in which the runner heeds no workflow command. It does not heed them up to `token`, which nobody must be able to
 * guess.
 */
export const withoutCommands = (text: string, token: string): string =>
  `::stop-commands::${token}\n${text}\n::${token}::`;

/**
 * A document in which no line is a workflow command, for where it is printed among other things: a character that nobody
 * sees goes into what would be one (`::` at the beginning of a line, `##[` anywhere; actions/runner, ActionCommand.cs).
 */
export const withoutCommandStarts = (text: string): string =>
  text.replaceAll(/^([^\S\n]*):(?=:)/gmu, `$1:${UNSEEN}`).replaceAll('##[', `##${UNSEEN}[`);

/** ZERO WIDTH SPACE. */
const UNSEEN = '\u200B';

/** As the runner undoes it (actions/runner, ActionCommand.cs). */
const escapedData = (text: string): string =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');

const escapedProperty = (text: string): string =>
  escapedData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
