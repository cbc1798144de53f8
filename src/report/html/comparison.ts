/** A good release beside a bad one, arm by arm. Values in, HTML out. */
import type { ArmComparison, ArmEvidence, Comparison, ExchangeRow } from '../report.js';
import { anchorOf } from './anchors.js';
import { armOf, findingOf } from './arm.js';
import { differenceOf } from './difference.js';
import type { Terms } from '../../scenarios/scenario.js';
import { comparisonTitle } from '../sides.js';
import { capped, NOTHING, noteOf, omittedNote, template, type Markup } from './markup.js';
import { Room } from './room.js';

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
<tr<% if (row.differs) { %> class="differs"<% } %>><th scope="row"><code><%= row.request %></code></th><td><bdi><%= row.answer %></bdi><% for (const body of row.bodies) { %> <code class="sent"><%= body %></code><% } %></td><td><bdi><%= row.good %></bdi></td><td><bdi><%= row.bad %></bdi></td><td><% if (row.differs) { %><b>≠ differs</b><% } else { %>=<% } %></td></tr>
<% } %>
</tbody>
</table></div>
<%= it.note %>`,
);

function exchangesOf(arm: ArmComparison, { good, bad }: Comparison, where: string): Markup {
  if (arm.exchanges.length === 0) return NOTHING;
  const { shown, omitted } = capped(
    arm.exchanges,
    ({ request, answer, bodies }) => request.length + answer.length + bodies.join('').length,
  );
  const differing = shown.filter(({ differs }) => differs).length;
  return exchanges({
    caption:
      differing > 0 ? 'What was asked how often; rows that differ are marked ≠' : 'What was asked how often',
    label: `Requests compared: ${where}`,
    good,
    bad,
    rows: shown,
    note: omittedNote(omitted, 'kind of request', 'kinds of request'),
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

/** @param isBrief without what the finding rests on */
function sideOf(
  version: string,
  verdict: 'good' | 'bad',
  seen: ArmEvidence,
  where: string,
  isBrief: boolean,
): Markup {
  return side({
    label: `${version}, ${verdict}: ${where}`,
    tone: verdict,
    version,
    word: verdict,
    anchor: anchorOf(version),
    finding: findingOf(seen),
    body: isBrief ? NOTHING : armOf(seen, `${version} compared, ${where}`, true),
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
function armComparisonOf(arm: ArmComparison, comparison: Comparison, isBrief = false): Markup {
  const { good, bad, direction } = comparison;
  const where = `${arm.title} (${arm.arm}), ${good} and ${bad}`;
  const sides = [sideOf(good, 'good', arm.good, where, isBrief), sideOf(bad, 'bad', arm.bad, where, isBrief)];
  return armTemplate({
    isOpen: arm.good.outcome !== arm.bad.outcome,
    title: arm.title,
    isControl: arm.isControl,
    sides: direction === 'regression' ? sides : sides.toReversed(),
    exchanges: isBrief ? noteOf(TOO_LARGE) : exchangesOf(arm, comparison, where),
    difference: isBrief ? NOTHING : differenceOf(arm, comparison, where),
  });
}

const TOO_LARGE = 'What the runs recorded is left out, since this page would be too large.';

const comparisonTemplate = template<{ arms: readonly Markup[]; notes: readonly Markup[] }>(
  '<% for (const arm of it.arms) { %><%= arm %><% } %><% for (const note of it.notes) { %><%= note %><% } %>',
);

const MAX_COMPARED = 1_000_000;
const MAX_BRIEF = 300_000;
const MAX_COMPARISONS = 12;

/** One comparison, ready for its heading. */
export interface Section {
  readonly title: string;
  readonly body: Markup;
}

/** The comparisons that a page has room for: the first ones, and the others counted below the last of them. */
export function comparisonsOf(all: readonly Comparison[], terms?: Terms): Section[] {
  const [evidence, brief] = [new Room(MAX_COMPARED), new Room(MAX_BRIEF)];
  const shown = shownComparisons(all);
  return shown.map((comparison, index) => {
    const omitted = index === shown.length - 1 ? all.length - shown.length : 0;
    const body = comparisonOf(comparison, evidence, brief, omittedNote(omitted, 'comparison'));
    return { title: comparisonTitle(comparison, terms), body };
  });
}

/** As many as a page has. */
export const shownComparisons = (all: readonly Comparison[]): readonly Comparison[] =>
  all.slice(0, MAX_COMPARISONS);

/** Every arm that there is room for, those that fail first; the older release is on the left. */
function comparisonOf(comparison: Comparison, evidence: Room, brief: Room, note: Markup): Markup {
  const arms = comparison.arms.flatMap((arm) => {
    const whole = armComparisonOf(arm, comparison);
    if (evidence.takes(whole)) return [whole];
    const short = armComparisonOf(arm, comparison, true);
    return brief.takes(short) ? [short] : [];
  });
  return comparisonTemplate({
    arms,
    notes: [omittedNote(comparison.arms.length - arms.length, 'arm'), note],
  });
}
