/** Releases by scenarios: a table in a place of its own, which scrolls when it is large. Values in, HTML out. */
import { webOnly } from '../html/anchors.js';
import { noteOf, omittedNote, template, type Markup } from '../html/markup.js';
import { markOf, toneOf, type Shape } from '../html/marks.js';
import { cut } from '../text.js';
import { termed } from '../terms.js';
import { releasedText } from '../words.js';
import { rowAnchor } from './html-anchors.js';
import { linkTo } from './links.js';
import type { Cell, CellResult, ClientTable, Column, TableRow } from './version-table.js';
import { isLinked, remarksOn, testedText, type Remark } from './words.js';

/** More than any client has; a browser is slow with very many. */
const MAX_ROWS = 1_000;
/** Of a text that shows when a cell is pointed at. */
const MAX_HINT = 200;

const SHAPES: Readonly<Record<CellResult, Shape>> = {
  good: 'good',
  bad: 'bad',
  skip: 'skip',
  flaky: 'flaky',
  untested: 'none',
};

/** The sign of a result, as everywhere. */
export const shapeOf = (result: CellResult): Shape => SHAPES[result];

/** A name with slashes may be broken behind each of them. */
const broken =
  '<bdi><% it.words.forEach((word, index) => { %><% if (index > 0) { %>/<wbr><% } %><%= word %><% }) %></bdi>';

const head = template<{ words: readonly string[]; key: string; mode: string; issue: string }>(
  `<th scope="col"><% if (it.issue) { %><a href="<%= it.issue %>" rel="noopener noreferrer external">${broken}</a><% } else { %>${broken}<% } %><code><%= it.key %></code><% if (it.mode !== 'headless') { %><span class="chip"><%= it.mode %></span><% } %></th>`,
);

const cell = template<{
  result: CellResult;
  tone: string;
  mark: Markup;
  word: string;
  page: string;
  hint: string;
}>(
  `<td class="<%= it.tone %> tested is-<%= it.result %><% if (it.word) { %> key<% } %>"><% if (it.page) { %><a href="<%= it.page %>"<% if (it.hint) { %> title="<%= it.hint %>"<% } %>><% } else { %><span<% if (it.hint) { %> title="<%= it.hint %>"<% } %>><% } %><%= it.mark %><span><%= it.result %><% if (it.word) { %> <b><%= it.word %></b><% } %></span><% if (it.page) { %></a><% } else { %></span><% } %></td>`,
);

const row = template<{
  id: string;
  version: string;
  page: string;
  remarks: readonly Remark[];
  publishedAt: string;
  when: string;
  cells: readonly Markup[];
}>(
  `<tr id="<%= it.id %>"><th scope="row"><% if (it.page) { %><a href="<%= it.page %>"><bdi><%= it.version %></bdi></a><% } else { %><bdi><%= it.version %></bdi><% } %><% for (const remark of it.remarks) { %> <span class="chip" title="<%= remark.reason %>"><%= remark.word %></span><% } %></th><td class="when"><% if (it.publishedAt) { %><time datetime="<%= it.publishedAt %>"><%= it.when %></time><% } else { %>unknown<% } %></td><% for (const cell of it.cells) { %><%= cell %><% } %></tr>
`,
);

const table = template<{ label: string; head: readonly Markup[]; rows: readonly Markup[]; note: Markup }>(
  `<div class="versions" tabindex="0" role="region" aria-label="<%= it.label %>"><table>
<thead><tr><th scope="col">Version</th><th scope="col" class="when">Released (UTC)</th><% for (const one of it.head) { %><%= one %><% } %></tr></thead>
<tbody>
<% for (const one of it.rows) { %><%= one %><% } %>
</tbody>
</table></div>
<%= it.note %>`,
);

/** The newest release first, a column for each scenario; every result leads to what it rests on. */
export function resultTable({ client, title, rows, columns }: ClientTable): Markup {
  if (rows.length === 0) return noteOf('There are no releases yet.');
  const shown = rows.slice(0, MAX_ROWS);
  return table({
    label: `Releases of ${title}`,
    head: columns.map(headOf),
    rows: shown.map((one) => rowMarkup(client, one, columns)),
    note: omittedNote(rows.length - shown.length, 'older release'),
  });
}

const headOf = ({ title, key, mode, issue }: Column): Markup =>
  head({ words: hinted(title).split('/'), key, mode, issue: webOnly(issue) ?? '' });

function rowMarkup(client: string, one: TableRow, columns: readonly Column[]): Markup {
  const { version, publishedAt, evidence } = one;
  return row({
    id: rowAnchor(client, version),
    version: hinted(version),
    page: evidence ? linkTo(evidence.html) : '',
    remarks: remarksOn(one).map(({ word, reason }) => ({ word, reason: hinted(reason) })),
    publishedAt: publishedAt ?? '',
    when: releasedText(one),
    cells: columns.map((column, index) => cellMarkup(one, column, one.cells[index] ?? UNTESTED)),
  });
}

const UNTESTED: Cell = {
  result: 'untested',
  mark: null,
  reason: '',
  runs: 0,
  rounds: { good: 0, bad: 0, skip: 0 },
  testedAt: null,
};

function cellMarkup(one: TableRow, { key, terms }: Column, seen: Cell): Markup {
  const shape = shapeOf(seen.result);
  return cell({
    result: seen.result,
    tone: toneOf(shape),
    mark: markOf(shape),
    word: termed(seen.mark ?? '', terms),
    page: one.evidence && isLinked(one, seen) ? linkTo(one.evidence.html, { anchor: key }) : '',
    hint: [hinted(seen.reason || (one.missing ?? '')), testedText(seen)].filter(Boolean).join('; '),
  });
}

const hinted = (text: string): string => cut(text, MAX_HINT);
