/** What opens below a release in the timeline. Values in, HTML out. */
import type { ArmEvidence, ReleaseEvidence, ReportRow } from '../report.js';
import { npmPage } from './anchors.js';
import { armOf, endingOf, findingOf } from './arm.js';
import { NOTHING, noteOf, template, type Markup } from './markup.js';

const arm = template<{
  isOpen: boolean;
  title: string;
  isControl: boolean;
  finding: Markup;
  body: Markup;
}>(
  `<details class="arm"<% if (it.isOpen) { %> open<% } %>>
<summary><h4><bdi><%= it.title %></bdi></h4> <%= it.finding %><% if (it.isControl) { %> <span class="chip">control</span><% } %></summary>
<div class="inside"><%= it.body %></div>
</details>`,
);

const release = template<{
  facts: readonly { name: string; value: string }[];
  integrity: string;
  page: string;
  note: Markup;
  arms: readonly Markup[];
}>(
  `<div class="opened">
<dl class="pairs">
<% for (const fact of it.facts) { %>
<div><dt><%= fact.name %></dt><dd><bdi><%= fact.value %></bdi></dd></div>
<% } %>
<% if (it.integrity) { %>
<div><dt>Integrity</dt><dd><code><%= it.integrity %></code></dd></div>
<% } %>
<div><dt>Registry</dt><dd><a href="<%= it.page %>" rel="noopener noreferrer external"><%= it.page %></a></dd></div>
</dl>
<%= it.note %>
<% for (const arm of it.arms) { %><%= arm %><% } %>
</div>`,
);

/** How a row is known, for one that was not run. */
function basisNote({ basis, label }: ReportRow): string {
  if (basis === 'tested') return '';
  if (basis === 'inferred') return 'Not run: the nearest tested releases before and after it agree.';
  return label === 'not available' ? 'It cannot be run here.' : 'Not run.';
}

/** `3 good, 1 bad` */
export function roundsOf({ rounds }: Pick<ReportRow, 'rounds'>): string {
  const told = (['good', 'bad', 'skip'] as const).filter((verdict) => rounds[verdict] > 0);
  return told.map((verdict) => `${rounds[verdict]} ${verdict === 'skip' ? 'skipped' : verdict}`).join(', ');
}

/** Where what opens below a release is shown. */
export interface Context {
  readonly packageName: string;
  /** Whether the page has it beside another release. */
  readonly isCompared: boolean;
}

/**
 * The whole evidence.
 * @param evidence undefined where the release was not run
 */
export function releaseOf(
  row: ReportRow,
  evidence: ReleaseEvidence | undefined,
  { packageName, isCompared }: Context,
): Markup {
  const arms = evidence?.arms ?? [];
  const shown = opened(arms);
  const sectionOf = (seen: ArmEvidence) => {
    const where = `${row.version}, ${seen.title} (${seen.arm})`;
    return armSection(seen, shown.has(seen.arm), armOf(seen, where, isCompared));
  };
  return laidOut(row, packageName, NOTHING, arms.map(sectionOf));
}

/** The findings without what they rest on, for a page that would be too large. */
export function releaseInBrief(
  row: ReportRow,
  evidence: ReleaseEvidence,
  { packageName }: Pick<Context, 'packageName'>,
): Markup {
  const note = noteOf(
    `What the runs recorded is left out, since this page would be too large. To see it: mcp-bisect show ${row.version}`,
  );
  return laidOut(
    row,
    packageName,
    note,
    evidence.arms.map((seen) => armSection(seen, false, endingOf(seen))),
  );
}

function laidOut(row: ReportRow, packageName: string, note: Markup, arms: readonly Markup[]): Markup {
  const facts = [
    { name: 'Basis', value: basisNote(row) },
    { name: 'Rounds', value: roundsOf(row) },
    { name: 'Finding', value: row.basis === 'inferred' ? '' : row.reason },
  ].filter(({ value }) => value !== '');
  return release({
    facts,
    integrity: row.integrity ?? '',
    page: npmPage(packageName, row.version),
    note,
    arms,
  });
}

/** The arms that fail are what a reader came for; where none does, the first that asks something of the release. */
export function opened(arms: ReleaseEvidence['arms']): ReadonlySet<string> {
  const telling = arms.filter(({ outcome }) => outcome !== 'pass');
  const first = arms.find(({ isControl }) => !isControl) ?? arms[0];
  return new Set((telling.length > 0 ? telling : first ? [first] : []).map(({ arm: name }) => name));
}

/** An arm that opens, its finding on the line that is clicked. */
export function armSection(seen: ArmEvidence, isOpen: boolean, body: Markup): Markup {
  const { title, isControl } = seen;
  return arm({ isOpen, title, isControl, finding: findingOf(seen), body });
}
