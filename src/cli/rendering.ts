/** From a run that was kept to text in a format. Loaded when there is a report to make: its packages take their time. */
import { basename } from 'node:path';
import { clientById } from '../clients/index.js';
import type { Run } from '../run/run.js';
import { htmlOf } from '../report/report-page.js';
import { markdownOf } from '../report/issue.js';
import { redactRun } from '../report/redact/redact.js';
import { jsonText } from '../report/text.js';
import { reportDocument } from '../report/json.js';
import { reportOf, type Report } from '../report/report.js';
import type { Console } from './console.js';
import type { Format } from './files.js';
import { isOnGitHub, tellGitHub } from './github-actions.js';

/**
 * The report on a run.
 * @param redact without keys, and without the names and paths of the machine that it was made on
 * @throws BisectError `UNKNOWN_CLIENT` for a run of a client that this version does not know
 */
export const reportFrom = (run: Run, redact: boolean): Report =>
  reportOf(redact ? redactRun(run) : run, clientById(run.client));

/**
 * The report in a format, ending with a line break.
 * @param file that it will be in; left out: it is not known
 */
export async function textIn(format: Format, report: Report, file?: string): Promise<string> {
  const name = file === undefined ? undefined : basename(file);
  switch (format) {
    case 'md':
      return markdownOf(report, name === undefined ? {} : { name });
    case 'html':
      return htmlOf(report, name);
    case 'json':
      return jsonText(reportDocument(report));
    case 'junit':
      // Its builder takes longer to load than all the rest.
      return (await import('../report/junit.js')).junitOf(report);
  }
}

/** Tells a job on GitHub of a run, where this is one: its page is read by others, so the report is redacted always. */
export async function tellJob(run: Run, console: Console): Promise<void> {
  if (!isOnGitHub(console)) return;
  const report = reportFrom(run, true);
  await tellGitHub({ report, markdown: (maxChars) => markdownOf(report, { maxChars }) }, console);
}
