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
    news: news.map(({ message }) => withoutReport(message.document)),
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
  return {
    elapsedMs,
    rounds: options.log.rounded,
    downloads,
    cacheHits,
    filesWritten,
    news: news.length,
    told: told.filter(({ error }) => error === null).length,
    untold: untold.length,
  };
}

const withoutReport = (document: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(document).filter(([field]) => field !== 'report'));

function untestableIn({ client, columns, rows }: ClientTable) {
  return rows.flatMap(({ version, cells }) =>
    cells.flatMap(({ result, reason }, index) =>
      result === 'skip' ? [{ client, column: columns[index]?.key ?? '', version, reason }] : [],
    ),
  );
}

/** The state of every scenario, what is new, and what the night took. */
export function nightText(outcome: NightOutcome, console: Console): string {
  const { night } = outcome;
  const colours = coloursFor(console);
  const tables = (night.table?.clients ?? []).map((table) => stateText(table, colours, columnsOf(console)));
  return [...tables, newsText(outcome, colours), costText(outcome)].join('\n\n');
}

const HEAD = ['Scenario', 'State', 'In', 'Changes', 'Evidence'];

function stateText(table: ClientTable, colours: Colours, width: number | undefined): string {
  const { title, platform, rows, columns } = table;
  const newest = rows[0]?.version ?? 'none';
  const head = `${title} · ${platform} · ${counted(rows.length, 'release')}, the newest ${newest}`;
  const lines = columns.map((column, index) => stateCells(table, column, index, colours));
  return `${head}\n\n${renderColumns(HEAD, lines, colours, width)}`;
}

function stateCells(
  { rows, changes }: ClientTable,
  { key, terms }: ClientTable['columns'][number],
  index: number,
  colours: Colours,
): string[] {
  const state = rows
    .map((row) => ({ row, cell: row.cells[index] as Cell }))
    .find(({ cell }) => cell.result !== 'untested');
  const confirmed = changes.filter(({ column, isConfirmed }) => column === key && isConfirmed).toReversed();
  const said = confirmed.map(
    ({ kind, after }) => `${termed(kind === 'regression' ? 'broken' : 'fixed', terms)} in ${after}`,
  );
  if (!state) return [key, 'untested', '', '', ''];
  return [
    key,
    resultText(state.cell, colours),
    state.row.version,
    said.join(', '),
    printable(state.cell.reason),
  ];
}

function resultText({ result }: Cell, colours: Colours): string {
  if (result === 'good') return colours.green('✔ good');
  if (result === 'bad') return colours.red('✘ bad');
  return colours.yellow(`? ${result}`);
}

function newsText({ night, options }: NightOutcome, colours: Colours): string {
  const { news, untold, isQuiet, table, failures } = night;
  const said = news.map(({ message }) => colours.bold(printable(`New: ${message.title}`)));
  const unsaid =
    untold.length > 0
      ? [`${counted(untold.length, 'change')} could not be told yet; the next night tries again.`]
      : [];
  const skips = (table?.clients ?? []).flatMap(untestableIn).length;
  const open =
    skips > 0 ? [`${counted(skips, 'result')} could not be had: see ${options.redact(options.folder)}.`] : [];
  if (said.length > 0) return [...said, ...unsaid, ...open].join('\n');
  const nothing = isQuiet
    ? 'Nothing was published since the last night.'
    : failures.length > 0
      ? 'Nothing new was found until it failed.'
      : 'No new changes.';
  return [nothing, ...unsaid, ...open].join('\n');
}

function costText({ night, options, elapsedMs }: NightOutcome): string {
  const { downloads, cacheHits, filesWritten } = night;
  const { good, bad, skip } = options.log.rounded;
  const folder = options.redact(options.folder);
  const seconds = (elapsedMs / 1000).toFixed(1);
  return `${counted(good + bad + skip, 'round')}, ${counted(downloads, 'download')}, ${cacheHits} from the store; ${counted(filesWritten, 'file')} written to ${folder}; ${seconds} s.`;
}
