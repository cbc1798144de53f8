/** The version table as one page in one file, which loads nothing and runs no script. Values in, one string out. */
import { npmPage } from '../html/anchors.js';
import { template, type Markup } from '../html/markup.js';
import { shellOf } from '../html/shell.js';
import { counted } from '../words.js';
import { changesOf } from './html-changes.js';
import { legend, notesOf } from './html-notes.js';
import { resultTable } from './html-table.js';
import { tableAnchor } from './html-anchors.js';
import { TABLE_STYLE } from './style.js';
import type { ClientTable, VersionTable } from './version-table.js';
import { publishedText, resultCounts } from './words.js';

interface Client {
  readonly anchor: string;
  readonly title: string;
  readonly npm: string;
  readonly package: string;
  readonly facts: readonly string[];
  readonly changes: Markup;
  readonly table: Markup;
  readonly notes: Markup;
}

const body = template<{ clients: readonly Client[]; legend: Markup }>(
  `<header>
<p class="kind">mcp-bisect nightly</p>
<h1>Version table</h1>
<% if (it.clients.length > 1) { %>
<nav aria-label="Clients"><ul><% for (const client of it.clients) { %><li><a href="#<%= client.anchor %>"><bdi><%= client.title %></bdi></a></li><% } %></ul></nav>
<% } %>
</header>
<% for (const client of it.clients) { %>
<section class="client" aria-labelledby="<%= client.anchor %>">
<h2 id="<%= client.anchor %>"><bdi><%= client.title %></bdi></h2>
<ul class="facts"><li><a href="<%= client.npm %>" rel="noopener noreferrer external"><bdi><%= client.package %></bdi></a></li><% for (const fact of client.facts) { %><li><bdi><%= fact %></bdi></li><% } %></ul>
<%= client.changes %>
<h3>Releases</h3>
<%= it.legend %>
<%= client.table %>
<%= client.notes %>
</section>
<% } %>`,
);

/**
 * A page for browsers: what changed, the results, and why some are missing. Text of a client, a registry or a scenario is shown
 * as text, whatever it is.
 * @returns the whole file
 */
export function versionTablePage({ clients }: VersionTable): string {
  const [first, second] = clients;
  const title = first && !second ? `Version table: ${first.title}` : 'Version table';
  return shellOf({
    title,
    style: TABLE_STYLE,
    lead: { anchor: first ? tableAnchor(first.client) : '', text: 'Go to the table' },
    body: body({ clients: clients.map(clientOf), legend }),
    tool: 'mcp-bisect',
    did: ', which runs every release that npm serves against servers of its own',
  });
}

function clientOf(table: ClientTable): Client {
  const { client, title, package: name, platform, rows, columns } = table;
  return {
    anchor: tableAnchor(client),
    title,
    npm: npmPage(name),
    package: name,
    facts: [
      platform,
      counted(rows.length, 'release'),
      counted(columns.length, 'column'),
      newestOf(table),
    ].filter(Boolean),
    changes: changesOf(table),
    table: resultTable(table),
    notes: notesOf(table),
  };
}

function newestOf({ rows: [newest] }: ClientTable): string {
  if (!newest) return '';
  const results = resultCounts(newest.cells);
  return `newest ${newest.version}, ${publishedText(newest)}${results ? `: ${results}` : ''}`;
}
