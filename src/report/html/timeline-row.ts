/** The releases of the timeline, each as an item that opens, as far as a page has room. Values in, HTML out. */
import { byWeight, unfolded } from '../bounded-rows.js';
import type { Report, ReportRow } from '../report.js';
import { basisText, KEY_LABELS, saidOf } from '../rows.js';
import { releasedText } from '../words.js';
import { anchorOf } from './anchors.js';
import { template, type Markup } from './markup.js';
import { markOf, shapeOf, toneOf } from './marks.js';
import { releaseInBrief, releaseOf } from './release.js';
import { Room } from './room.js';

/** What was recorded of all releases together; what comes after it is told in brief. */
const MAX_EVIDENCE = 1_500_000;
/** Releases in brief; what comes after them is counted. */
const MAX_BRIEF = 1_500_000;
const MAX_ROWS = 1_000;

/** A scan may have many changes: the sentence has them all. */
const MAX_CARDS = 8;

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

/** The release that the page leads to: where it changed for the worse, or else for the better. */
export function targetOf({ rows, firstBad }: Report): ReportRow | undefined {
  return (
    rows.find(({ label }) => label === 'first broken') ??
    rows.find(({ version }) => version === firstBad) ??
    rows.find(({ label }) => label === 'first fixed')
  );
}

/** The releases that the answer names, as many as the headline has room for. */
export function keyRows({ rows }: Pick<Report, 'rows'>): ReportRow[] {
  return rows.filter(({ label }) => KEY_LABELS.has(label)).slice(0, MAX_CARDS);
}

/** True of a row that stands out: the answer names it, or the page leads to it. */
export function isKeyOf(report: Report): (one: ReportRow) => boolean {
  const target = targetOf(report)?.version;
  return ({ label, version }) => KEY_LABELS.has(label) || version === target;
}

/**
 * The items of the releases that the page has room for, by version: whole for those that the answer names and those near to
 * them, then in brief.
 * @param compared releases that the page has beside others
 */
export function drawnRows(report: Report, compared: ReadonlySet<string>): ReadonlyMap<string, Markup> {
  const [evidence, brief] = [new Room(MAX_EVIDENCE), new Room(MAX_BRIEF)];
  const releases = new Map(report.releases.map((release) => [release.version, release]));
  const drawn = new Map<string, Markup>();
  const draw = itemsOf(report);
  for (const one of weightiest(report, compared)) {
    const seen = releases.get(one.version);
    const context = { packageName: report.client.package, isCompared: compared.has(one.version) };
    const whole = draw(one, releaseOf(one, seen, context));
    const isBare = !seen || seen.arms.length === 0;
    if (!isBare && evidence.takes(whole)) {
      drawn.set(one.version, whole);
      continue;
    }
    const short = isBare ? whole : draw(one, releaseInBrief(one, seen, context));
    if (brief.takes(short)) drawn.set(one.version, short);
  }
  return drawn;
}

/** Links of the page lead to some of them: those come first. */
function weightiest(report: Report, compared: ReadonlySet<string>): ReportRow[] {
  const { rows, newestBad } = report;
  const linked = [
    ...compared,
    ...[...keyRows(report), targetOf(report)].map((one) => one?.version),
    newestBad,
  ];
  const named = new Set(linked.filter((version) => typeof version === 'string'));
  const candidates = rows.length > MAX_ROWS ? unfolded(rows) : rows;
  return byWeight(candidates, named).slice(0, MAX_ROWS);
}

function itemsOf(report: Report): (one: ReportRow, body: Markup) => Markup {
  const isKey = isKeyOf(report);
  const target = targetOf(report)?.version;
  return (one, body) => {
    const { version, publishedAt, label, basis, reason, integrity } = one;
    const shape = shapeOf(label);
    return row({
      id: anchorOf(version),
      tone: toneOf(shape),
      basis: basis ?? 'unknown',
      isKey: isKey(one),
      isOpen: version === target,
      mark: markOf(shape),
      version,
      publishedAt,
      when: releasedText(one),
      label: saidOf(one),
      how: basisText(one) || 'not run',
      reason: basis === 'inferred' ? '' : reason,
      integrity: shortened(integrity ?? ''),
      body,
    });
  };
}

const SHORT_ENDS = 6;

/** `sha512-21147V…6Zyw==` */
function shortened(integrity: string): string {
  const start = integrity.indexOf('-') + 1 + SHORT_ENDS;
  if (integrity.length <= start + SHORT_ENDS) return integrity;
  return `${integrity.slice(0, start)}…${integrity.slice(-SHORT_ENDS)}`;
}
