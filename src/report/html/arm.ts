/** What one release showed under one arm. Values in, HTML out. */
import { minutesAndSeconds } from '../numbers.js';
import type { ArmEvidence, OfferedTools } from '../report.js';
import { counted } from '../words.js';
import { boxOf, capped, NOTHING, omittedNote, template, type Markup } from './markup.js';
import { markOf, toneOf, type Shape } from './marks.js';
import { sequenceOf } from './sequence.js';

const finding = template<{ word: string; tone: string; mark: Markup; evidence: string }>(
  `<span class="finding <%= it.tone %> tested"><%= it.mark %> <strong><%= it.word %></strong><% if (it.evidence) { %>: <bdi><%= it.evidence %></bdi><% } %></span>`,
);

const OUTCOMES: Readonly<Record<ArmEvidence['outcome'], { readonly word: string; readonly shape: Shape }>> = {
  pass: { word: 'passes', shape: 'good' },
  fail: { word: 'fails', shape: 'bad' },
  unclear: { word: 'unclear', shape: 'skip' },
};

/** `fails: tools lost`, with the sign of it. */
export function findingOf({ outcome, evidence }: ArmEvidence): Markup {
  const { word, shape } = OUTCOMES[outcome];
  return finding({ word, tone: toneOf(shape), mark: markOf(shape), evidence });
}

const ending = template<{ end: string; took: string }>(
  '<p class="end">How it ended: <bdi><%= it.end %></bdi>, after <%= it.took %>.</p>',
);

/** `How it ended: exited with code 0, after 771 ms.` */
export const endingOf = ({ end, durationMs }: ArmEvidence): Markup =>
  ending({ end, took: minutesAndSeconds(durationMs) });

const offered = template<{
  offers: readonly {
    at: string;
    count: string;
    own: readonly string[];
    names: readonly string[];
    rest: number;
  }[];
  note: Markup;
}>(
  `<div class="offered"><p class="caption">Tools offered to the model</p>
<ul>
<% for (const offer of it.offers) { %>
<li>at <%= offer.at %>: <%= offer.count %>, <% if (offer.own.length === 0) { %><b class="flag">none of the server’s</b><% } else { %>of the server:<% for (const name of offer.own) { %> <code><%= name %></code><% } %><% } %>
<% if (offer.names.length > 0) { %><details class="names"><summary>All names</summary><p><% for (const name of offer.names) { %><code><%= name %></code> <% } %><% if (offer.rest > 0) { %>and <%= offer.rest %> more<% } %></p></details><% } %></li>
<% } %>
</ul><%= it.note %></div>`,
);

const MAX_OFFERS = 20;
const MAX_NAMES = 100;

/** Names that were offered before already are not listed again. */
function offeredOf(tools: readonly OfferedTools[]): Markup {
  if (tools.length === 0) return NOTHING;
  const offers = tools.slice(0, MAX_OFFERS).map(({ atMs, names, fromServer }, index) => {
    const isRepeated = names.join('\n') === tools[index - 1]?.names.join('\n');
    return {
      at: `${Math.round(atMs)} ms`,
      count: counted(names.length, 'tool'),
      own: fromServer.slice(0, MAX_NAMES),
      names: isRepeated ? [] : names.slice(0, MAX_NAMES),
      rest: Math.max(0, names.length - MAX_NAMES),
    };
  });
  return offered({ offers, note: omittedNote(tools.length - offers.length, 'request') });
}

const logged = template<{ lines: readonly string[] }>(
  `<div class="logged"><p class="caption">Its own log says that it</p>
<ul><% for (const line of it.lines) { %><li><bdi><%= line %></bdi></li><% } %></ul></div>`,
);

const loggedOf = (lines: readonly string[]): Markup =>
  lines.length > 0 ? logged({ lines: capped(lines).shown }) : NOTHING;

const output = template<{ caption: string; box: Markup }>(
  '<div class="said"><p class="caption"><%= it.caption %></p><%= it.box %></div>',
);

const outputOf = (caption: string, text: string, where: string): Markup =>
  text.trim() === '' ? NOTHING : output({ caption, box: boxOf(text, `${caption}: ${where}`, 'output') });

const arm = template<{ parts: readonly Markup[] }>('<% for (const part of it.parts) { %><%= part %><% } %>');

/** What it logged of the server, for where that stands beside no other log. */
const logOf = ({ log, outcome }: ArmEvidence, where: string): Markup =>
  outcome === 'pass'
    ? NOTHING
    : outputOf('Its debug log, the lines that name the server', log.join('\n'), where);

/**
 * How it ended, journal, tools, log and output.
 * @param where which release and which arm, and on which part of the page: unlike any other on it
 * @param isCompared whether its debug log stands beside another one elsewhere on the page
 */
export function armOf(evidence: ArmEvidence, where: string, isCompared: boolean): Markup {
  return arm({
    parts: [
      endingOf(evidence),
      sequenceOf(evidence, `Requests and answers in order: ${where}`),
      offeredOf(evidence.tools),
      loggedOf(evidence.logged),
      isCompared ? NOTHING : logOf(evidence, where),
      outputOf('Output', evidence.stdout, where),
      outputOf('Error output', evidence.stderr, where),
      outputOf('The screen at the end', (evidence.screen ?? []).join('\n'), where),
    ],
  });
}
