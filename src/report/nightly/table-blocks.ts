/** The version table of each client: what changed, the results, and why some are missing. Pure. */
import {
  address,
  bold,
  hinted,
  joined,
  link,
  list,
  omitted,
  own,
  paragraph,
  says,
  section,
  table,
  type Block,
  type Inline,
  type BlockRow,
  type Shape,
} from '../document.js';
import type { Limits } from '../limits.js';
import { termed } from '../../scenarios/terms.js';
import { allOf, counted, listed, releasedText } from '../words.js';
import { untoldIn, type Untold } from './untold.js';
import type {
  Cell,
  CellResult,
  ClientTable,
  Column,
  TableChange,
  TableRow,
  VersionTable,
} from './version-table.js';
import {
  changeText,
  columnTitle,
  isLinked,
  MEANINGS,
  publishedText,
  remarksOn,
  resultCounts,
  rowOf,
  testedText,
} from './words.js';

/** Where a client, and each of its releases, stands on the page. No client has the place of another one's release. */
export const clientPlace = (client: string): string => `of ${client}`;
export const rowPlace = (client: string, version: string): string => `${client} ${version}`;

/** The whole page. */
export function tableBlocks({ clients }: VersionTable, limits: Limits): Block[] {
  return [
    section(1, own('Version table'), [legend]),
    ...clients.map((client) => clientSection(client, limits)),
  ];
}

const SHAPES: Readonly<Record<CellResult, readonly [Shape, glyph: string]>> = {
  good: ['good', '✅'],
  bad: ['bad', '❌'],
  skip: ['skip', '⏭'],
  flaky: ['flaky', '⚠️'],
  untested: ['none', '·'],
};

/** `❌ bad` */
export function signed(result: CellResult): Inline {
  const [shape, glyph] = SHAPES[result];
  return [{ kind: 'sign', shape, glyph, isHollow: false }, own(` ${result}`)];
}

const legend = paragraph(
  says`${joined(
    MEANINGS.map(([result, meaning]) => [signed(result), own(`: ${meaning}`)]),
    '; ',
  )}. Times are UTC.`,
  'note',
);

function clientSection(client: ClientTable, limits: Limits): Block {
  const changes = client.changes.map((change) => changeItem(client, change));
  const title = client.title.trim() === '' ? own('A client without a name') : client.title;
  const parts = [
    paragraph(aboutOf(client), 'note'),
    paragraph(newestOf(client)),
    changes.length > 0
      ? section(3, own('Changes'), [list(bounded(changes, limits), 'changes')])
      : paragraph(own('No change is known.')),
    section(3, own('Releases'), resultTable(client, limits), {
      otherwise: own('There are no releases yet.'),
    }),
    ...(
      [
        ['Without a verdict', untoldIn(client).map(untoldItem)],
        ['Remarks', remarkItems(client)],
        ['Scenarios', client.columns.map(scenarioItem)],
      ] as const
    ).map(([name, items]) => section(3, own(name), [list(bounded(items, limits))])),
  ];
  return section(2, title, parts, { place: clientPlace(client.client) });
}

/** `@anthropic-ai/claude-code` · linux-x64 · 12 releases · 10 columns */
function aboutOf({ package: name, platform, rows, columns }: ClientTable): Inline {
  const counts = [own(counted(rows.length, 'release')), own(counted(columns.length, 'column'))];
  return joined([...[name, platform].filter(Boolean), ...counts], ' · ');
}

function newestOf({ rows: [newest] }: ClientTable): Inline {
  if (!newest) return '';
  const results = resultCounts(newest.cells);
  return says`Newest release: ${versionLink(newest)}, ${publishedText(newest)}${own(results ? `: ${results}` : '')}.`;
}

/** The version, leading to what was recorded of it. */
function versionLink({ version, evidence }: Pick<TableRow, 'version' | 'evidence'>, place = ''): Inline {
  return evidence ? link({ page: evidence, place }, version) : version;
}

/** The newest release first, a column for each scenario; the oldest ones beyond what there is room for are counted. */
function resultTable({ client, rows, columns }: ClientTable, { versions }: Limits): Block[] {
  const head = [own('Version'), own('Released (UTC)'), ...columns.map(({ key }) => key)];
  const shown = rows.slice(0, versions).map((row) => resultRow(client, row, columns));
  return [table(head, shown, 'results'), paragraph(omitted(rows.length - versions, 'older release'))];
}

function resultRow(client: string, row: TableRow, columns: readonly Column[]): BlockRow {
  const remarks = remarksOn(row).map(({ word, reason }) => hinted(own(word), reason));
  const version = versionLink(row);
  return {
    place: rowPlace(client, row.version),
    cells: [
      remarks.length > 0 ? says`${version} (${joined(remarks, ', ')})` : version,
      releasedText(row),
      ...columns.map((column, index) => resultCell(row, column, row.cells[index])),
    ],
  };
}

/** `[❌ bad, **first broken**](evidence/claude-code/2.1.147.md#get-stream-404)` */
function resultCell(row: TableRow, { key, terms }: Column, cell: Cell | undefined): Inline {
  if (!cell) return '';
  const mark = cell.mark === null ? '' : says`, ${bold(own(termed(cell.mark, terms)))}`;
  const words = [signed(cell.result), mark];
  const hint = [cell.reason || (row.missing ?? ''), testedText(cell)].filter(Boolean).join('; ');
  const isPage = row.evidence && isLinked(row, cell);
  return hinted(isPage ? link({ page: row.evidence, place: key }, words) : words, hint);
}

function changeItem(client: ClientTable, change: TableChange): Inline {
  const { lead, before, about, failsNow, failedBefore } = changeText(client, change);
  const { suspects, report, kind, isConfirmed, column } = change;
  const versionIn = (version: string) =>
    versionLink(rowOf(client, version) ?? { version, evidence: null }, column);
  const shape = isConfirmed ? (kind === 'regression' ? 'bad' : 'good') : 'suspect';
  const told = [
    says`${bold(says`${own(lead)} ${versionIn(change.after)}.`)} ${about} (${column})${withReason(failsNow)}.`,
    says`${own(before)} ${versionIn(change.before)}${withReason(failedBefore)}.`,
    suspects.length > 0 ? says`Between them nobody could test ${allOf(suspects)}.` : '',
    report ? link({ page: report }, own('Report')) : '',
  ];
  const sign: Inline = { kind: 'sign', shape, glyph: '', isHollow: false };
  return says`${sign} ${joined(
    told.filter((one) => one !== ''),
    ' ',
  )}`;
}

const withReason = (reason: string): Inline => (reason === '' ? '' : says`: ${reason}`);

function untoldItem({ result, reason, columns, versions }: Untold): Inline {
  const where = columns === null ? 'every scenario' : listed(columns, 'and');
  return says`${signed(result)}: ${allOf(versions)} under ${where}${withReason(reason)}`;
}

/** Releases that are deprecated, gone, or not there for this platform. */
const remarkItems = ({ rows }: ClientTable): Inline[] =>
  rows.flatMap((row) =>
    remarksOn(row).map(({ word, reason }) => says`${row.version}: ${own(word)}: ${reason}`),
  );

/** What is asked in a column. */
const scenarioItem = (column: Column): Inline =>
  says`${column.key}: ${columnTitle(column)}${column.issue === '' ? '' : says`, ${address(column.issue)}`}`;

/** As many as a list can have, and how many there are beyond them. */
const bounded = (items: readonly Inline[], { rows }: Limits): readonly Inline[] =>
  items.length > rows ? [...items.slice(0, rows), own(`… and ${items.length - rows} more`)] : items;
