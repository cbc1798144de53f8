/**
 * The report as one page in one file. It loads nothing and runs no script: what opens are `details`, what is drawn is
 * drawn by style sheet and inline SVG. Values in, one string out.
 */
import { createHash } from 'node:crypto';
import type { Report } from '../report.js';
import { comparisonsOf, shownComparisons } from './comparison.js';
import { glanceOf, leadOf } from './glance.js';
import { template, verbatim, type Markup } from './markup.js';
import { SYMBOLS } from './marks.js';
import { searchPathOf } from './search-path.js';
import { behaviourOf, environmentOf, reproductionOf } from './setting.js';
import { STYLE } from './style.js';
import { drawnRows } from './timeline-row.js';
import { timelineOf } from './timeline.js';

interface Section {
  readonly id: string;
  readonly title: string;
  readonly body: Markup;
}

/** Nothing may be loaded or run, and of styles only ours. */
const POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

const page = template<{
  title: string;
  policy: string;
  style: Markup;
  symbols: Markup;
  lead: { anchor: string; text: string };
  glance: Markup;
  behaviour: Markup;
  sections: readonly Section[];
  tool: string;
}>(`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="<%= it.policy %>">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="<%= it.tool %>">
<title><%= it.title %></title>
<link rel="icon" href="data:,">
<style><%= it.style %></style>
</head>
<body>
<a class="skip" href="#<%= it.lead.anchor %>"><%= it.lead.text %></a>
<%= it.symbols %>
<main>
<%= it.glance %>
<%= it.behaviour %>
<nav aria-label="On this page"><ul><% for (const section of it.sections) { %><li><a href="#<%= section.id %>"><%= section.title %></a></li><% } %></ul></nav>
<% for (const section of it.sections) { %>
<section aria-labelledby="<%= section.id %>">
<h2 id="<%= section.id %>"><%= section.title %></h2>
<%= section.body %>
</section>
<% } %>
</main>
<footer><p>Made by <%= it.tool %>, which ran the releases that npm serves against servers of its own. This page loads nothing and runs no script.</p></footer>
</body>
</html>
`);

/**
 * A page for browsers that needs no network and no script. Text of the client is shown as text, whatever it is.
 * @returns the whole file
 */
export function htmlOf(report: Report): string {
  const { title, tool } = report;
  return page({
    title,
    policy: POLICY,
    style: verbatim(STYLE),
    symbols: SYMBOLS,
    lead: leadOf(report) ?? { anchor: 'releases', text: 'Go to the releases' },
    glance: glanceOf(report),
    behaviour: behaviourOf(report),
    sections: sectionsOf(report).filter(({ body }) => body.length > 0),
    tool,
  }).toString();
}

function sectionsOf(report: Report): Section[] {
  const { comparisons } = report;
  const drawn = drawnRows(
    report,
    new Set(shownComparisons(comparisons).flatMap(({ good, bad }) => [good, bad])),
  );
  return [
    { id: 'releases', title: 'Releases', body: timelineOf(report, drawn) },
    ...comparisonsOf(comparisons).map((one, index) => ({ ...one, id: `comparison-${index + 1}` })),
    { id: 'path', title: 'How it was found', body: searchPathOf(report, drawn) },
    { id: 'reproduce', title: 'Try it yourself', body: reproductionOf(report) },
    { id: 'environment', title: 'Where it was run', body: environmentOf(report) },
  ];
}
