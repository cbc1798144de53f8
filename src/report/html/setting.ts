/** What was expected, what a reader needs to try it, and where it was run. Values in, HTML out. */
import { carriedIn, notesOnFile } from '../carried-file.js';
import type { Fact, Report } from '../report.js';
import { httpsOnly } from './anchors.js';
import { boxOf, capped, fileBoxOf, linesOf, NOTHING, omittedNote, template, type Markup } from './markup.js';

const behaviour = template<{
  wrong: string;
  expected: Markup;
  issue: { address: string; isLink: boolean } | null;
  facts: readonly Fact[];
}>(
  `<div class="columns">
<section aria-labelledby="wrong"><h2 id="wrong">What goes wrong</h2><p><bdi><%= it.wrong %></bdi></p></section>
<section aria-labelledby="expected"><h2 id="expected">What should happen</h2><p class="lines"><bdi><%= it.expected %></bdi></p></section>
</div>
<dl class="pairs scenario">
<% for (const fact of it.facts) { %><div><dt><%= fact.name %></dt><dd><bdi><%= fact.value %></bdi></dd></div><% } %>
<% if (it.issue) { %><div><dt>Issue</dt><dd><% if (it.issue.isLink) { %><a href="<%= it.issue.address %>" rel="noopener noreferrer external"><%= it.issue.address %></a><% } else { %><bdi><%= it.issue.address %></bdi><% } %></dd></div><% } %>
</dl>`,
);

/** What is wrong beside what should be, and what the scenario did, or which command judged in its place. */
export function behaviourOf({ wrong, expected, scenario, oracle }: Report): Markup {
  const { title, spec, issue, server, tool, prompt } = scenario;
  if (oracle !== null) {
    const facts = [{ name: 'Judged by', value: oracle }];
    return behaviour({ wrong, expected: linesOf(expected).body, issue: null, facts });
  }
  const link = httpsOnly(issue);
  return behaviour({
    wrong,
    expected: linesOf(expected).body,
    issue: issue === '' ? null : { address: link ?? issue, isLink: link !== null },
    facts: [
      { name: 'Scenario', value: title },
      { name: 'MCP server', value: server },
      { name: 'Tool', value: tool },
      { name: 'Prompt', value: prompt },
      { name: 'Specification', value: spec },
    ].filter(({ value }) => value !== ''),
  });
}

const reproduction = template<{
  where: string;
  line: Markup;
  notes: readonly string[];
  file: Markup;
  path: string;
  configuration: Markup;
}>(
  `<p>This asks the same question again<%= it.where %>:</p>
<%= it.line %>
<% for (const note of it.notes) { %><p><bdi><%= note %></bdi></p><% } %>
<% if (it.file.length > 0) { %><details class="full"><summary>The scenario</summary><%= it.file %></details><% } %>
<% if (it.path) { %><p>The least configuration that meets such a server, in <code><%= it.path %></code>:</p>
<%= it.configuration %><% } %>`,
);

/** The line for a shell, the scenario's file, and the configuration. */
export function reproductionOf(report: Report): Markup {
  const { reproduce, configuration } = report;
  const file = carriedIn(report);
  return reproduction({
    where: file ? ', run beside this page, saved under the name in it' : '',
    notes: notesOnFile(report),
    file: file ? fileBoxOf(file.name, file.text) : NOTHING,
    line: boxOf(reproduce, 'Command that reproduces it', 'copy'),
    path: configuration?.path ?? '',
    configuration: configuration ? boxOf(configuration.text, 'Configuration of the client', 'copy') : NOTHING,
  });
}

const environment = template<{ facts: readonly Fact[]; note: Markup }>(
  `<dl class="pairs">
<% for (const fact of it.facts) { %><div><dt><%= fact.name %></dt><dd><bdi><%= fact.value %></bdi></dd></div><% } %>
</dl><%= it.note %>`,
);

/** Name and value, one below the other. */
export function environmentOf({ environment: all }: Report): Markup {
  const { shown, omitted } = capped(all, ({ value }) => value.length);
  return environment({ facts: shown, note: omittedNote(omitted, 'fact') });
}
