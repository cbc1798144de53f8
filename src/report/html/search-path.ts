/** How the answer was found: which release was asked when and why, and what range was left. Values in, HTML out. */
import type { PathStep, Report } from '../report.js';
import { anchorOf } from './anchors.js';
import { capped, NOTHING, omittedNote, template, type Markup } from './markup.js';
import { markOf, shapeOfVerdict, toneOf, type Shape, type Tone } from './marks.js';
import { minutesAndSeconds } from './numbers.js';
import { rangesOf, type Strip } from './strip.js';

const VERDICT_WORDS = { good: 'works', bad: 'broken', skip: 'skipped' } as const;

const strip = template<{ strip: Strip }>(
  `<svg class="strip" width="100%" height="22" aria-hidden="true" focusable="false"><line class="all" x1="0" x2="100%" y1="11" y2="11"/><rect class="left" x="<%= it.strip.from %>%" width="<%= it.strip.width %>%" y="8" height="6" rx="3"/><% for (const mark of it.strip.marks) { %><svg x="<%= mark.at %>%" y="0" width="1" height="22" overflow="visible" class="<%= mark.tone %> <%= mark.isNew ? 'new' : 'old' %> tested"><use href="#mark-<%= mark.shape %>" x="-8" y="3" width="16" height="16"/></svg><% } %></svg>`,
);

interface Asked {
  readonly version: string;
  readonly anchor: string;
  readonly tone: Tone;
  readonly mark: Markup;
  readonly word: string;
}

const step = template<{ at: string; why: string; asked: readonly Asked[]; strip: Markup; left: string }>(
  `<li>
<p><bdi class="why"><%= it.why %></bdi><% if (it.at) { %> <span class="at"><%= it.at %></span><% } %></p>
<ul class="asked"><% for (const one of it.asked) { %><li class="<%= one.tone %> tested"><%= one.mark %> <% if (one.anchor) { %><a href="#<%= one.anchor %>"><%= one.version %></a><% } else { %><b><%= one.version %></b><% } %> <span><%= one.word %></span></li><% } %></ul>
<%= it.strip %>
<p class="left"><%= it.left %></p>
</li>`,
);

const search = template<{ title: string; steps: readonly Markup[]; note: Markup }>(
  `<% if (it.title) { %><h3><%= it.title %></h3><% } %>
<ol class="path">
<% for (const one of it.steps) { %><%= one %><% } %>
</ol>
<%= it.note %>`,
);

const path = template<{ searches: readonly Markup[] }>(
  '<% for (const one of it.searches) { %><%= one %><% } %>',
);

/** Nothing where the run kept no path. */
export function searchPathOf(report: Report): Markup {
  const { path: steps } = report;
  if (steps.length === 0) return NOTHING;
  const numbers = [...new Set(steps.map((one) => one.search))].toSorted((a, b) => a - b);
  return path({
    searches: numbers.map((number) =>
      searchOf(
        report,
        steps.filter((one) => one.search === number),
        numbers.length > 1 ? `Search ${number}` : '',
      ),
    ),
  });
}

function searchOf(report: Report, steps: readonly PathStep[], title: string): Markup {
  const { shown, omitted } = capped(steps);
  const strips = rangesOf(report, shown);
  const inTable = new Set(report.rows.map(({ version }) => version));
  return search({
    title,
    steps: shown.map((one, index) => stepOf(one, strips[index], inTable)),
    note: omittedNote(omitted, 'steps'),
  });
}

function stepOf(
  { atMs, why, asked }: PathStep,
  left: Strip | undefined,
  inTable: ReadonlySet<string>,
): Markup {
  return step({
    at: atMs === null ? '' : `after ${minutesAndSeconds(atMs)}`,
    why,
    asked: asked.map(({ version, rounds, verdict }) => {
      const shape: Shape = shapeOfVerdict(verdict);
      return {
        version,
        anchor: inTable.has(version) ? anchorOf(version) : '',
        tone: toneOf(shape),
        mark: markOf(shape),
        word:
          (verdict === null ? 'no verdict' : VERDICT_WORDS[verdict]) +
          (rounds > 1 ? `, ${rounds} rounds` : ''),
      };
    }),
    strip: left ? strip({ strip: left }) : NOTHING,
    left: left?.text ?? '',
  });
}
