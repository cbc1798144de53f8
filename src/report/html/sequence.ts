/**
 * A journal as a sequence diagram of three lanes. It is a list whose text says all there is, `client → gateway: POST
 * tools/list`; lanes and arrows are drawn by the style sheet.
 */
import type { ArmEvidence, Step } from '../report.js';
import { capped, omittedNote, template, type Markup } from './markup.js';

interface Arrow {
  readonly classes: string;
  readonly at: string;
  readonly from: string;
  readonly to: string;
  readonly text: string;
  readonly flag: string;
  readonly detail: string;
  readonly session: number | null;
}

const diagram = template<{ label: string; arrows: readonly Arrow[]; note: Markup }>(
  `<div class="sequence">
<p class="lanes" aria-hidden="true"><span>client</span><span>gateway</span><span>model</span></p>
<ol aria-label="<%= it.label %>">
<% for (const step of it.arrows) { %>
<li class="<%= step.classes %>"><span class="at"><%= step.at %></span> <span class="who"><%= step.from %> → <%= step.to %>: </span><span class="what"><code><%= step.text %></code><% if (step.flag) { %> <b class="flag"><%= step.flag %></b><% } %><% if (step.detail) { %> <span class="detail"><%= step.detail %></span><% } %><% if (step.session !== null) { %> <span class="session">session <%= step.session %></span><% } %></span></li>
<% } %>
</ol>
</div>
<%= it.note %>`,
);

const nothing = template<object>('<p class="note">It asked neither the gateway nor the model anything.</p>');

/**
 * @param label names the diagram to those who do not see it
 */
export function sequenceOf(
  { steps, omitted }: Pick<ArmEvidence, 'steps' | 'omitted'>,
  label: string,
): Markup {
  if (steps.length === 0 && omitted === 0) return nothing({});
  const kept = capped(steps, ({ text, detail }) => text.length + detail.length);
  return diagram({
    label,
    arrows: kept.shown.map(arrowOf),
    note: omittedNote(kept.omitted + omitted, 'event'),
  });
}

/** What a tone adds in words: colour alone would not tell. */
const FLAGS: Readonly<Record<Step['tone'], string>> = { plain: '', refused: 'refused', broken: 'broken off' };

function arrowOf({ atMs, from, to, kind, text, detail, session, tone }: Step): Arrow {
  return {
    classes: `${from}-${to} ${kind} ${tone}`,
    at: `${Math.round(atMs)} ms`,
    from,
    to,
    text,
    flag: FLAGS[tone],
    detail,
    session,
  };
}
