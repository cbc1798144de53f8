/** `report`: a run that was kept, as text for people and for machines. */
import { BisectError } from '../errors.js';
import { runDocument } from '../run/file.js';
import type { RunSummary } from '../ledger/ledger.js';
import { redactRun } from '../report/redact/redact.js';
import { renderColumns } from '../report/terminal.js';
import { minutes } from '../report/words.js';
import { coloursFor, columnsOf, print, printJson, progressOn } from './console.js';
import { cacheDirFor, scenarioIdOf, type Context } from './context.js';
import { writeText } from './files.js';
import { formatByEnding } from './formats.js';
import { printDocument } from './github-actions.js';
import { reportFrom, tellJob, textIn } from './rendering.js';
import { writeScenario } from './report-scenario.js';
import type { ReportFormat, ReportRequest } from './requests.js';
import { keptRunFor } from './which-run.js';

/**
 * Writes the report of a run, or the run itself for another machine.
 * @returns 0
 * @throws BisectError `UNKNOWN_RUN`, `BAD_RUN_FILE`, `OUTPUT_NOT_WRITABLE`, or of the ledger
 */
export async function report(request: ReportRequest, context: Context): Promise<number> {
  assertClear(request);
  if (request.list) return listRuns(request, context);
  const { output, redact, export: exported } = request;
  if (request.scenarioFile !== undefined) return writeScenario(request, context);
  const run = await keptRunFor(request, context);
  if (exported !== undefined) {
    // With all its names and keys it is for its owner alone.
    const mode = redact ? undefined : 0o600;
    await writeText(exported, context.cwd, runDocument(redact ? redactRun(run) : run), mode);
    await note(
      request,
      context,
      `${exported} holds the run: read it with "mcp-bisect report --from ${exported}"`,
    );
    if (output === undefined && request.format === undefined && !request.json) return 0;
  }
  const text = await textIn(formatFor(request), reportFrom(run, redact), output === '-' ? undefined : output);
  if (output === undefined || output === '-') printDocument(context.console, text);
  else await writeText(output, context.cwd, text);
  await tellJob(run, context.console);
  return 0;
}

/** @throws BisectError `BAD_OPTION` for options that contradict each other */
function assertClear(request: ReportRequest): void {
  const { list, id, from, scenarioFile, format, output, export: exported } = request;
  const others = [id, from, scenarioFile, format, output, exported].some((option) => option !== undefined);
  if (list && others)
    throw new BisectError('BAD_OPTION', '--list names the runs that are kept, and makes no report', {
      hint: 'leave the other options out',
    });
  if (scenarioFile !== undefined && [format, output, exported].some((option) => option !== undefined))
    throw new BisectError('BAD_OPTION', '--scenario-file writes a file, and makes no report', {
      hint: 'leave the other options out, but for --from or an id',
    });
  if (output !== undefined && output === exported)
    throw new BisectError('BAD_OPTION', `--output and --export both name ${output}`, {
      hint: 'name two files',
    });
  if (id !== undefined && !/^[0-9a-f]{1,16}$/i.test(id))
    throw new BisectError('BAD_OPTION', `"${id}" is no id of a run`, {
      hint: 'ids are hexadecimal: see "mcp-bisect report --list"; without one the last run is meant',
    });
}

function formatFor({ format, json, output }: ReportRequest): ReportFormat {
  if (json && format !== undefined && format !== 'json')
    throw new BisectError('BAD_OPTION', `--json and --format ${format} contradict each other`, {
      hint: 'leave one of them out',
    });
  if (json) return 'json';
  return format ?? (output === undefined ? undefined : formatByEnding(output)) ?? 'md';
}

async function listRuns(request: ReportRequest, context: Context): Promise<number> {
  const scenario = await scenarioIdOf(request.scenario, context);
  const ledger = await context.readLedger(cacheDirFor(request, context));
  try {
    const runs = ledger.runs().filter((run) => scenario === undefined || run.scenario === scenario);
    if (request.json) printJson(context.console, { schema: 1, runs });
    else if (runs.length === 0) print(context.console, 'No bisection is kept yet.');
    else
      print(
        context.console,
        renderColumns(
          LIST_HEAD,
          runs.map(listCells),
          coloursFor(context.console),
          columnsOf(context.console),
        ),
      );
    return 0;
  } finally {
    ledger.close();
  }
}

const LIST_HEAD = ['Id', 'Run (UTC)', 'Client', 'Scenario', 'Platform', 'Mode', 'From', 'To', 'Outcome'];

const listCells = (run: RunSummary): string[] => [
  run.id,
  minutes(run.startedAt),
  run.client,
  run.scenario,
  run.platform,
  run.mode,
  run.from ?? '',
  run.to ?? '',
  run.outcome,
];

async function note({ quiet }: ReportRequest, { console }: Context, text: string): Promise<void> {
  const progress = await progressOn(console, quiet);
  progress.note(text);
}
