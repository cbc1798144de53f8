/** What is recorded of one release: a section for each column, to which its cell in the table leads. Pure. */
import { armFold, openArms } from '../blocks/arm.js';
import {
  address,
  bold,
  code,
  joined,
  link,
  list,
  long,
  own,
  paragraph,
  says,
  section,
  type Block,
  type Inline,
} from '../document.js';
import type { Limits } from '../limits.js';
import { npmPage } from '../links.js';
import { SEALED_BY } from '../words.js';
import { columnTitle, publishedText, remarksOn, rowPlace, signed, testedText } from './table-blocks.js';
import type { Cell, Column, ReleasePage } from './version-table.js';

/** The files of the output folder that every page leads back to. */
const TABLE = { markdown: 'table.md', html: 'index.html' };

/**
 * The page of a release. Every column keeps its place. The headings of columns are their keys, since GitHub makes the anchors of
 * headings.
 * @param isPage whether it is one for browsers, which begins with the results and their places
 * @param isBrief without what the results rest on
 */
export function releaseBlocks(page: ReleasePage, limits: Limits, isPage: boolean, isBrief = false): Block[] {
  const columns = page.columns.map((column, index) =>
    columnSection(page, column, page.row.cells[index], limits, isBrief),
  );
  return [headSection(page), ...(isPage ? [overview(page)] : []), ...columns];
}

function headSection({ client, title, package: name, platform, row }: ReleasePage): Block {
  const facts = [
    says`Released: ${publishedText(row)}`,
    says`Package: ${`${name}@${row.version}`}`,
    says`Platform: ${platform}`,
    row.integrity === null ? '' : says`Integrity: ${code(row.integrity)}`,
    ...remarksOn(row),
  ];
  const place = { page: TABLE, place: rowPlace(client, row.version) };
  const back = row.evidence ? link(place, own('All releases')) : '';
  const heading = [title.trim() || client, row.version].filter((one) => one.trim() !== '');
  return section(1, joined(heading, ' '), [paragraph(back, 'kind'), list(facts)]);
}

/** Every result on one screen. */
function overview({ columns, row, package: name }: ReleasePage): Block {
  const items = columns.map((column, index) => {
    const cell = row.cells[index];
    return says`${cell ? resultWords(cell) : ''} ${link({ place: column.key }, columnTitle(column))}`;
  });
  const source = paragraph(says`At the registry: ${address(npmPage(name, row.version))}`);
  return section(2, own('Results'), [list(items), source], { place: 'results' });
}

function columnSection(
  { rounds, row: { version } }: ReleasePage,
  column: Column,
  cell: Cell | undefined,
  limits: Limits,
  isBrief: boolean,
): Block {
  const round = rounds[column.key];
  const arms = isBrief ? [] : (round?.arms ?? []);
  const open = openArms(arms);
  const sealing = round && `The round that is shown here was ${SEALED_BY[round.isolation]}.`;
  const blocks = [
    paragraph(columnTitle(column)),
    paragraph(cell ? resultOf(cell) : ''),
    paragraph(own(sealing ?? 'No round is recorded.')),
    ...arms.map((evidence) => armFold({ version, evidence }, limits, open.has(evidence))),
  ];
  return section(2, column.key, blocks, { place: column.key });
}

const resultWords = ({ result, mark }: Cell): Inline =>
  bold([signed(result), own(mark === null ? '' : `, ${mark}`)]);

/** `❌ bad, first broken: 404 before tools: tools lost (4 rounds: 4 bad; tested 2026-05-22 03:00 UTC)` */
function resultOf(cell: Cell): Inline {
  const reason = cell.reason.trim() === '' ? '' : says`: ${long(cell.reason)}`;
  const tested = testedText(cell);
  return [resultWords(cell), reason, tested ? says` (${tested})` : ''];
}
