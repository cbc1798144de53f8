/** The files of the night, as texts: the version table, and what is recorded of one release. Pure. */
import { fitted, byteLength, ISSUE } from '../limits.js';
import { markdown } from '../markdown.js';
import { pageOf } from '../page.js';
import { link, own } from '../document.js';
import { releaseBlocks } from './release-blocks.js';
import { clientPlace, tableBlocks } from './table-blocks.js';
import type { ReleasePage, VersionTable } from './version-table.js';

/** GitHub shows files of up to 512 KB. */
const MAX_TABLE_BYTES = 480_000;
const MAX_RELEASE_BYTES = 190_000;
/** With so few rows every table fits that is not made to burst it. */
const FEWEST_ROWS = 15;

/**
 * The version table as a Markdown file. No text of a client, a registry or a scenario is anything but text. Where GitHub would
 * not show all of it, the oldest releases are left out and counted.
 */
export function versionTableMarkdown(table: VersionTable): string {
  const most = Math.max(FEWEST_ROWS, ...table.clients.map(({ rows }) => rows.length));
  const parts = {
    ...ISSUE,
    cell: [240, 240, 0],
    rows: [100, 100, 0],
    versions: [most, FEWEST_ROWS, 0],
  } as const;
  return fitted(
    (limits) => `${markdown(tableBlocks(table, limits), { limits })}\n`,
    (limits) => tableBlocks(table, limits).map((block) => markdown([block], { limits })),
    { parts, max: MAX_TABLE_BYTES, sizeOf: byteLength },
  );
}

/** What is recorded of a release, as a Markdown file. What is too long is shortened, with a note. */
export function releasePageMarkdown(page: ReleasePage): string {
  const { evidence } = page.row;
  const from = evidence?.markdown ?? '';
  const more = evidence
    ? link({ page: { markdown: evidence.html, html: evidence.html } }, own('the page'))
    : own('the page of the release');
  return fitted(
    (limits) => `${markdown(releaseBlocks(page, limits, false), { limits, from, more })}\n`,
    (limits) =>
      releaseBlocks(page, limits, false, true).map((block) => markdown([block], { limits, from, more })),
    { parts: ISSUE, max: MAX_RELEASE_BYTES, sizeOf: byteLength },
  );
}

/** For browsers; more of a table they are slow with, and pages of hundreds of releases lie in one repository. */
const MAX_TABLE_CHARS = 8_000_000;
const MAX_RELEASE_CHARS = 350_000;

/** The version table as one page in one file. */
export function versionTablePage(table: VersionTable): string {
  const [first, second] = table.clients;
  return pageOf(
    {
      title: first && !second ? `Version table: ${first.title}` : 'Version table',
      lead: { place: first ? clientPlace(first.client) : 'releases', text: 'Go to the table' },
      blocks: (limits) => tableBlocks(table, limits),
      tool: 'mcp-bisect',
      did: ', which runs every release that npm serves against servers of its own',
    },
    MAX_TABLE_CHARS,
  );
}

/** What is recorded of a release, as one page in one file. */
export const releasePageHtml = (page: ReleasePage): string =>
  pageOf(
    {
      title: `${page.title} ${page.row.version}`,
      lead: { place: 'results', text: 'Go to the results' },
      blocks: (limits) => releaseBlocks(page, limits, true),
      tool: 'mcp-bisect',
      did: ', which ran this release against servers of its own',
      ...(page.row.evidence && { from: page.row.evidence.html }),
    },
    MAX_RELEASE_CHARS,
  );
