/** The signs of the results: each has a shape of its own, so that neither colour nor light is needed to tell them apart. */
import type { Label, Row } from '../../search/answer.js';
import type { Terms } from '../../scenarios/scenario.js';
import { kindOf, type Kind } from '../rows.js';
import { termed } from '../terms.js';
import { template, verbatim, type Markup } from './markup.js';

export type Shape = 'good' | 'bad' | 'skip' | 'flaky' | 'other' | 'suspect' | 'none';
export type Tone = 'good' | 'bad' | 'doubt' | 'none';

const SHAPES: Readonly<Record<Kind, Shape>> = { good: 'good', bad: 'bad', unsure: 'skip', unknown: 'none' };

/** The ways of being unsure are told apart. */
const UNSURE: Readonly<Partial<Record<Label, Shape>>> = {
  flaky: 'flaky',
  'different failure': 'other',
  suspect: 'suspect',
};

/** What a label is drawn as. */
export const shapeOf = (label: Label): Shape => UNSURE[label] ?? SHAPES[kindOf(label)];

/** What a verdict alone is drawn as. */
export const shapeOfVerdict = (verdict: Row['verdict']): Shape => verdict ?? 'none';

/** The colour that goes with a shape. */
export function toneOf(shape: Shape): Tone {
  return shape === 'good' || shape === 'bad' || shape === 'none' ? shape : 'doubt';
}

const CIRCLE = '<circle class="body" cx="10" cy="10" r="8"/>';
const SQUARE = '<rect class="body" x="2.5" y="2.5" width="15" height="15" rx="1.5"/>';
const DIAMOND = '<path class="body" d="M10 1.2 18.8 10 10 18.8 1.2 10Z"/>';
const TRIANGLE = '<path class="body" d="M10 2 18.8 17.5H1.2Z"/>';

const DRAWN: Readonly<Record<Shape, string>> = {
  good: `${CIRCLE}<path class="sign" d="m6.2 10.3 2.6 2.6 5-5.6"/>`,
  bad: `${SQUARE}<path class="sign" d="m6.5 6.5 7 7m0-7-7 7"/>`,
  skip: `${TRIANGLE}<path class="sign" d="M6.8 13.2h6.4"/>`,
  flaky: `${DIAMOND}<path class="sign" d="M5.8 11q2.1-3.2 4.2-1t4.2-1"/>`,
  other: `${SQUARE}<path class="sign" d="M6 8.2h8M6 11.8h8M12 5.5l-4 9"/>`,
  suspect: `${DIAMOND}<path class="sign" d="M7.8 8q0-2 2.2-2t2.2 2q0 1.2-2.2 2.4v1M10 13.6v.6"/>`,
  none: '<circle class="body" cx="10" cy="10" r="4"/>',
};

/** Every shape once; the marks of the page refer to them. */
export const SYMBOLS: Markup = verbatim(
  `<svg class="symbols" width="0" height="0" aria-hidden="true" focusable="false">${Object.entries(DRAWN)
    .map(([shape, drawn]) => `<symbol id="mark-${shape}" viewBox="0 0 20 20">${drawn}</symbol>`)
    .join('')}</svg>`,
);

const mark = template<{ shape: Shape }>(
  '<svg class="mark" aria-hidden="true" focusable="false"><use href="#mark-<%= it.shape %>"/></svg>',
);

/** A sign beside the word that says the same. */
export const markOf = (shape: Shape): Markup => mark({ shape });

const LEGEND: readonly (readonly [Shape, string])[] = [
  ['good', 'works'],
  ['bad', 'broken'],
  ['skip', 'untestable'],
  ['flaky', 'flaky'],
  ['other', 'different failure'],
  ['suspect', 'suspect'],
  ['none', 'not tested'],
];

const legend = template<{ items: readonly { tone: Tone; mark: Markup; word: string }[]; good: Markup }>(
  `<ul class="legend">
<% for (const item of it.items) { %>
<li class="<%= item.tone %> tested"><%= item.mark %> <%= item.word %></li>
<% } %>
<li class="plain tested"><%= it.good %> filled: tested</li>
<li class="plain inferred"><%= it.good %> hollow: inferred from its neighbours</li>
<li>times are UTC</li>
</ul>`,
);

/** What the signs mean, of those that occur. */
export function legendOf(shapes: ReadonlySet<Shape>, terms: Terms | undefined): Markup {
  const items = LEGEND.filter(([shape]) => shapes.has(shape)).map(([shape, word]) => ({
    tone: toneOf(shape),
    mark: markOf(shape),
    word: termed(word, terms),
  }));
  return legend({ items, good: markOf('good') });
}
