/** What is said at the end of a night: to people, and to machines. */
import type { Night, NightlyOptions } from '../nightly/nightly.js';
import type { Cell, ClientTable } from '../report/nightly/version-table.js';
import { renderColumns, type Colours } from '../report/terminal.js';
import { printable } from '../report/text.js';
import { termed } from '../scenarios/terms.js';
import { counted } from '../report/words.js';
import { coloursFor, columnsOf, type Console } from './console.js';

export interface NightOutcome {
  readonly night: Night;
  readonly options: NightlyOptions;
  readonly elapsedMs: number;
}

/** The document that `nightly --json` prints. */
export function nightDocument({ night, options, elapsedMs }: NightOutcome): Record<string, unknown> {
  const { isQuiet, news, untold, told, table, downloads, cacheHits, filesWritten, failures } = night;
  const { log, folder, redact } = options;
  const orNull = (text: string | null | undefined) => (text == null ? null : redact(text));
  return {
    schema: 1,
    quiet: isQuiet,
    // The report is a file of the output.
    news: news.map(({ message: { document } }) => ({ ...document, report: undefined })),
    untold: untold.map(({ id }) => id),
    told: told.map((one) => ({ ...one, error: orNull(one.error) })),
    untestable: (table?.clients ?? []).flatMap(untestableIn),
    output: redact(folder),
    filesWritten,
    rounds: log.rounded,
    downloads,
    cacheHits,
    elapsedMs,
    errors: failures.map(({ code, message, hint }) => ({
      code,
      message: redact(message),
      hint: orNull(hint),
    })),
  };
}

/** What the night found and took, in numbers: the event that `--log-json` ends with. */
export function nightNumbers({ night, options, elapsedMs }: NightOutcome): Record<string, unknown> {
  const { news, untold, told, downloads, cacheHits, filesWritten } = night;
  const took = { elapsedMs, rounds: options.log.rounded, downloads, cacheHits, filesWritten };
  const reached = told.filter(({ error }) => error === null).length;
  return { ...took, news: news.length, told: reached, untold: untold.length };
}

const untestableIn = ({ client, columns, rows }: ClientTable) =>
  rows.flatMap(({ version, cells }) =>
    cells.flatMap(({ result, reason }, index) =>
      result === 'skip' ? [{ client, column: columns[index]?.key ?? '', version, reason }] : [],
    ),
  );

/** The state of every scenario, what is new, and what the night took. */
export function nightText(outcome: NightOutcome, console: Console): string {
  const { night } = outcome;
  const colours = coloursFor(console);
  const tables = (night.table?.clients ?? []).map((table) => stateText(table, colours, columnsOf(console)));
  return [...tables, newsText(outcome, colours), costText(outcome)].join('\n\n');
}

const HEAD = ['Scenario', 'State', 'In', 'Changes', 'Evidence'];

function stateText(table: ClientTable, colours: Colours, width: number | undefined): string {
  const { title, platform, rows, columns, changes } = table;
  const newest = rows[0]?.version ?? 'none';
  const head = `${title} · ${platform} · ${counted(rows.length, 'release')}, the newest ${newest}`;
  const lines = columns.map(({ key, terms }, index) => {
    const known = rows.find(({ cells }) => cells[index]?.result !== 'untested');
    const cell = known?.cells[index];
    if (!known || !cell) return [key, 'untested', '', '', ''];
    const said = changes
      .filter(({ column, isConfirmed }) => column === key && isConfirmed)
      .map(({ kind, after }) => `${termed(kind === 'regression' ? 'broken' : 'fixed', terms)} in ${after}`);
    const changed = said.toReversed().join(', ');
    return [key, resultText(cell, colours), known.version, changed, printable(cell.reason)];
  });
  return `${head}\n\n${renderColumns(HEAD, lines, colours, width)}`;
}

function resultText({ result }: Cell, colours: Colours): string {
  if (result === 'good') return colours.green('✔ good');
  return result === 'bad' ? colours.red('✘ bad') : colours.yellow(`? ${result}`);
}

function newsText({ night, options }: NightOutcome, colours: Colours): string {
  const { news, untold, isQuiet, table, failures } = night;
  const said = news.map(({ message }) => colours.bold(printable(`New: ${message.title}`)));
  const skips = (table?.clients ?? []).flatMap(untestableIn).length;
  const nothing = isQuiet
    ? 'Nothing was published since the last night.'
    : failures.length > 0
      ? 'Nothing new was found until it failed.'
      : 'No new changes.';
  const unsaid = `${counted(untold.length, 'change')} could not be told yet; the next night tries again.`;
  const open = `${counted(skips, 'result')} could not be had: see ${options.redact(options.folder)}.`;
  return [
    ...(said.length > 0 ? said : [nothing]),
    ...(untold.length > 0 ? [unsaid] : []),
    ...(skips > 0 ? [open] : []),
  ].join('\n');
}

function costText({ night, options, elapsedMs }: NightOutcome): string {
  const { downloads, cacheHits, filesWritten } = night;
  const { good, bad, skip } = options.log.rounded;
  const folder = options.redact(options.folder);
  const seconds = (elapsedMs / 1000).toFixed(1);
  return `${counted(good + bad + skip, 'round')}, ${counted(downloads, 'download')}, ${cacheHits} from the store; ${counted(filesWritten, 'file')} written to ${folder}; ${seconds} s.`;
}
