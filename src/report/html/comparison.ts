/** A good release beside a bad one, arm by arm. Values in, HTML out. */
import type { ArmComparison, ArmEvidence, Comparison, ExchangeRow } from '../report.js';
import { anchorOf } from './anchors.js';
import { armOf, findingOf } from './arm.js';
import { differenceOf } from './difference.js';
import { capped, NOTHING, omittedNote, template, type Markup } from './markup.js';

const exchanges = template<{
  caption: string;
  label: string;
  good: string;
  bad: string;
  rows: readonly ExchangeRow[];
  note: Markup;
}>(
  `<h4>Requests</h4>
<div class="box plain" tabindex="0" role="region" aria-label="<%= it.label %>"><table>
<caption><%= it.caption %></caption>
<thead><tr><th scope="col">Request</th><th scope="col">Answer of the gateway</th><th scope="col"><%= it.good %> (good)</th><th scope="col"><%= it.bad %> (bad)</th><th scope="col">Alike?</th></tr></thead>
<tbody>
<% for (const row of it.rows) { %>
<tr<% if (row.differs) { %> class="differs"<% } %>><th scope="row"><code><%= row.request %></code></th><td><bdi><%= row.answer %></bdi></td><td><bdi><%= row.good %></bdi></td><td><bdi><%= row.bad %></bdi></td><td><% if (row.differs) { %><b>≠ differs</b><% } else { %>=<% } %></td></tr>
<% } %>
</tbody>
</table></div>
<%= it.note %>`,
);

function exchangesOf(arm: ArmComparison, { good, bad }: Comparison, where: string): Markup {
  if (arm.exchanges.length === 0) return NOTHING;
  const { shown, omitted } = capped(arm.exchanges, ({ request, answer }) => request.length + answer.length);
  const differing = shown.filter(({ differs }) => differs).length;
  return exchanges({
    caption:
      differing > 0 ? 'What was asked how often; rows that differ are marked ≠' : 'What was asked how often',
    label: `Requests compared: ${where}`,
    good,
    bad,
    rows: shown,
    note: omittedNote(omitted, 'kinds of request'),
  });
}

const side = template<{
  label: string;
  tone: string;
  version: string;
  word: string;
  anchor: string;
  finding: Markup;
  body: Markup;
}>(
  `<section class="side <%= it.tone %>" aria-label="<%= it.label %>">
<h4><a href="#<%= it.anchor %>"><%= it.version %></a> <span class="word"><%= it.word %></span></h4>
<p><%= it.finding %></p>
<%= it.body %>
</section>`,
);

function sideOf(version: string, verdict: 'good' | 'bad', seen: ArmEvidence, where: string): Markup {
  return side({
    label: `${version}, ${verdict}: ${where}`,
    tone: verdict,
    version,
    word: verdict,
    anchor: anchorOf(version),
    finding: findingOf(seen),
    body: armOf(seen, `${version} compared, ${where}`),
  });
}

const armTemplate = template<{
  isOpen: boolean;
  title: string;
  isControl: boolean;
  sides: readonly Markup[];
  exchanges: Markup;
  difference: Markup;
}>(
  `<details class="compared"<% if (it.isOpen) { %> open<% } %>>
<summary><h3><bdi><%= it.title %></bdi></h3><% if (it.isControl) { %> <span class="chip">control</span><% } %></summary>
<div class="sides"><% for (const side of it.sides) { %><%= side %><% } %></div>
<%= it.exchanges %>
<%= it.difference %>
</details>`,
);

/** Open where the releases came out differently; what is alike in both only reassures. */
function armComparisonOf(arm: ArmComparison, comparison: Comparison): Markup {
  const { good, bad, direction } = comparison;
  const where = `${arm.title} (${arm.arm}), ${good} and ${bad}`;
  const sides = [sideOf(good, 'good', arm.good, where), sideOf(bad, 'bad', arm.bad, where)];
  return armTemplate({
    isOpen: arm.good.outcome !== arm.bad.outcome,
    title: arm.title,
    isControl: arm.isControl,
    sides: direction === 'regression' ? sides : sides.toReversed(),
    exchanges: exchangesOf(arm, comparison, where),
    difference: differenceOf(arm.log, comparison, where),
  });
}

const comparisonTemplate = template<{ arms: readonly Markup[] }>(
  '<% for (const arm of it.arms) { %><%= arm %><% } %>',
);

/** Every arm, those that fail first; the older release is on the left. */
export function comparisonOf(comparison: Comparison): Markup {
  return comparisonTemplate({ arms: comparison.arms.map((arm) => armComparisonOf(arm, comparison)) });
}

/** `Last known good 2.1.146 beside first broken 2.1.147` */
export function comparisonTitle({ direction, good, bad }: Comparison): string {
  return direction === 'regression'
    ? `Last good ${good} beside first broken ${bad}`
    : `Last broken ${bad} beside first fixed ${good}`;
}
