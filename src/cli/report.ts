/** `report`: a run that was kept, as text for people and for machines; and the scenario's file that is in it. */
import { extname, resolve } from 'node:path';
import { loadScenario, namesFile } from '../custom/module.js';
import { badOption, BisectError } from '../errors.js';
import { readLedger, type RunSummary } from '../ledger/ledger.js';
import { fileInReport, type ReportedFile } from '../report/carried-file.js';
import { redactRun } from '../report/redact/redact.js';
import { minutes } from '../report/words.js';
import { readRun, runDocument } from '../run/file.js';
import type { Run } from '../run/run.js';
import type { Typed } from './commands.js';
import { columnsText, printJson, printResult, progressOn } from './console.js';
import { cacheDirFor, type Context } from './context.js';
import { formatByEnding, readText, writeNew, writeText, type Format } from './files.js';
import { printDocument } from './github-actions.js';
import { reportFrom, tellJob, textIn } from './rendering.js';

/** With the id of the run that is meant, wherever it stood. */
type ReportRequest = Omit<Typed<'report'>, 'id'> & { readonly id: string | undefined };

/**
 * Writes the report of a run, or the run itself for another machine.
 * @throws BisectError `UNKNOWN_RUN`, `BAD_RUN_FILE`, `OUTPUT_NOT_WRITABLE`, or of the ledger
 */
export async function report(
  id: string | undefined,
  typed: Typed<'report'>,
  context: Context,
): Promise<number> {
  const request = { ...typed, id: idOf(id, typed.id) };
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

/** @throws BisectError `BAD_OPTION` if two runs are named */
function idOf(operand: string | undefined, option: string | undefined): string | undefined {
  if (operand === undefined || option === undefined || operand === option) return operand ?? option;
  throw badOption(`two runs are named: ${operand} and ${option}`, 'a report is about one run');
}

/** @throws BisectError `BAD_OPTION` for options that contradict each other */
function assertClear(request: ReportRequest): void {
  const { list, id, from, scenarioFile, format, output, export: exported } = request;
  const others = [id, from, scenarioFile, format, output, exported].some((option) => option !== undefined);
  if (list && others)
    throw badOption(
      '--list names the runs that are kept, and makes no report',
      'leave the other options out',
    );
  if (scenarioFile !== undefined && [format, output, exported].some((option) => option !== undefined))
    throw badOption(
      '--scenario-file writes a file, and makes no report',
      'leave the other options out, but for --from or an id',
    );
  if (output !== undefined && output === exported)
    throw badOption(`--output and --export both name ${output}`, 'name two files');
  if (id !== undefined && !/^[0-9a-f]{1,16}$/i.test(id))
    throw badOption(
      `"${id}" is no id of a run`,
      'ids are hexadecimal: see "mcp-bisect report --list"; without one the last run is meant',
    );
}

function formatFor({ format, json, output }: ReportRequest): Format {
  if (json && format !== undefined && format !== 'json')
    throw badOption(`--json and --format ${format} contradict each other`, 'leave one of them out');
  if (json) return 'json';
  return format ?? (output === undefined ? undefined : formatByEnding(output)) ?? 'md';
}

async function listRuns(request: ReportRequest, context: Context): Promise<number> {
  const scenario = await scenarioIdOf(request.scenario, context.cwd);
  const ledger = readLedger(cacheDirFor(request));
  try {
    const runs = ledger.runs().filter((run) => scenario === undefined || run.scenario === scenario);
    printResult(context.console, request.json, { runs }, () =>
      runs.length === 0
        ? 'No bisection is kept yet.'
        : columnsText(context.console, LIST_HEAD, runs.map(listCells)),
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
  (await progressOn(console, quiet)).note(text);
}

/**
 * The run of an id, of a file, or the last that was kept.
 * @throws BisectError `UNKNOWN_RUN`, `BAD_RUN_FILE`, or of the ledger
 */
async function keptRunFor(request: ReportRequest, context: Context): Promise<Run> {
  const { from } = request;
  const id = request.id?.toLowerCase() ?? '';
  if (from !== undefined && (id !== '' || request.scenario !== undefined))
    throw badOption(
      '--from names a run of its own, and an id or a scenario another one',
      'leave one of them out',
    );
  if (from !== undefined) return readRun(await readText(from, context.cwd));
  const cacheDir = cacheDirFor(request);
  const scenario = await scenarioIdOf(request.scenario, context.cwd);
  const ledger = readLedger(cacheDir);
  try {
    const isMeant = (run: RunSummary) => run.scenario === scenario && run.id.startsWith(id);
    const named = scenario === undefined ? id : ledger.runs().find(isMeant)?.id;
    const run = named === undefined ? undefined : ledger.run(named);
    if (run) return run;
  } finally {
    ledger.close();
  }
  throw unknownRun(id, scenario === undefined ? '' : ` under ${scenario}`, cacheDir);
}

function unknownRun(id: string, under: string, cacheDir: string): BisectError {
  if (id === '')
    return new BisectError('UNKNOWN_RUN', `no bisection${under} is kept in ${cacheDir}`, {
      hint: 'run one with "mcp-bisect run", or name its folder with --cache-dir, or a file with --from',
    });
  return new BisectError('UNKNOWN_RUN', `no run${under} that is kept in ${cacheDir} begins with ${id}`, {
    hint: 'see "mcp-bisect report --list"; the oldest runs are let go of',
    facts: { id },
  });
}

/**
 * Writes the file, and never over another. It may be a stranger's program: nothing of it is run.
 * @throws BisectError `BAD_OPTION`, `NOTHING_RECORDED`, `UNKNOWN_RUN`, `BAD_RUN_FILE`, `OUTPUT_NOT_WRITABLE`, or of the ledger
 */
async function writeScenario(request: ReportRequest, context: Context): Promise<number> {
  const { name, text } = await fileFor(request, context);
  const path = typeof request.scenarioFile === 'string' ? request.scenarioFile : `./${name}`;
  if (extname(path) !== extname(name))
    throw badOption(
      `${path} does not end in ${extname(name)}, as ${name} does`,
      'name it so; the id of a run goes before --scenario-file',
    );
  const file = resolve(context.cwd, path);
  await writeNew(file, text, 'name another one behind --scenario-file, and in the line that runs it');
  await note(
    request,
    context,
    `${file} holds the scenario, a program of its author’s: read it before you run it with --scenario ${path}`,
  );
  if (request.json) printJson(context.console, { schema: 1, file });
  return 0;
}

async function fileFor(request: ReportRequest, context: Context): Promise<ReportedFile> {
  const { from, redact } = request;
  if (from !== undefined && request.id === undefined) {
    const text = await readText(from, context.cwd);
    const file =
      fileInReport(text) ?? (text.trimStart().startsWith('{') ? readRun(text).scenario.file : undefined);
    return file ?? refuse(`${from} holds no file of a scenario`);
  }
  const run = await keptRunFor(request, context);
  const { id, file } = (redact ? redactRun(run) : run).scenario;
  return file ?? refuse(`of run ${run.id}, under ${id}, no file of a scenario is kept`);
}

function refuse(message: string): never {
  throw new BisectError('NOTHING_RECORDED', message, {
    hint: 'there is one where "mcp-bisect run" was given a file with --scenario; name such a run or report',
  });
}

/** The id under which rounds and runs of a scenario are kept: of what may be a file of the user's, or an id. */
async function scenarioIdOf(name: string | undefined, cwd: string): Promise<string | undefined> {
  return name !== undefined && namesFile(name) ? (await loadScenario(name, cwd)).id : name;
}
