/** The version table as a Markdown file, as GitHub shows it. Values in, one string out. Pure. */
import { list } from '../markdown/blocks.js';
import { inline } from '../markdown/escape.js';
import { counted } from '../words.js';
import { changeItems, LEGEND, remarkItems, scenarioItems, untoldItems } from './markdown-items.js';
import { linkedVersion, resultTable } from './markdown-table.js';
import { byteLength, CELL } from './markdown-limits.js';
import type { ClientTable, VersionTable } from './version-table.js';
import { publishedText, resultCounts } from './words.js';

/** GitHub shows files of up to 512 KB. */
const MAX_BYTES = 480_000;
/** With so few rows every table fits that is not made to burst it. */
const FEWEST_ROWS = 15;

/**
 * The table of each client: what changed, the results, and why some are missing. No text of a client, a registry or a
 * scenario is anything but text. Where GitHub would not show all of it, the oldest releases are left out and counted.
 */
export function versionTableMarkdown(table: VersionTable): string {
  let most = Math.max(FEWEST_ROWS, ...table.clients.map(({ rows }) => rows.length));
  let text = textOf(table, most);
  while (byteLength(text) > MAX_BYTES && most > FEWEST_ROWS) {
    most = Math.max(FEWEST_ROWS, Math.floor(most / 2));
    text = textOf(table, most);
  }
  return text;
}

function textOf({ clients }: VersionTable, most: number): string {
  const blocks = clients.flatMap((client) => clientBlocks(client, most));
  return `${['# Version table', LEGEND, ...blocks].filter(Boolean).join('\n\n')}\n`;
}

function clientBlocks(table: ClientTable, most: number): string[] {
  return [
    `## ${inline(table.title, CELL) || 'A client without a name'}`,
    aboutOf(table),
    newestOf(table),
    table.changes.length > 0 ? '### Changes' : 'No change is known.',
    list(changeItems(table)),
    '### Releases',
    resultTable(table, most),
    ...section('Without a verdict', untoldItems(table)),
    ...section('Remarks', remarkItems(table)),
    ...section('Scenarios', scenarioItems(table)),
  ];
}

const section = (title: string, items: readonly string[]): string[] =>
  items.length > 0 ? [`### ${title}`, list(items)] : [];

/** `@anthropic-ai/claude-code` · linux-x64 · 12 releases · 10 scenarios */
function aboutOf({ package: name, platform, rows, columns }: ClientTable): string {
  const counts = [counted(rows.length, 'release'), counted(columns.length, 'column')];
  return [inline(name, CELL), inline(platform, CELL), ...counts].filter(Boolean).join(' · ');
}

function newestOf({ rows: [newest] }: ClientTable): string {
  if (!newest) return '';
  const results = resultCounts(newest.cells);
  return `Newest release: ${linkedVersion(newest)}, ${inline(publishedText(newest), CELL)}${results ? `: ${results}` : ''}.`;
}
