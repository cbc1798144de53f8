/** What a job on GitHub Actions is told beside the result: an annotation, and the summary of the step. */
import { randomUUID } from 'node:crypto';
import { appendFile, readFile } from 'node:fs/promises';
import { systemCode } from '../errors.js';
import {
  annotationOf,
  SUMMARY_LIMIT_BYTES,
  summaryMarker,
  withoutCommands,
  withoutCommandStarts,
} from '../report/github.js';
import { boundariesOf } from '../report/json.js';
import type { Report } from '../report/report.js';
import { print, type Console } from './console.js';

/** Whether this runs as a step of a job (docs.github.com, *Variables reference*). */
export const isOnGitHub = ({ env }: Pick<Console, 'env'>): boolean => env['GITHUB_ACTIONS'] === 'true';

export interface JobResult {
  readonly report: Report;
  /** The report as Markdown of at most so many characters. */
  readonly markdown: (maxChars: number) => string;
}

/**
 * In a job, adds the report to the step's summary, sets its outputs and makes an annotation of its answer; elsewhere does nothing. The
 * annotation goes to stderr, which the runner reads as well: stdout may be a document. Never throws for what cannot be
 * written: that is said instead.
 */
export async function tellGitHub({ report, markdown }: JobResult, console: Console): Promise<void> {
  if (!isOnGitHub(console)) return;
  const file = console.env['GITHUB_STEP_SUMMARY'];
  const problem = file ? await addSummary(file, report.run.id, markdown) : undefined;
  if (problem) console.stderr.write(`note: the summary of this step: ${problem}\n`);
  await setOutputs(report, console);
  console.stderr.write(`${annotationOf(report)}\n`);
}

/**
 * What later steps of the job can go by. A value is somebody else's text: it ends where a line says so that nobody can guess
 * (docs.github.com, *Workflow commands*, *Multiline strings*).
 */
async function setOutputs({ run, claims }: Report, { env, stderr }: Console): Promise<void> {
  const file = env['GITHUB_OUTPUT'];
  if (!file) return;
  const { lastGood, firstBad } = claims;
  const outputs = {
    outcome: run.answer.outcome,
    report: run.id,
    ...boundariesOf(run.answer),
    lastGood,
    firstBad,
  };
  const lines = Object.entries(outputs).map(([field, value]) => {
    const end = randomUUID();
    return `${field.replaceAll(/[A-Z]/g, '-$&').toLowerCase()}<<${end}\n${value ?? ''}\n${end}\n`;
  });
  try {
    await appendFile(file, lines.join(''));
  } catch (error) {
    stderr.write(
      `note: the outputs of this step: ${file} cannot be written (${systemCode(error) ?? String(error)})\n`,
    );
  }
}

/** Prints text that may hold what a client wrote. In a job, nothing in it is taken for a workflow command. */
export function printUnheeded(console: Console, text: string): void {
  print(console, isOnGitHub(console) ? withoutCommands(text, randomUUID()) : text);
}

/** Prints a whole document, which is no more than that where stdout is the log of a job. */
export function printDocument(console: Console, text: string): void {
  console.stdout.write(isOnGitHub(console) ? withoutCommandStarts(text) : text);
}

/** @returns what went wrong */
async function addSummary(
  file: string,
  id: string,
  markdown: JobResult['markdown'],
): Promise<string | undefined> {
  try {
    const before = await textOf(file);
    const marker = summaryMarker(id);
    if (before.includes(marker)) return undefined;
    const gap = before === '' || before.endsWith('\n') ? '\n' : '\n\n';
    const around = (text: string) => `${gap}${marker}\n\n${text.trimEnd()}\n`;
    const room = SUMMARY_LIMIT_BYTES - Buffer.byteLength(before) - Buffer.byteLength(around(''));
    const text = fitting(markdown, room);
    if (text === undefined) return 'there is no room left in it';
    await appendFile(file, around(text));
    return undefined;
  } catch (error) {
    return `${file} cannot be written (${systemCode(error) ?? String(error)})`;
  }
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return '';
    throw error;
  }
}

/** The longest that fits. The limit is in bytes, of which a character has up to three (for each of its UTF-16 units). */
function fitting(markdown: JobResult['markdown'], bytes: number): string | undefined {
  if (bytes <= 0) return undefined;
  for (const share of [1, 2 / 3, 1 / 3]) {
    const text = markdown(Math.floor(bytes * share));
    if (Buffer.byteLength(text) <= bytes) return text;
  }
  return undefined;
}
