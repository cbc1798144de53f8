/** The version table of each client: what changed, the results, and why some are missing. Pure. */
import type { PublicationTime } from '../../registry/releases.js';
import { termed } from '../../scenarios/terms.js';
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
  type BlockRow,
  type Inline,
  type Shape,
} from '../document.js';
import type { Limits } from '../limits.js';
import { allOf, atMinute, counted, doubtOf, listed, releasedText, roundsText } from '../words.js';
import { cut } from '../text.js';
import type {
  Cell,
  CellResult,
  ClientTable,
  Column,
  TableChange,
  TableRow,
  VersionTable,
} from './version-table.js';

/** Where a client, and each of its releases, stands on the page. No client has the place of another one's release. */
export const clientPlace = (client: string): string => `of ${client}`;
export const rowPlace = (client: string, version: string): string => `${client} ${version}`;

/** The whole page. */
export function tableBlocks({ clients }: VersionTable, limits: Limits): Block[] {
  const meanings = RESULTS.map((result) => [signed(result), own(`: ${SIGNS[result][2]}`)]);
  const legend = paragraph(says`${joined(meanings, '; ')}. Times are UTC.`, 'note');
  return [
    section(1, own('Version table'), [legend]),
    ...clients.map((client) => clientSection(client, limits)),
  ];
}

const SIGNS: Readonly<Record<CellResult, readonly [Shape, glyph: string, meaning: string]>> = {
  good: ['good', '✅', 'it works'],
  bad: ['bad', '❌', 'it fails'],
  skip: ['skip', '⏭', 'tried, without a verdict'],
  flaky: ['flaky', '⚠️', 'its rounds disagree'],
  untested: ['none', '·', 'not tried yet, or nothing there to try'],
};
const RESULTS = Object.keys(SIGNS) as CellResult[];

const sign = (shape: Shape, glyph = ''): Inline => ({ kind: 'sign', shape, glyph, isHollow: false });

/** `❌ bad` */
export function signed(result: CellResult): Inline {
  const [shape, glyph] = SIGNS[result];
  return [sign(shape, glyph), own(` ${result}`)];
}

function clientSection(client: ClientTable, limits: Limits): Block {
  const changes = client.changes.map((change) => changeItem(client, change));
  const title = client.title.trim() === '' ? own('A client without a name') : client.title;
  const below: readonly (readonly [string, readonly Inline[]])[] = [
    ['Without a verdict', untoldItems(client)],
    ['Remarks', client.rows.flatMap((row) => remarksOn(row).map((said) => says`${row.version}: ${said}`))],
    ['Scenarios', client.columns.map(scenarioItem)],
  ];
  const parts = [
    paragraph(aboutOf(client), 'note'),
    paragraph(newestOf(client)),
    changes.length > 0
      ? section(3, own('Changes'), [list(bounded(changes, limits), 'changes')])
      : paragraph(own('No change is known.')),
    section(3, own('Releases'), resultTable(client, limits), {
      otherwise: own('There are no releases yet.'),
    }),
    ...below.map(([name, items]) => section(3, own(name), [list(bounded(items, limits))])),
  ];
  return section(2, title, parts, { place: clientPlace(client.client) });
}

/** As many as a list can have, and how many there are beyond them. */
const bounded = (items: readonly Inline[], { rows }: Limits): readonly Inline[] =>
  items.length > rows ? [...items.slice(0, rows), own(`… and ${items.length - rows} more`)] : items;

/** `@anthropic-ai/claude-code · linux-x64 · 12 releases · 10 columns` */
function aboutOf({ package: name, platform, rows, columns }: ClientTable): Inline {
  const counts = [own(counted(rows.length, 'release')), own(counted(columns.length, 'column'))];
  return joined([...[name, platform].filter(Boolean), ...counts], ' · ');
}

function newestOf({ rows: [newest] }: ClientTable): Inline {
  if (!newest) return '';
  const counts = RESULTS.flatMap((result) => {
    const count = newest.cells.filter((cell) => cell.result === result).length;
    return count > 0 ? [`${count} ${result}`] : [];
  });
  const results = own(counts.length > 0 ? `: ${counts.join(', ')}` : '');
  return says`Newest release: ${versionLink(newest)}, ${publishedText(newest)}${results}.`;
}

/** `2026-05-21 21:31 UTC` */
export const publishedText = (row: PublicationTime): string =>
  row.publishedAt === null ? 'date unknown' : atMinute(row.publishedAt) + doubtOf(row);

/** The version, leading to what was recorded of it. */
const versionLink = ({ version, evidence }: Pick<TableRow, 'version' | 'evidence'>, place = ''): Inline =>
  evidence ? link({ page: evidence, place }, version) : version;

/** What must be known of a release beside its results, in a word, and the reason for it; of most releases nothing. */
export function remarksOn(
  { deprecated, isUnpublished, missing }: TableRow,
  say = (word: string, reason: string): Inline => says`${own(word)}: ${reason}`,
): Inline[] {
  const gone = isUnpublished ? 'it was in the registry on an earlier night, and is not any more' : null;
  const remarks = { deprecated, unpublished: gone, 'not available': missing };
  return Object.entries(remarks).flatMap(([word, reason]) => (reason === null ? [] : [say(word, reason)]));
}

/** The newest release first, a column for each scenario; the oldest ones beyond what there is room for are counted. */
function resultTable({ client, rows, columns }: ClientTable, { versions }: Limits): Block[] {
  const head = [own('Version'), own('Released (UTC)'), ...columns.map(({ key }) => key)];
  const shown = rows.slice(0, versions).map((row): BlockRow => {
    const remarks = remarksOn(row, (word, reason) => hinted(own(word), reason));
    const version = versionLink(row);
    return {
      place: rowPlace(client, row.version),
      cells: [
        remarks.length > 0 ? says`${version} (${joined(remarks, ', ')})` : version,
        releasedText(row),
        ...columns.map((column, index) => resultCell(row, column, row.cells[index])),
      ],
    };
  });
  return [table(head, shown, 'results'), paragraph(omitted(rows.length - versions, 'older release'))];
}

/** `[❌ bad, **first broken**](evidence/claude-code/2.1.147.md#get-stream-404)` */
function resultCell({ evidence, missing }: TableRow, { key, terms }: Column, cell?: Cell): Inline {
  if (!cell) return '';
  const mark = cell.mark === null ? '' : says`, ${bold(own(termed(cell.mark, terms)))}`;
  const words = [signed(cell.result), mark];
  const hint = [cell.reason || (missing ?? ''), testedText(cell)].filter(Boolean).join('; ');
  const isPage = evidence && cell.result !== 'untested';
  return hinted(isPage ? link({ page: evidence, place: key }, words) : words, hint);
}

/** What stands in no table: `3 rounds: 2 good, 1 bad; tested 2026-05-22 03:00 UTC`; empty for what was never tried. */
export function testedText(cell: Cell): string {
  const count = cell.rounds.good + cell.rounds.bad + cell.rounds.skip;
  const rounds = count > 0 ? `${counted(count, 'round')}: ${roundsText(cell)}` : '';
  return [rounds, cell.testedAt === null ? '' : `tested ${atMinute(cell.testedAt)}`]
    .filter(Boolean)
    .join('; ');
}

/** What is asked in a column, with the mode where that is not the usual one. */
export const columnTitle = ({ title, mode }: Column): string =>
  mode === 'headless' ? title : `${title} (${mode})`;

const scenarioItem = (column: Column): Inline =>
  says`${column.key}: ${columnTitle(column)}${column.issue === '' ? '' : says`, ${address(column.issue)}`}`;

/** A change that is not confirmed is named as such; one with suspects is only the first that was found. */
function changeItem({ rows, columns }: ClientTable, change: TableChange): Inline {
  const { kind, isConfirmed, suspects, report } = change;
  const index = columns.findIndex(({ key }) => key === change.column);
  const column = columns[index];
  const isFix = kind === 'fix';
  const rowOf = (version: string) => rows.find((row) => row.version === version);
  const versionIn = (version: string) =>
    versionLink(rowOf(version) ?? { version, evidence: null }, change.column);
  const reasonIn = (version: string): Inline => {
    const reason = rowOf(version)?.cells[index]?.reason ?? '';
    return reason === '' ? '' : says`: ${reason}`;
  };
  const first = `${suspects.length > 0 ? 'First found' : 'First'} ${isFix ? 'fixed' : 'broken'}`;
  const known = termed(first, column?.terms);
  const lead = own(isConfirmed ? known : `Not yet confirmed: ${known.toLowerCase()}`);
  const last = own(termed(isFix ? 'Last broken' : 'Last good', column?.terms));
  const about = column ? columnTitle(column) : change.column;
  const told = [
    says`${bold(says`${lead} ${versionIn(change.after)}.`)} ${about} (${change.column})${isFix ? '' : reasonIn(change.after)}.`,
    says`${last} ${versionIn(change.before)}${isFix ? reasonIn(change.before) : ''}.`,
    suspects.length > 0 ? says`Between them nobody could test ${allOf(suspects)}.` : '',
    report ? link({ page: report }, own('Report')) : '',
  ].filter((one) => one !== '');
  return says`${sign(isConfirmed ? (isFix ? 'good' : 'bad') : 'suspect')} ${joined(told, ' ')}`;
}

/** Nobody reads more of a reason, and it may be of any length. */
const MAX_REASON = 500;

/** What has no verdict, and why: releases with the same reason are told once, and so are columns with the same releases. */
function untoldItems({ rows, columns }: ClientTable): Inline[] {
  const untold = columns.flatMap(({ key }, index) => {
    const cells = rows.flatMap(({ version, cells: { [index]: cell } }) =>
      cell?.result === 'skip' || cell?.result === 'flaky'
        ? [{ version, result: cell.result, reason: cut(cell.reason, MAX_REASON) }]
        : [],
    );
    return alike(cells, ({ result, reason }) => [result, reason]).map(([first, ...others]) => ({
      ...first,
      column: key,
      versions: [first, ...others].map(({ version }) => version),
    }));
  });
  return alike(untold, ({ result, reason, versions }) => [result, reason, versions]).map((group) => {
    const [{ result, reason, versions }] = group;
    const isAll = group.length === columns.length && group.length > 1;
    const where = isAll
      ? 'every scenario'
      : listed(
          group.map(({ column }) => column),
          'and',
        );
    return says`${signed(result)}: ${allOf(versions)} under ${where}${reason === '' ? '' : says`: ${reason}`}`;
  });
}

/** Those of which the same is known together, in the order of the first of them. */
function alike<T>(items: readonly T[], keyOf: (item: T) => unknown): [T, ...T[]][] {
  const groups = new Map<string, [T, ...T[]]>();
  for (const item of items) {
    const key = JSON.stringify(keyOf(item));
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return [...groups.values()];
}
