/** What stands below the table: what has no verdict and why, and what must be known of some releases. Values in, HTML out. */
import { webOnly } from '../html/anchors.js';
import { capped, omittedNote, template, type Markup } from '../html/markup.js';
import { markOf, toneOf } from '../html/marks.js';
import { allOf, listed } from '../words.js';
import { shapeOf } from './html-table.js';
import { untoldIn, type Untold } from './untold.js';
import type { CellResult, ClientTable, Column } from './version-table.js';
import { columnTitle, MEANINGS, remarksOn } from './words.js';

interface Sign {
  readonly tone: string;
  readonly mark: Markup;
  readonly word: CellResult;
}

function signOf(result: CellResult): Sign {
  const shape = shapeOf(result);
  return { tone: toneOf(shape), mark: markOf(shape), word: result };
}

const legendTemplate = template<{ items: readonly (Sign & { meaning: string })[] }>(
  `<ul class="legend"><% for (const item of it.items) { %>
<li class="<%= item.tone %> tested"><%= item.mark %> <b><%= item.word %></b>: <%= item.meaning %></li><% } %>
</ul>`,
);

/** What the signs mean. */
export const legend: Markup = legendTemplate({
  items: MEANINGS.map(([result, meaning]) => ({ ...signOf(result), meaning })),
});

interface Item {
  readonly sign: Sign | null;
  readonly subject: string;
  readonly text: string;
  readonly link: string;
}

const notes = template<{ title: string; items: readonly Item[]; note: Markup }>(
  `<% if (it.items.length > 0) { %>
<h3><%= it.title %></h3>
<ul class="notes"><% for (const item of it.items) { %>
<li><% if (item.sign) { %><span class="<%= item.sign.tone %> tested"><%= item.sign.mark %> <%= item.sign.word %></span> <% } %><b><bdi><%= item.subject %></bdi></b> <bdi><%= item.text %></bdi><% if (item.link) { %> <a href="<%= item.link %>" rel="noopener noreferrer external"><%= item.link %></a><% } %></li><% } %>
</ul>
<%= it.note %>
<% } %>`,
);

const together = template<{ parts: readonly Markup[] }>(
  '<% for (const part of it.parts) { %><%= part %><% } %>',
);

/** Lists, each with a heading, of those that are not empty. */
export function notesOf(table: ClientTable): Markup {
  return together({
    parts: [
      listOf('Without a verdict', untoldIn(table).map(untoldItem)),
      listOf('Remarks', remarkItems(table)),
      listOf('Scenarios', table.columns.map(scenarioItem)),
    ],
  });
}

function listOf(title: string, items: readonly Item[]): Markup {
  const { shown, omitted } = capped(items, ({ subject, text }) => subject.length + text.length);
  return notes({ title, items: shown, note: omittedNote(omitted, 'item') });
}

function untoldItem({ result, reason, columns, versions }: Untold): Item {
  const where = columns === null ? 'every scenario' : listed(columns, 'and');
  const text = `under ${where}${reason ? `: ${reason}` : ''}`;
  return { sign: signOf(result), subject: allOf(versions), text, link: '' };
}

const remarkItems = ({ rows }: ClientTable): Item[] =>
  rows.flatMap((row) =>
    remarksOn(row).map(({ word, reason }) => ({
      sign: null,
      subject: row.version,
      text: `${word}: ${reason}`,
      link: '',
    })),
  );

const scenarioItem = (column: Column): Item => ({
  sign: null,
  subject: column.key,
  text: columnTitle(column),
  link: webOnly(column.issue) ?? '',
});
