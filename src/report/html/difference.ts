/** Two debug logs against each other: what tells first, then what concerns the server, then all of it. */
import type { Comparison, DiffLine, LogDifference } from '../report.js';
import { capped, NOTHING, omittedNote, template, type Markup } from './markup.js';
import { counted } from './numbers.js';

const lines = template<{ label: string; lines: readonly { kind: string; text: string }[]; note: Markup }>(
  `<div class="box" tabindex="0" role="region" aria-label="<%= it.label %>"><ul class="diff">
<% for (const line of it.lines) { %>
<li class="<%= line.kind %>"><% if (line.kind === 'added') { %><ins><span class="sign">+ </span><%= line.text %></ins><% } else if (line.kind === 'removed') { %><del><span class="sign">− </span><%= line.text %></del><% } else if (line.kind === 'skipped') { %><span class="sign">⋯ </span><%= line.text %><% } else { %><span class="sign">  </span><%= line.text %><% } %></li>
<% } %>
</ul></div>
<%= it.note %>`,
);

function linesOf(all: readonly DiffLine[], label: string): Markup {
  const { shown, omitted } = capped(all, ({ text }) => text.length);
  return lines({ label, lines: shown, note: omittedNote(omitted, 'lines') });
}

const telling = template<{ caption: string; lines: readonly string[]; note: Markup }>(
  `<p class="caption"><%= it.caption %></p>
<ul class="telling"><% for (const line of it.lines) { %><li><code><%= line %></code></li><% } %></ul><%= it.note %>`,
);

function tellingOf({ telling: all, goodLogs, badLogs }: LogDifference, { good, bad }: Comparison): Markup {
  if (all.length === 0) return NOTHING;
  const { shown, omitted } = capped(all, (line) => line.length);
  const every = badLogs === 1 ? `the log of ${bad}` : `each of the ${badLogs} logs of ${bad}`;
  const none = goodLogs === 1 ? `not in that of ${good}` : `in none of the ${goodLogs} of ${good}`;
  return telling({ caption: `In ${every}, and ${none}`, lines: shown, note: omittedNote(omitted, 'lines') });
}

const difference = template<{
  good: string;
  bad: string;
  telling: Markup;
  focused: Markup;
  full: Markup;
  count: string;
}>(
  `<div class="difference">
<h4>Debug logs</h4>
<%= it.telling %>
<p class="caption">Around the server: <del><span class="sign">−</span> only <%= it.good %></del> <ins><span class="sign">+</span> only <%= it.bad %></ins></p>
<%= it.focused %>
<details class="full"><summary>The whole difference, <%= it.count %></summary>
<%= it.full %>
</details>
<p class="note">Times, ports, ids, durations and paths are replaced by their names, so that only what differs does.</p>
</div>`,
);

/**
 * @param where the arm, unlike any other on the page
 */
export function differenceOf(log: LogDifference | null, comparison: Comparison, where: string): Markup {
  if (log === null) return NOTHING;
  const { good, bad } = comparison;
  return difference({
    good,
    bad,
    telling: tellingOf(log, comparison),
    focused: linesOf(log.focused, `Log lines around the server: ${where}`),
    full: linesOf(log.full, `All log lines: ${where}`),
    count: counted(log.full.length, 'line'),
  });
}
