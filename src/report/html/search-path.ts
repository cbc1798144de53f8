/** How the answer was found: which release was asked when and why, and what range was left. Values in, HTML out. */
import type { PathStep, Report } from '../report.js';
import { anchorOf } from './anchors.js';
import { capped, NOTHING, omittedNote, template, type Markup } from './markup.js';
import { markOf, shapeOfVerdict, toneOf, type Shape, type Tone } from './marks.js';
import { minutesAndSeconds } from '../numbers.js';
import type { Terms } from '../../scenarios/scenario.js';
import { sideText } from '../sides.js';
import { termed } from '../terms.js';
import { counted } from '../words.js';
import { Room } from './room.js';
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

const step = template<{
  at: string;
  why: string;
  asked: readonly Asked[];
  rest: number;
  strip: Markup;
  left: string;
}>(
  `<li>
<p><bdi class="why"><%= it.why %></bdi><% if (it.at) { %> <span class="at"><%= it.at %></span><% } %></p>
<ul class="asked"><% for (const one of it.asked) { %><li class="<%= one.tone %> tested"><%= one.mark %> <% if (one.anchor) { %><a href="#<%= one.anchor %>"><%= one.version %></a><% } else { %><b><%= one.version %></b><% } %> <span><%= one.word %></span></li><% } %><% if (it.rest > 0) { %><li>and <%= it.rest %> more</li><% } %></ul>
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

/** Steps of all searches together; those that come after them are counted. */
const MAX_PATH = 400_000;
const MAX_ASKED = 40;

/** Versions that have a place on the page. */
type OnPage = Pick<ReadonlySet<string>, 'has'>;

/**
 * Nothing where the run kept no path.
 * @param onPage where links may lead; without it, to every release of the table
 */
export function searchPathOf(
  report: Report,
  onPage: OnPage = new Set(report.rows.map(({ version }) => version)),
): Markup {
  const { path: steps } = report;
  if (steps.length === 0) return NOTHING;
  const numbers = [...new Set(steps.map((one) => one.search))].toSorted((a, b) => a - b);
  const room = new Room(MAX_PATH);
  return path({
    searches: numbers.map((number) => {
      const own = steps.filter((one) => one.search === number);
      const [first] = own;
      const title = first && numbers.length > 1 ? `Search ${sideText(first, report.answer.terms)}` : '';
      return searchOf(report, own, title, onPage, room);
    }),
  });
}

function searchOf(
  report: Report,
  steps: readonly PathStep[],
  title: string,
  onPage: OnPage,
  room: Room,
): Markup {
  const { shown } = capped(steps);
  const strips = rangesOf(report, shown);
  const drawn = shown.map((one, index) => stepOf(one, strips[index], onPage, report.answer.terms));
  const full = drawn.findIndex((one) => !room.takes(one));
  const kept = full < 0 ? drawn : drawn.slice(0, full);
  return search({ title, steps: kept, note: omittedNote(steps.length - kept.length, 'step') });
}

function stepOf(
  { atMs, why, asked }: PathStep,
  left: Strip | undefined,
  onPage: OnPage,
  terms: Terms | undefined,
): Markup {
  return step({
    at: atMs === null ? '' : `after ${minutesAndSeconds(atMs)}`,
    why,
    asked: asked.slice(0, MAX_ASKED).map((one) => askedOf(one, onPage, terms)),
    rest: Math.max(0, asked.length - MAX_ASKED),
    strip: left ? strip({ strip: left }) : NOTHING,
    left: left?.text ?? '',
  });
}

function askedOf(
  { version, rounds, verdict }: PathStep['asked'][number],
  onPage: OnPage,
  terms: Terms | undefined,
): Asked {
  const shape: Shape = shapeOfVerdict(verdict);
  const word = verdict === null ? 'no verdict' : termed(VERDICT_WORDS[verdict], terms);
  return {
    version,
    anchor: onPage.has(version) ? anchorOf(version) : '',
    tone: toneOf(shape),
    mark: markOf(shape),
    word: rounds > 1 ? `${word}, ${counted(rounds, 'round')}` : word,
  };
}
