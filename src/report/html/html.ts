/** The report as one page in one file. Values in, one string out. */
import { withFile } from '../carried-file.js';
import type { Report } from '../report.js';
import { comparisonsOf, shownComparisons } from './comparison.js';
import { glanceOf, leadOf } from './glance.js';
import { template, type Markup } from './markup.js';
import { searchPathOf } from './search-path.js';
import { behaviourOf, environmentOf, reproductionOf } from './setting.js';
import { shellOf } from './shell.js';
import { STYLE } from './style.js';
import { drawnRows } from './timeline-row.js';
import { timelineOf } from './timeline.js';

interface Section {
  readonly id: string;
  readonly title: string;
  readonly body: Markup;
}

const body = template<{ glance: Markup; behaviour: Markup; sections: readonly Section[] }>(
  `<%= it.glance %>
<%= it.behaviour %>
<nav aria-label="On this page"><ul><% for (const section of it.sections) { %><li><a href="#<%= section.id %>"><%= section.title %></a></li><% } %></ul></nav>
<% for (const section of it.sections) { %>
<section aria-labelledby="<%= section.id %>">
<h2 id="<%= section.id %>"><%= section.title %></h2>
<%= section.body %>
</section>
<% } %>`,
);

/**
 * A page for browsers that needs no network and no script. Text of the client is shown as text, whatever it is.
 * @param name of the file that it will be in: the line that reproduces it reads the scenario from there
 * @returns the whole file
 */
export function htmlOf(report: Report, name = 'report.html'): string {
  const { title, tool } = report;
  return shellOf({
    title,
    style: STYLE,
    lead: leadOf(report) ?? { anchor: 'releases', text: 'Go to the releases' },
    body: body({
      glance: glanceOf(report),
      behaviour: behaviourOf(report),
      sections: sectionsOf(report, name).filter(({ body: shown }) => shown.length > 0),
    }),
    tool,
    did: ', which ran the releases that npm serves against servers of its own',
  });
}

function sectionsOf(report: Report, name: string): Section[] {
  const { comparisons } = report;
  const drawn = drawnRows(
    report,
    new Set(shownComparisons(comparisons).flatMap(({ good, bad }) => [good, bad])),
  );
  return [
    { id: 'releases', title: 'Releases', body: timelineOf(report, drawn) },
    ...comparisonsOf(comparisons, report.answer.terms).map((one, index) => ({
      ...one,
      id: `comparison-${index + 1}`,
    })),
    { id: 'path', title: 'How it was found', body: searchPathOf(report, drawn) },
    { id: 'reproduce', title: 'Try it yourself', body: reproductionOf(withFile(report, name)) },
    { id: 'environment', title: 'Where it was run', body: environmentOf(report) },
  ];
}
