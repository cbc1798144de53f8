/** `report`: a run that was kept, as text for people and for machines. */
import { BisectError } from '../errors.js';
import { readKeptRun, runDocument } from '../kept-run-file.js';
import type { KeptRun } from '../kept-run.js';
import type { RunSummary } from '../ledger.js';
import { redactRun } from '../report/redact.js';
import { renderColumns } from '../report/table.js';
import { minutes } from '../report/words.js';
import { coloursFor, columnsOf, print, printJson, progressOn } from './console.js';
import { cacheDirFor, type Context } from './context.js';
import { readText, writeText } from './files.js';
import { formatByEnding } from './formats.js';
import { printDocument } from './github-actions.js';
import { reportFrom, tellJob, textIn } from './rendering.js';
import type { ReportFormat, ReportRequest } from './requests.js';

/**
 * Writes the report of a run, or the run itself for another machine.
 * @returns 0
 * @throws BisectError `UNKNOWN_RUN`, `BAD_RUN_FILE`, `OUTPUT_NOT_WRITABLE`, or of the ledger
 */
export async function report(request: ReportRequest, context: Context): Promise<number> {
  assertClear(request);
  if (request.list) return listRuns(request, context);
  const { output, redact, export: exported } = request;
  const run = await runAskedFor(request, context);
  if (exported !== undefined) {
    // With all its names and keys it is for its owner alone.
    const mode = redact ? undefined : 0o600;
    await writeText(exported, context.cwd, runDocument(redact ? redactRun(run) : run), mode);
    note(request, context, `${exported} holds the run: read it with "mcp-bisect report --from ${exported}"`);
    if (output === undefined && request.format === undefined && !request.json) return 0;
  }
  const text = textIn(formatFor(request), reportFrom(run, redact));
  if (output === undefined || output === '-') printDocument(context.console, text);
  else await writeText(output, context.cwd, text);
  await tellJob(run, context.console);
  return 0;
}

/** @throws BisectError `BAD_OPTION` for options that contradict each other */
function assertClear({ list, id, from, format, output, export: exported }: ReportRequest): void {
  const others = [id, from, format, output, exported].some((option) => option !== undefined);
  if (list && others)
    throw new BisectError('BAD_OPTION', '--list names the runs that are kept, and makes no report', {
      hint: 'leave the other options out',
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

async function runAskedFor(request: ReportRequest, context: Context): Promise<KeptRun> {
  const { id, from } = request;
  if (from !== undefined && id !== undefined)
    throw new BisectError('BAD_OPTION', '--from names a run of its own, and an id another one', {
      hint: 'leave one of them out',
    });
  if (from !== undefined) return readKeptRun(await readText(from, context.cwd));
  const cacheDir = cacheDirFor(request, context);
  const ledger = await context.readLedger(cacheDir);
  try {
    const run = ledger.run(id?.toLowerCase());
    if (run) return run;
  } finally {
    ledger.close();
  }
  throw unknownRun(id, cacheDir);
}

function unknownRun(id: string | undefined, cacheDir: string): BisectError {
  if (id === undefined)
    return new BisectError('UNKNOWN_RUN', `no bisection is kept in ${cacheDir}`, {
      hint: 'run one with "mcp-bisect run", or name its folder with --cache-dir, or a file with --from',
    });
  return new BisectError('UNKNOWN_RUN', `no run that is kept in ${cacheDir} begins with ${id}`, {
    hint: 'see "mcp-bisect report --list"; the oldest runs are let go of',
    facts: { id },
  });
}

async function listRuns(request: ReportRequest, context: Context): Promise<number> {
  const ledger = await context.readLedger(cacheDirFor(request, context));
  try {
    const runs = ledger.runs();
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

function note({ quiet }: ReportRequest, { console }: Context, text: string): void {
  progressOn(console, quiet).note(text);
}
