/**
 * A scenario's file in a report: what a reader does with it, and how it is found again in a report that was pasted or moved.
 * Pure.
 */
import { CARRIED_NAME, type ScenarioFile } from '../scenarios/file.js';
import { grouped, listed } from './words.js';
import type { Run } from '../run/run.js';
import { shellLine } from './shell.js';
import { hasStandIns } from './redact/source.js';

/** Of the fence that holds a file; its name follows. */
export const LANGUAGE = 'js';

/** Characters of a file that a report for people holds. A longer one is in an exported run. */
const MAX_CHARS = 32_000;

/** The file, if the report for people holds its text. */
export const carriedIn = ({ scenario: { file } }: Run): ScenarioFile | undefined =>
  file && file.text.length <= MAX_CHARS ? file : undefined;

/**
 * The line for a shell that asks the same again. For somebody who has nothing else than a report it first writes the scenario's
 * file, if that is in it.
 * @param name of the file that the report is in. Left out: the scenario's file is there already; null: the report does not hold
 * the file, and its author's ledger does
 */
export function reproduceLine(run: Run, name?: string | null): string {
  const line = shellLine(['mcp-bisect', ...run.reproduce]);
  if (name === undefined || !carriedIn(run)) return line;
  const place = name === null ? [run.id] : ['--from', name];
  return `${shellLine(['mcp-bisect', 'report', ...place, '--scenario-file'])} && ${line}`;
}

/** What to know before the line is run; nothing where the scenario is built in. */
export function notesOnFile({ scenario: { file }, id }: Run): string[] {
  if (!file) return [];
  const { name, text, imports } = file;
  return [
    `${name} is a program of its author’s. It runs with your rights, outside the sealed room: read it first.`,
    imports.length > 0 &&
      `It imports ${listed(imports, 'and')}, which a report does not hold: without that it does not run.`,
    hasStandIns(text) &&
      'What may be secret in it has a stand-in (redacted-1 and so on): if the failure depends on one, put a value of your own there.',
    text.length > MAX_CHARS &&
      `It has ${grouped(text.length)} characters, too many for this report. Its author has it, or carries it with: mcp-bisect report ${id} --export run.json`,
  ].filter((note) => note !== false);
}

/** Every fence is one of ours: a line of somebody else's is inside of one, and opens no other (markdown.ts). */
const FENCE = /^(`{3,})([^`\n]*)\n(?:([^]*?)\n)??\1$/gm;
/** Text of others has no tags in it (html.ts). */
const BOX = /<pre\b[^>]*\sdata-file="([^"]+)"[^>]*><code>([^]*?)<\/code><\/pre>/;

/** A scenario's file that came out of a report. */
export type ReportedFile = Pick<ScenarioFile, 'name' | 'text'>;

/**
 * The scenario's file in a report (Markdown, HTML or JSON), as it was written, or as it is once it was pasted into an issue or
 * saved by a browser. Undefined where there is none, or its name is none.
 */
export function fileInReport(document: string): ReportedFile | undefined {
  const text = document.replaceAll(/\r\n?/g, '\n').trimStart();
  // What means something in one format is a client's text in another.
  const read = text.startsWith('{') ? inJson : /^<(?:!doctype|html)\b/i.test(text) ? inPage : inMarkdown;
  const found = read(text);
  return found && CARRIED_NAME.test(found.name) ? found : undefined;
}

function inMarkdown(text: string): ReportedFile | undefined {
  for (const [, , info = '', body = ''] of text.matchAll(FENCE)) {
    const [language, name] = info.trim().split(' ');
    if (language === LANGUAGE && name !== undefined) return { name, text: `${body}\n` };
  }
  return undefined;
}

function inPage(text: string): ReportedFile | undefined {
  const [, name = '', body = ''] = BOX.exec(text) ?? [];
  const decoded = body.replaceAll(/&(?:#\d+|\w+);/g, (entity) => ENTITIES[entity] ?? entity);
  return name === '' ? undefined : { name, text: decoded };
}

/** What `escaped` of html.ts writes, and what browsers write when they save a page. */
const ENTITIES: Readonly<Record<string, string>> = {
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
  '&#96;': '`',
  '&nbsp;': '\u00A0',
  '&amp;': '&',
};

function inJson(text: string): ReportedFile | undefined {
  try {
    const document: unknown = JSON.parse(text);
    const { name, text: body } = Object(Object(Object(Object(document).about).scenario).file);
    return typeof name === 'string' && typeof body === 'string' ? { name, text: body } : undefined;
  } catch {
    return undefined;
  }
}
