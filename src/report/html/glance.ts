/** The answer in one glance: headline, the releases that it names, facts, warnings. Values in, HTML out. */
import { changeLead } from '../change-links.js';
import type { Report, ReportRow } from '../report.js';
import { anchorOf } from './anchors.js';
import { capped, linesOf, NOTHING, noteOf, template, type Markup } from './markup.js';
import { markOf, shapeOf, toneOf } from './marks.js';
import { atMinute, minutesAndSeconds } from '../numbers.js';
import { headlineLabel } from '../sides.js';
import { termed } from '../terms.js';
import { counted, doubtOf, NOT_RUN, SEALED_BY } from '../words.js';
import { keyRows, targetOf } from './timeline-row.js';

interface Card {
  readonly tone: string;
  readonly mark: Markup;
  readonly label: string;
  readonly version: string;
  readonly anchor: string;
  readonly publishedAt: string;
  readonly when: string;
}

const headline = template<{
  kind: string;
  title: string;
  sentence: Markup;
  cards: readonly Card[];
  links: readonly { lead: string; url: string }[];
  target: { anchor: string; text: string } | null;
  facts: readonly string[];
  warnings: Markup;
}>(
  `<header>
<p class="kind"><%= it.kind %></p>
<h1><bdi><%= it.title %></bdi></h1>
<p class="sentence"><bdi><%= it.sentence %></bdi></p>
<% if (it.cards.length > 0) { %>
<ul class="cards">
<% for (const card of it.cards) { %>
<li class="<%= card.tone %> tested"><%= card.mark %><span class="label"><%= card.label %></span> <a href="#<%= card.anchor %>"><%= card.version %></a> <% if (card.publishedAt) { %><time datetime="<%= card.publishedAt %>"><%= card.when %></time><% } else { %><span class="undated">date unknown</span><% } %></li>
<% } %>
</ul>
<% } %>
<% for (const link of it.links) { %>
<p><%= link.lead %><a href="<%= link.url %>" rel="noopener noreferrer external"><%= link.url %></a></p>
<% } %>
<% if (it.target) { %>
<p class="go"><a href="#<%= it.target.anchor %>"><%= it.target.text %></a></p>
<% } %>
<ul class="facts"><% for (const fact of it.facts) { %><li><bdi><%= fact %></bdi></li><% } %></ul>
<%= it.warnings %>
</header>`,
);

const warnings = template<{ lines: readonly string[]; note: Markup }>(
  `<aside class="warnings" aria-label="Before you believe it">
<ul><% for (const line of it.lines) { %><li><b>Note:</b> <bdi><%= line %></bdi></li><% } %></ul><%= it.note %>
</aside>`,
);

/** A scan may have found many. */
const MAX_LINKS = 8;

/** The top of the page. */
export function glanceOf(report: Report): Markup {
  return headline({
    kind: kindOf(report),
    title: report.title,
    sentence: linesOf(report.sentence).body,
    cards: cardsOf(report),
    links: report.changeLinks.slice(0, MAX_LINKS).map((link) => ({ lead: changeLead(link), url: link.url })),
    target: leadOf(report),
    facts: factsOf(report),
    warnings: warningsOf(report.warnings),
  });
}

/** Where the first link of the page goes, and its words; null where no release stands out. */
export function leadOf(report: Report): { readonly anchor: string; readonly text: string } | null {
  const target = targetOf(report);
  return target
    ? { anchor: anchorOf(target.version), text: `Go to ${headlineLabel(report, target)} ${target.version}` }
    : null;
}

const KINDS: Readonly<Record<Report['asked'], string>> = {
  regression: 'Regression found',
  fix: 'Fix found',
  window: 'Window of broken releases found',
  scan: 'Scan of every release',
};

/** Of a window of which one side was found, no more than that; and no regression that is not sure to be one. */
function kindOf({ outcome, asked, answer, isRegression }: Report): string {
  if (outcome === 'inconclusive') return 'Inconclusive';
  if (outcome === 'ends-agree') return 'No change found';
  const found = answer.changes.filter((change) => change.outcome === 'found');
  const [only] = found;
  const kind = asked === 'window' && only && found.length === 1 ? only.direction : asked;
  // Of a capability there is no fix, and no regression.
  const isNamed = !answer.terms && (kind !== 'regression' || isRegression === 'yes');
  if ((kind === 'regression' || kind === 'fix') && !isNamed) return 'Change found';
  return termed(KINDS[kind], answer.terms);
}

function cardsOf(report: Report): Card[] {
  const keys = keyRows(report);
  const newest = report.rows.find(({ version }) => version === report.newestBad);
  const isNews = newest && report.asked === 'regression' && !keys.includes(newest);
  // What may never have worked is not "still" broken.
  const label = report.firstBad === null ? 'newest broken' : 'still broken';
  return [
    ...keys.map((row) => cardOf(row, headlineLabel(report, row))),
    ...(isNews ? [cardOf(newest, termed(label, report.answer.terms))] : []),
  ];
}

function cardOf(row: ReportRow, label: string): Card {
  const { version, publishedAt, label: result } = row;
  const shape = shapeOf(result);
  return {
    tone: toneOf(shape),
    mark: markOf(shape),
    label,
    version,
    anchor: anchorOf(version),
    publishedAt: publishedAt ?? '',
    when: publishedAt === null ? '' : atMinute(publishedAt) + doubtOf(row),
  };
}

function factsOf(report: Report): string[] {
  const { client, scenario, platform, mode, isolation, oracle, downloads } = report;
  return [
    client.title,
    ...(mode === 'static' ? [] : [`${oracle === null ? 'scenario' : 'servers of'} ${scenario.id}`]),
    platform,
    ...(mode === 'static' ? [NOT_RUN] : [mode, SEALED_BY[isolation]]),
    ...(oracle === null ? [] : [`judged by ${oracle}`]),
    ranOf(report),
    ...(downloads > 0 ? [counted(downloads, 'download')] : []),
    atMinute(report.startedAt),
    `report ${report.id}`,
  ];
}

/** Where all was known from before, nothing was run and no time was taken. */
function ranOf({ probed, rows, elapsedMs }: Report): string {
  if (probed.length === 0) return 'from what earlier runs recorded';
  return `${probed.length} of ${counted(rows.length, 'release')} run in ${minutesAndSeconds(elapsedMs)}`;
}

function warningsOf(lines: readonly string[]): Markup {
  if (lines.length === 0) return NOTHING;
  const { shown, omitted } = capped(lines, (line) => line.length);
  return warnings({ lines: shown, note: noteOf(omitted > 0 ? `… and ${omitted} more.` : '') });
}
