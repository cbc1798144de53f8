/** One column on the page of a release: the result, and the arms that it rests on. Values in, HTML out. */
import { NOTHING, template, type Markup } from '../html/markup.js';
import { markOf, toneOf } from '../html/marks.js';
import { cut } from '../text.js';
import { SEALED_BY } from '../words.js';
import { shapeOf } from './html-table.js';
import type { ReleasePage } from './version-table.js';
import { columnTitle, testedText } from './words.js';

const MAX_TITLE = 200;
const MAX_REASON = 1_000;

const section = template<{
  id: string;
  title: string;
  tone: string;
  mark: Markup;
  word: string;
  reason: string;
  facts: string;
  arms: Markup;
}>(
  `<section class="column" id="<%= it.id %>" aria-label="<%= it.title %>">
<h3><bdi><%= it.title %></bdi></h3>
<p class="<%= it.tone %> tested"><span class="finding"><%= it.mark %> <strong><%= it.word %></strong></span><% if (it.reason) { %>: <bdi><%= it.reason %></bdi><% } %></p>
<p class="note"><code><%= it.id %></code><% if (it.facts) { %> · <%= it.facts %><% } %></p>
<%= it.arms %>
</section>`,
);

/** @param arms what the page has room for of them; undefined where no round is recorded */
export function columnSection(page: ReleasePage, index: number, arms: Markup | undefined): Markup {
  const column = page.columns[index];
  const cell = page.row.cells[index];
  if (!column) return NOTHING;
  const shape = shapeOf(cell?.result ?? 'untested');
  const isolation = page.rounds[column.key]?.isolation;
  const round = isolation ? `the round shown here was ${SEALED_BY[isolation]}` : 'no round is recorded';
  return section({
    id: column.key,
    title: cut(columnTitle(column), MAX_TITLE),
    tone: toneOf(shape),
    mark: markOf(shape),
    word: [cell?.result ?? 'untested', cell?.mark].filter(Boolean).join(', '),
    reason: cut(cell?.reason ?? '', MAX_REASON),
    facts: [cell ? testedText(cell) : '', round].filter(Boolean).join('; '),
    arms: arms ?? NOTHING,
  });
}
