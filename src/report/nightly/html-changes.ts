/** What changed, a sentence or a few for each change, with links to what it rests on. Values in, HTML out. */
import { capped, noteOf, omittedNote, template, type Markup } from '../html/markup.js';
import { markOf, toneOf, type Shape } from '../html/marks.js';
import { allOf } from '../words.js';
import { linkTo } from './links.js';
import type { ClientTable, TableChange } from './version-table.js';
import { changeText, rowOf } from './words.js';

interface Change {
  readonly tone: string;
  readonly mark: Markup;
  readonly lead: string;
  readonly version: string;
  readonly after: Markup;
  readonly about: string;
  readonly failsNow: string;
  readonly failedBefore: string;
  readonly beforeLead: string;
  readonly before: Markup;
  readonly suspects: string;
  readonly report: string;
}

const changes = template<{ items: readonly Change[]; note: Markup }>(
  `<h3>Changes</h3>
<% if (it.items.length > 0) { %>
<ul class="changes">
<% for (const one of it.items) { %>
<li class="<%= one.tone %> tested"><%= one.mark %><p><strong><%= one.lead %> <%= one.after %></strong> <bdi><%= one.about %></bdi><% if (one.failsNow) { %>: <bdi><%= one.failsNow %></bdi><% } %></p><p class="before"><%= one.beforeLead %> <%= one.before %><% if (one.failedBefore) { %>: <bdi><%= one.failedBefore %></bdi><% } %><% if (one.suspects) { %>; between them nobody could test <bdi><%= one.suspects %></bdi><% } %><% if (one.report) { %> <a class="to-report" href="<%= one.report %>">Report on <bdi><%= one.version %></bdi></a><% } %></p></li>
<% } %>
</ul>
<% } %>
<%= it.note %>`,
);

/** The newest first. */
export function changesOf(table: ClientTable): Markup {
  const { shown, omitted } = capped(table.changes);
  return changes({
    items: shown.map((change) => itemOf(table, change)),
    note: table.changes.length === 0 ? noteOf('No change is known.') : omittedNote(omitted, 'change'),
  });
}

function itemOf(table: ClientTable, change: TableChange): Change {
  const { before, ...text } = changeText(table, change);
  const shape = shapeOf(change);
  return {
    tone: toneOf(shape),
    mark: markOf(shape),
    ...text,
    version: change.after,
    after: releaseIn(table, change.after, change.column),
    beforeLead: before,
    before: releaseIn(table, change.before, change.column),
    suspects: allOf(change.suspects),
    report: change.report ? linkTo(change.report.html) : '',
  };
}

function shapeOf({ kind, isConfirmed }: TableChange): Shape {
  if (!isConfirmed) return 'suspect';
  return kind === 'regression' ? 'bad' : 'good';
}

const release = template<{ version: string; page: string }>(
  '<% if (it.page) { %><a href="<%= it.page %>"><bdi><%= it.version %></bdi></a><% } else { %><bdi><%= it.version %></bdi><% } %>',
);

/** A version, leading to what was recorded of it in this column. */
function releaseIn(table: ClientTable, version: string, anchor: string): Markup {
  const evidence = rowOf(table, version)?.evidence;
  return release({ version, page: evidence ? linkTo(evidence.html, { anchor }) : '' });
}
