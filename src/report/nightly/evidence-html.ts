/** What is recorded of one release as one page in one file: a section for each column, to which its cell leads. Pure. */
import { npmPage } from '../html/anchors.js';
import { template, type Markup } from '../html/markup.js';
import { markOf, toneOf } from '../html/marks.js';
import { shellOf } from '../html/shell.js';
import { cut } from '../text.js';
import { drawnArms } from './arms-html.js';
import { columnSection } from './column-html.js';
import { rowAnchor } from './html-anchors.js';
import { shapeOf } from './html-table.js';
import { linkTo } from './links.js';
import { EVIDENCE_STYLE } from './style.js';
import type { ReleasePage } from './version-table.js';
import { columnTitle, publishedText, remarksOn } from './words.js';

const MAX_TITLE = 200;

interface Overview {
  readonly link: string;
  readonly title: string;
  readonly tone: string;
  readonly mark: Markup;
  readonly word: string;
}

const body = template<{
  title: string;
  back: string;
  facts: readonly { name: string; value: string }[];
  integrity: string;
  npm: string;
  overview: readonly Overview[];
  columns: readonly Markup[];
}>(
  `<header>
<p class="kind"><% if (it.back) { %><a href="<%= it.back %>">All releases</a> · <% } %>what was recorded of one release</p>
<h1><bdi><%= it.title %></bdi></h1>
<dl class="pairs scenario">
<% for (const fact of it.facts) { %><div><dt><%= fact.name %></dt><dd><bdi><%= fact.value %></bdi></dd></div>
<% } %><% if (it.integrity) { %><div><dt>Integrity</dt><dd><code><%= it.integrity %></code></dd></div>
<% } %><div><dt>Registry</dt><dd><a href="<%= it.npm %>" rel="noopener noreferrer external"><%= it.npm %></a></dd></div>
</dl>
</header>
<section aria-labelledby="results">
<h2 id="results">Results</h2>
<ul class="overview"><% for (const one of it.overview) { %>
<li class="<%= one.tone %> tested"><%= one.mark %> <a href="<%= one.link %>"><bdi><%= one.title %></bdi></a> <span class="word"><%= one.word %></span></li><% } %>
</ul>
</section>
<section aria-labelledby="recorded">
<h2 id="recorded">What it rests on</h2>
<% for (const column of it.columns) { %><%= column %><% } %>
</section>`,
);

/** The page of a release. What is too long is shortened, with a note; every column keeps its place. */
export function releasePageHtml(page: ReleasePage): string {
  const { title, package: name, row } = page;
  const headline = [title, row.version].map((text) => cut(text, MAX_TITLE)).join(' ');
  const arms = drawnArms(page);
  return shellOf({
    title: headline,
    style: EVIDENCE_STYLE,
    lead: { anchor: 'results', text: 'Go to the results' },
    body: body({
      title: headline,
      back: backOf(page),
      facts: factsOf(page),
      integrity: row.integrity ?? '',
      npm: npmPage(name, row.version),
      overview: overviewOf(page),
      columns: page.columns.map((column, index) => columnSection(page, index, arms.get(column.key))),
    }),
    tool: 'mcp-bisect',
    did: ', which ran this release against servers of its own',
  });
}

/** To the row of the release in the table. */
function backOf({ client, row: { version, evidence } }: ReleasePage): string {
  return evidence ? linkTo('index.html', { from: evidence.html, anchor: rowAnchor(client, version) }) : '';
}

function factsOf({ platform, row }: ReleasePage): { name: string; value: string }[] {
  return [
    { name: 'Released', value: publishedText(row) },
    { name: 'Platform', value: platform },
    ...remarksOn(row).map(({ word, reason }) => ({
      name: `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`,
      value: reason,
    })),
  ];
}

function overviewOf({ columns, row }: ReleasePage): Overview[] {
  return columns.map((column, index) => {
    const { result = 'untested', mark = null } = row.cells[index] ?? {};
    const shape = shapeOf(result);
    return {
      link: linkTo('', { anchor: column.key }),
      title: cut(columnTitle(column), MAX_TITLE),
      tone: toneOf(shape),
      mark: markOf(shape),
      word: [result, mark].filter(Boolean).join(', '),
    };
  });
}
