/** `report --scenario-file`: writes the file of a scenario that is in a run, or in a report on one. */
import { readFile, writeFile } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import { BisectError, systemCode } from '../errors.js';
import { readRun } from '../run/file.js';
import { fileInReport, type ReportedFile } from '../report/carried-file.js';
import { redactRun } from '../report/redact/redact.js';
import { printJson, progressOn } from './console.js';
import type { Context } from './context.js';
import { notWritable, readText } from './files.js';
import type { ReportRequest } from './requests.js';
import { keptRunFor } from './which-run.js';

/**
 * Writes the file, and never over another. It may be a stranger's program: nothing of it is run.
 * @returns 0
 * @throws BisectError `BAD_OPTION`, `NOTHING_RECORDED`, `UNKNOWN_RUN`, `BAD_RUN_FILE`, `OUTPUT_NOT_WRITABLE`, or of the ledger
 */
export async function writeScenario(request: ReportRequest, context: Context): Promise<number> {
  const { name, text } = await fileFor(request, context);
  const path = typeof request.scenarioFile === 'string' ? request.scenarioFile : `./${name}`;
  if (extname(path) !== extname(name))
    throw new BisectError('BAD_OPTION', `${path} does not end in ${extname(name)}, as ${name} does`, {
      hint: 'name it so; the id of a run goes before --scenario-file',
    });
  const file = resolve(context.cwd, path);
  await write(file, text);
  const progress = await progressOn(context.console, request.quiet);
  progress.note(
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

/** The same text may be there already. */
async function write(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text, { flag: 'wx' });
  } catch (cause) {
    if (systemCode(cause) !== 'EEXIST') throw notWritable(file, cause);
    if ((await readFile(file, 'utf8').catch(() => '')) === text) return;
    throw new BisectError('BAD_OPTION', `${file} exists already, and is another file`, {
      hint: 'name another one behind --scenario-file, and in the line that runs it: nothing is written over',
      cause,
    });
  }
}
