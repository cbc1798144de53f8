/** The version table as a timeline: an ordered list of releases, each of which opens. Values in, HTML out. */
import { isGap, labelCounts, withGaps } from '../bounded-rows.js';
import { factOf } from '../facts.js';
import type { Report, ReportRow } from '../report.js';
import { isUntold, saidOf } from '../rows.js';
import { counted } from '../words.js';
import { NOTHING, noteOf, template, type Markup } from './markup.js';
import { legendOf, markOf, shapeOf, toneOf } from './marks.js';
import { drawnRows, isKeyOf } from './timeline-row.js';

/** Rows in succession that have nothing of their own to tell fold from this many on. */
const LONG_STRETCH = 4;

const gap = template<{ versions: readonly string[]; rest: number }>(
  '<li class="gap">never published: <% it.versions.forEach((version, index) => { %><% if (index > 0) { %>, <% } %><span><%= version %></span><% }) %><% if (it.rest > 0) { %> and <%= it.rest %> more<% } %></li>',
);

const missing = template<{ count: string; labels: string }>(
  '<li class="gap"><%= it.count %> left out of this page: <%= it.labels %></li>',
);

const stretch = template<{
  tone: string;
  basis: string;
  mark: Markup;
  first: string;
  last: string;
  text: string;
  items: readonly Markup[];
}>(
  `<li class="stretch <%= it.tone %> <%= it.basis %>">
<details>
<summary><%= it.mark %><span class="range"><%= it.first %> to <%= it.last %></span> <span><%= it.text %></span></summary>
<ol class="timeline">
<% for (const item of it.items) { %><%= item %><% } %>
</ol>
</details>
</li>`,
);

const timeline = template<{ legend: Markup; items: readonly Markup[]; note: Markup }>(
  `<%= it.legend %>
<ol class="timeline" aria-label="Releases, the oldest first">
<% for (const item of it.items) { %><%= item %><% } %>
</ol>
<%= it.note %>`,
);

/**
 * The releases of the report that there is room for, the legend before them; the others are counted in their places.
 * @param drawn their items (drawnRows)
 */
export function timelineOf(
  report: Report,
  drawn: ReadonlyMap<string, Markup> = drawnRows(report, new Set()),
): Markup {
  const { rows } = report;
  const shown = new Set(rows.filter(({ version }) => drawn.has(version)));
  const rendered = (one: ReportRow) => [gapOf(one.unpublishedBefore), drawn.get(one.version) ?? NOTHING];
  const items = partsOf(withGaps(rows, shown), isKeyOf(report)).flatMap(({ isLeftOut, run }) => {
    if (isLeftOut) return [missing({ count: counted(run.length, 'release'), labels: labelCounts(run) })];
    return run.length >= LONG_STRETCH ? [stretchOf(run, run.flatMap(rendered))] : run.flatMap(rendered);
  });
  const legend = legendOf(new Set(rows.map(({ label }) => shapeOf(label))), report.answer.terms);
  const earlier = factOf(report, 'Rounds from earlier runs');
  const note = noteOf(earlier === undefined ? '' : `Rounds from earlier runs: ${earlier}.`);
  return timeline({ legend, items, note });
}

interface Part {
  readonly isLeftOut: boolean;
  readonly run: ReportRow[];
}

/** Runs of rows that are left out, and of rows that may fold: neighbours with nothing of their own to tell, that came out alike. */
function partsOf(
  rows: readonly (ReportRow | readonly ReportRow[])[],
  isKey: (one: ReportRow) => boolean,
): Part[] {
  const parts: Part[] = [];
  const isPlain = (one: ReportRow | undefined) => one !== undefined && isUntold(one) && !isKey(one);
  for (const one of rows) {
    const last = parts.at(-1);
    const before = last?.isLeftOut ? undefined : last?.run.at(-1);
    if (isGap(one)) parts.push({ isLeftOut: true, run: [...one] });
    else if (isPlain(before) && isPlain(one) && before?.label === one.label) last?.run.push(one);
    else parts.push({ isLeftOut: false, run: [one] });
  }
  return parts;
}

const MAX_NAMED = 8;

function gapOf(versions: readonly string[]): Markup {
  if (versions.length === 0) return NOTHING;
  return gap({ versions: versions.slice(0, MAX_NAMED), rest: Math.max(0, versions.length - MAX_NAMED) });
}

function stretchOf(run: readonly ReportRow[], items: readonly Markup[]): Markup {
  const [first, last] = [run[0], run.at(-1)];
  if (!first || !last) return NOTHING;
  const shape = shapeOf(first.label);
  return stretch({
    tone: toneOf(shape),
    basis: first.basis ?? 'unknown',
    mark: markOf(shape),
    first: first.version,
    last: last.version,
    text: `${counted(run.length, 'release')}: ${saidOf(first)}${first.basis === 'inferred' ? ', inferred' : ''}`,
    items,
  });
}
