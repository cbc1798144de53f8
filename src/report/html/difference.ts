/** Two debug logs against each other: what tells first, then what concerns the server, then all of it. */
import type { ArmComparison, ArmEvidence, Comparison, DiffLine, LogDifference } from '../report.js';
import { counted } from '../words.js';
import { boxOf, capped, NOTHING, omittedNote, template, type Markup } from './markup.js';

type Pair = Pick<Comparison, 'good' | 'bad'>;

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
  return lines({ label, lines: shown, note: omittedNote(omitted, 'line') });
}

const telling = template<{ caption: string; lines: readonly string[]; note: Markup }>(
  `<p class="caption"><%= it.caption %></p>
<ul class="telling"><% for (const line of it.lines) { %><li><code><%= line %></code></li><% } %></ul><%= it.note %>`,
);

function tellingOf({ telling: all, goodLogs, badLogs }: LogDifference, { good, bad }: Pair): Markup {
  if (all.length === 0) return NOTHING;
  const { shown, omitted } = capped(all, (line) => line.length);
  const every = badLogs === 1 ? `the log of ${bad}` : `each of the ${badLogs} logs of ${bad}`;
  const none = goodLogs === 1 ? `not in that of ${good}` : `in none of the ${goodLogs} of ${good}`;
  return telling({ caption: `In ${every}, and ${none}`, lines: shown, note: omittedNote(omitted, 'line') });
}

const difference = template<{
  telling: Markup;
  focused: Markup;
  full: Markup;
  count: string;
  bad: string;
}>(
  `<div class="difference">
<h4>Debug logs</h4>
<%= it.telling %>
<%= it.focused %>
<details class="full"><summary>The whole difference, <%= it.count %></summary>
<%= it.full %>
</details>
<p class="note">A line that has only moved counts as unchanged, and stands where <%= it.bad %> has it. Times, ports, ids, durations and paths are replaced by their names, so that only what differs does.</p>
</div>`,
);

const focusedTemplate = template<{ good: string; bad: string; lines: Markup }>(
  `<p class="caption">Around the server: <del><span class="sign">−</span> only <%= it.good %>, or more often there</del> <ins><span class="sign">+</span> only <%= it.bad %>, or more often there</ins></p>
<%= it.lines %>`,
);

const plain = template<{ text: string }>('<p class="caption"><%= it.text %></p>');

const lone = template<{ text: string; box: Markup }>(
  `<div class="difference">
<h4>Debug logs</h4>
<p class="caption"><%= it.text %></p>
<%= it.box %>
</div>`,
);

const isChange = ({ kind }: DiffLine) => kind === 'added' || kind === 'removed';

const EQUAL = 'every line is in both, equally often';

/**
 * The debug logs of both under one arm; nothing where neither wrote one.
 * @param where the arm, unlike any other on the page
 */
export function differenceOf(
  arm: Pick<ArmComparison, 'good' | 'bad' | 'log'>,
  comparison: Pair,
  where: string,
): Markup {
  const { log } = arm;
  const { good, bad } = comparison;
  if (log === null) return NOTHING;
  if (log.goodLogs === 0) return loneOf([good, bad], arm.bad, where);
  if (log.badLogs === 0) return loneOf([bad, good], arm.good, where);
  if (!log.full.some(isChange) && !log.focused.some(isChange))
    return lone({ text: `Those of ${good} and ${bad} do not differ: ${EQUAL}.`, box: NOTHING });
  return difference({
    bad,
    telling: tellingOf(log, comparison),
    focused: focusedOf(log, comparison, where),
    full: linesOf(log.full, `All log lines: ${where}`),
    count: counted(log.full.length, 'line'),
  });
}

/** Where only one of them wrote a log there is nothing to compare. */
function loneOf([silent, other]: readonly [string, string], { log }: ArmEvidence, where: string): Markup {
  const text = `${silent} wrote none, so there is nothing to compare that of ${other} with.`;
  if (log.length === 0) return lone({ text, box: NOTHING });
  const box = boxOf(log.join('\n'), `Log lines of ${other}: ${where}`, 'output');
  return lone({ text: `${text} Its lines that name the server:`, box });
}

function focusedOf({ focused, serverLines }: LogDifference, { good, bad }: Pair, where: string): Markup {
  if (serverLines.good + serverLines.bad === 0)
    return plain({ text: `No line in the logs of ${good} and ${bad} names the server.` });
  if (!focused.some(isChange))
    return plain({
      text: `In the lines that name the server, the logs of ${good} and ${bad} do not differ.`,
    });
  const shown = linesOf(focused, `Log lines around the server: ${where}`);
  return focusedTemplate({ good, bad, lines: shown });
}
