/** The version table as a timeline: an ordered list of releases, each of which opens. Values in, HTML out. */
import type { Report, ReportRow } from '../report.js';
import { isUntold } from '../rows.js';
import { minutes } from '../words.js';
import { anchorOf } from './anchors.js';
import { NOTHING, template, type Markup } from './markup.js';
import { legendOf, markOf, shapeOf, toneOf, type Shape } from './marks.js';
import { counted } from './numbers.js';
import { releaseInBrief, releaseOf, roundsOf } from './release.js';

/** Evidence of all releases together; what comes after it is told in brief. */
const MAX_EVIDENCE = 1_500_000;

/** Rows in succession that have nothing of their own to tell fold from this many on. */
const LONG_STRETCH = 4;

const row = template<{
  id: string;
  tone: string;
  basis: string;
  isKey: boolean;
  isOpen: boolean;
  mark: Markup;
  version: string;
  publishedAt: string | null;
  when: string;
  label: string;
  how: string;
  reason: string;
  integrity: string;
  body: Markup;
}>(
  `<li class="release <%= it.tone %> <%= it.basis %><% if (it.isKey) { %> key<% } %>">
<details id="<%= it.id %>"<% if (it.isOpen) { %> open<% } %>>
<summary><%= it.mark %><h3><%= it.version %></h3> <% if (it.publishedAt === null) { %><span class="when">date unknown</span><% } else { %><time class="when" datetime="<%= it.publishedAt %>"><%= it.when %></time><% } %> <strong class="result"><%= it.label %></strong> <span class="how"><%= it.how %></span> <span class="reason"><bdi><%= it.reason %></bdi></span> <% if (it.integrity) { %><code class="integrity"><%= it.integrity %></code><% } %></summary>
<%= it.body %>
</details>
</li>`,
);

const gap = template<{ versions: readonly string[]; rest: number }>(
  '<li class="gap">never published: <% it.versions.forEach((version, index) => { %><% if (index > 0) { %>, <% } %><span><%= version %></span><% }) %><% if (it.rest > 0) { %> and <%= it.rest %> more<% } %></li>',
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

const timeline = template<{ legend: Markup; items: readonly Markup[] }>(
  `<%= it.legend %>
<ol class="timeline" aria-label="Releases, the oldest first">
<% for (const item of it.items) { %><%= item %><% } %>
</ol>`,
);

/** Every release of the report, the legend before them. */
export function timelineOf(report: Report): Markup {
  const { rows } = report;
  const bodies = bodiesOf(report);
  const keys = keysOf(report);
  const rendered = (one: ReportRow) => [
    gapOf(one.unpublishedBefore),
    rowOf(one, keys, bodies.get(one.version) ?? NOTHING),
  ];
  const items = stretchesOf(rows, keys).flatMap((run) =>
    run.length >= LONG_STRETCH ? [stretchOf(run, run.flatMap(rendered))] : run.flatMap(rendered),
  );
  return timeline({ legend: legendOf(new Set(rows.map(({ label }) => shapeOf(label)))), items });
}

/** The release that the page leads to: where it changed for the worse, or else for the better. */
export function targetOf({ rows, firstBad }: Report): ReportRow | undefined {
  return (
    rows.find(({ label }) => label === 'first broken') ??
    rows.find(({ version }) => version === firstBad) ??
    rows.find(({ label }) => label === 'first fixed')
  );
}

const KEY_LABELS = new Set(['last known good', 'first broken', 'last known broken', 'first fixed']);

/** The releases that the answer names. */
export function keyRows({ rows }: Pick<Report, 'rows'>): ReportRow[] {
  return rows.filter(({ label }) => KEY_LABELS.has(label));
}

interface Keys {
  readonly all: ReadonlySet<string>;
  readonly target: string | undefined;
}

function keysOf(report: Report): Keys {
  const target = targetOf(report)?.version;
  const all = new Set(keyRows(report).map(({ version }) => version));
  return { all: target === undefined ? all : all.add(target), target };
}

/** What opens below each release: whole for those that the answer names, for the others as far as there is room. */
function bodiesOf(report: Report): ReadonlyMap<string, Markup> {
  const { rows, releases, client } = report;
  const evidence = new Map(releases.map((release) => [release.version, release]));
  const { all } = keysOf(report);
  const inOrder = [
    ...rows.filter(({ version }) => all.has(version)),
    ...rows.filter(({ version }) => !all.has(version)),
  ];
  let room = MAX_EVIDENCE;
  return new Map(
    inOrder.map((one) => {
      const seen = evidence.get(one.version);
      const body = releaseOf(one, seen, client.package);
      if (!seen || seen.arms.length === 0) return [one.version, body];
      const fits = body.length <= room;
      if (fits) room -= body.length;
      return [one.version, fits ? body : releaseInBrief(one, seen, client.package)];
    }),
  );
}

/** Runs of rows that may fold: neighbours without anything of their own to tell, that came out alike. */
function stretchesOf(rows: readonly ReportRow[], { all }: Keys): ReportRow[][] {
  const runs: ReportRow[][] = [];
  for (const one of rows) {
    const last = runs.at(-1);
    const before = last?.at(-1);
    const isPlain = (other: ReportRow) => isUntold(other) && !all.has(other.version);
    if (last && before && isPlain(before) && isPlain(one) && before.label === one.label) last.push(one);
    else runs.push([one]);
  }
  return runs;
}

function rowOf(one: ReportRow, { all, target }: Keys, body: Markup): Markup {
  const { version, publishedAt, label, basis, reason, integrity } = one;
  const shape = shapeOf(label);
  return row({
    id: anchorOf(version),
    tone: toneOf(shape),
    basis: basis ?? 'unknown',
    isKey: all.has(version),
    isOpen: version === target,
    mark: markOf(shape),
    version,
    publishedAt,
    when: publishedAt === null ? '' : minutes(publishedAt),
    label,
    how: howOf(one),
    reason: basis === 'inferred' ? '' : reason,
    integrity: shortened(integrity ?? ''),
    body,
  });
}

/** `tested, 4 rounds: 3 good, 1 bad`; what agrees need not be told apart. */
function howOf(one: ReportRow): string {
  const { basis, rounds, flaky } = one;
  const times = rounds.good + rounds.bad + rounds.skip;
  if (basis !== 'tested') return basis ?? 'not run';
  if (times < 2) return 'tested';
  return flaky ? `tested: ${roundsOf(one)}` : `tested in ${counted(times, 'round')}`;
}

const SHORT_ENDS = 6;

/** `sha512-21147V…6Zyw==` */
function shortened(integrity: string): string {
  const start = integrity.indexOf('-') + 1 + SHORT_ENDS;
  if (integrity.length <= start + SHORT_ENDS) return integrity;
  return `${integrity.slice(0, start)}…${integrity.slice(-SHORT_ENDS)}`;
}

const MAX_NAMED = 8;

function gapOf(versions: readonly string[]): Markup {
  if (versions.length === 0) return NOTHING;
  return gap({ versions: versions.slice(0, MAX_NAMED), rest: Math.max(0, versions.length - MAX_NAMED) });
}

function stretchOf(run: readonly ReportRow[], items: readonly Markup[]): Markup {
  const [first, last] = [run[0], run.at(-1)];
  if (!first || !last) return NOTHING;
  const shape: Shape = shapeOf(first.label);
  return stretch({
    tone: toneOf(shape),
    basis: first.basis ?? 'unknown',
    mark: markOf(shape),
    first: first.version,
    last: last.version,
    text: `${counted(run.length, 'release')}: ${first.label}${first.basis === 'inferred' ? ', inferred' : ''}`,
    items,
  });
}
