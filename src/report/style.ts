/** The style sheet of every page: one text, whose digest the policy of the page names (page.ts). */

/**
 * Colours for both themes. Hues are those of Okabe and Ito (bluish green, vermilion, orange, blue), which the colour-blind
 * tell apart; darker or lighter where text needs a contrast of 4.5.
 */
const COLOURS = `
:root {
  color-scheme: light dark;
  --paper: light-dark(#fff, #171b20);
  --back: light-dark(#f7f8f9, #101317);
  --sunk: light-dark(#f1f3f5, #1e242b);
  --ink: light-dark(#1a2027, #e6e9ed);
  --soft: light-dark(#55606d, #a2acb8);
  --line: light-dark(#d8dde3, #333b45);
  --accent: light-dark(#005f99, #7cc0f2);
  --good: light-dark(#00704f, #52cfa4);
  --good-back: light-dark(#e8f5f0, #12291f);
  --bad: light-dark(#ad3f00, #ff9d66);
  --bad-back: light-dark(#fdf0e8, #33200f);
  --doubt: light-dark(#7c5200, #ecbb52);
  --doubt-back: light-dark(#fdf5e3, #2e2510);
}
.good, :is(td, .cards li, .changes li):has(.mark.good) { --tone: var(--good); --tone-back: var(--good-back); }
.bad, :is(td, .cards li, .changes li):has(.mark.bad) { --tone: var(--bad); --tone-back: var(--bad-back); }
.doubt, :is(td, .cards li, .changes li):has(.mark.doubt) { --tone: var(--doubt); --tone-back: var(--doubt-back); }
.none, td:has(.mark.none) { --tone: var(--soft); --tone-back: var(--sunk); }
.tested { --fill: var(--tone); --sign: var(--paper); }
.inferred { --fill: var(--paper); --sign: var(--tone); }
.mark { color: var(--tone); width: 1.25em; height: 1.25em; flex: none; vertical-align: -0.28em; }
.body { fill: var(--fill); stroke: var(--tone); stroke-width: 1.6; }
.sign { fill: none; stroke: var(--sign); stroke-width: 1.9; stroke-linecap: round; stroke-linejoin: round; }
.symbols { position: absolute; }
`;

/** Type, spacing, links, boxes, headings, and what opens. */
const TYPE = `
*, ::before, ::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; scroll-padding-top: 1rem; }
body {
  margin: 0;
  background: var(--back);
  color: var(--ink);
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
  overflow-wrap: anywhere;
}
main, footer { max-width: 76rem; margin-inline: auto; padding-inline: clamp(1rem, 4vw, 2.5rem); }
main { padding-block: clamp(1.5rem, 4vw, 3rem) 2rem; }
h1, h2, h3, p, ul, ol, pre, table { margin: 0; padding: 0; }
ul, ol { list-style: none; }
h1 { font-size: clamp(1.5rem, 1.1rem + 1.4vw, 2rem); line-height: 1.2; font-weight: 650; letter-spacing: -0.015em; text-wrap: balance; }
h2 { font-size: 1.25rem; line-height: 1.3; font-weight: 650; letter-spacing: -0.005em; }
code, pre, .diff { font-family: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: 0.875em; }
code, bdi, .diff li { unicode-bidi: isolate; }
a { color: var(--accent); text-underline-offset: 0.15em; text-decoration-thickness: 0.06em; }
a:hover { text-decoration-thickness: 0.12em; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 3px; }
.skip { position: absolute; left: 1rem; top: -10rem; z-index: 1; padding: 0.5rem 1rem; background: var(--paper); border: 1px solid var(--line); border-radius: 6px; }
.skip:focus { top: 0.75rem; }
.box { background: var(--sunk); border: 1px solid var(--line); border-radius: 6px; overflow: auto; max-height: 30rem; padding: 0.75rem 1rem; }
pre.box { line-height: 1.5; tab-size: 2; }
pre.box code { font-size: 0.8125rem; }
.box.copy { white-space: pre; overflow-wrap: normal; max-height: none; }
.box.copy code { user-select: all; -webkit-user-select: all; }
.box.output { white-space: pre-wrap; }
.note, .caption { font-size: 0.875rem; color: var(--soft); }
.flag { font-size: 0.75rem; font-weight: 650; color: var(--bad); padding: 0 0.35rem; border: 1px solid currentColor; border-radius: 3px; white-space: nowrap; }
footer { padding-block: 1.5rem 3rem; color: var(--soft); font-size: 0.875rem; }
footer p { padding-top: 1rem; border-top: 1px solid var(--line); }
section, .side { min-width: 0; }
.level-2 { margin-top: 3rem; }
.level-2 > h2 { padding-bottom: 0.5rem; margin-bottom: 1rem; border-bottom: 1px solid var(--line); }
.level-2 > h2:target { text-decoration: underline; text-decoration-color: var(--accent); text-underline-offset: 0.25em; }
.level-3 { margin-top: 2rem; }
.level-3 > h3 { margin-bottom: 0.625rem; font-size: 1.0625rem; font-weight: 650; }
:is(section, .inside) > * + :is(p, ul, ol, .rows, .box, .sides) { margin-top: 0.75rem; }
li { padding-block: 0.1875rem; }
ol:not(.sequence ol) { list-style: decimal; padding-left: 1.5rem; }
em { font-style: normal; color: var(--soft); font-size: 0.875rem; }
nav ul { display: flex; flex-wrap: wrap; gap: 0.25rem 1.5rem; margin-top: 2rem; padding-block: 0.75rem; border-block: 1px solid var(--line); font-size: 0.9375rem; }
details { border: 1px solid var(--line); border-radius: 8px; background: var(--paper); margin-top: 0.5rem; }
summary { cursor: pointer; display: flex; gap: 0.75rem; align-items: center; padding: 0.625rem 1rem; list-style: none; border-radius: 8px; }
summary > span { flex: 1; min-width: 0; }
summary::after {
  content: ""; flex: none; width: 0.5rem; height: 0.5rem; margin-inline: 0.25rem 0.5rem;
  border: solid var(--soft); border-width: 0 2px 2px 0; transform: rotate(-45deg);
}
details[open] > summary::after { transform: rotate(45deg); }
summary:hover, details:target > summary { background: var(--sunk); }
.inside { padding: 0 1rem 1rem; }
`;

/** The answer with the cards of the releases that it names, and what changed. */
const GLANCE = `
.kind { color: var(--soft); font-size: 0.875rem; margin-bottom: 0.375rem; }
.lead { margin-top: 0.75rem; font-size: 1.125rem; max-width: 62rem; }
.cards { display: flex; flex-wrap: wrap; gap: 0.75rem; margin-top: 1.5rem; }
.cards li {
  flex: 1 1 14rem; max-width: 24rem; color: var(--soft); font-size: 0.875rem;
  padding: 0.875rem 1.125rem; background: var(--tone-back); border: 1px solid var(--tone); border-radius: 8px;
}
.cards .mark { font-size: 1.125rem; }
.cards bdi { color: var(--tone); font-weight: 600; }
.cards a { display: block; font-size: 1.5rem; line-height: 1.3; font-weight: 650; color: var(--ink); text-decoration: none; letter-spacing: -0.01em; }
.cards a bdi { color: var(--ink); }
.go { margin-top: 1.25rem; }
.go a { display: inline-block; padding: 0.4rem 1rem; border: 1px solid currentColor; border-radius: 6px; font-weight: 600; text-decoration: none; }
:is(.go, .cards, .results td) a:hover { text-decoration: underline; }
.facts { display: flex; flex-wrap: wrap; gap: 0.125rem 0; margin-top: 1.25rem; color: var(--soft); font-size: 0.875rem; }
.facts li { padding: 0; }
.facts li:not(:last-child)::after { content: "·"; margin-inline: 0.5rem; }
.warnings { margin-top: 1.25rem; padding: 0.75rem 1rem; background: var(--doubt-back); border: 1px solid var(--doubt); border-left-width: 5px; border-radius: 6px; }
.changes li { padding: 0.625rem 0.875rem; background: var(--tone-back); border-left: 5px solid var(--tone); border-radius: 6px; max-width: 76rem; }
.changes li:has(.mark.bad) { border-left-style: double; border-left-width: 7px; }
.changes li:has(.mark.doubt) { border-left-style: dashed; }
:is(.warnings, .changes) li + li { margin-top: 0.5rem; }
`;

/** Tables, journals beside each other, and logs against each other. */
const TABLES = `
.rows { overflow-x: auto; }
.sides { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 28rem), 1fr)); gap: 1.5rem 2.5rem; }
table { border-collapse: collapse; width: 100%; font-size: 0.875rem; font-variant-numeric: tabular-nums; }
th, td { text-align: left; vertical-align: top; padding: 0.375rem 0.75rem; border-bottom: 1px solid var(--line); min-width: 5.5rem; }
thead th { color: var(--soft); font-weight: 600; border-bottom-width: 2px; }
tbody th { font-weight: 400; min-width: 9rem; }
tr.differs > * { background: var(--bad-back); }
tr.differs strong { color: var(--bad); white-space: nowrap; }
.diff { font-size: 0.8125rem; line-height: 1.5; }
.diff li { padding-left: 2ch; text-indent: -2ch; white-space: pre-wrap; }
.diff ins, .diff del { text-decoration: none; }
.diff .added { background: var(--bad-back); box-shadow: -0.25rem 0 var(--bad-back), 0.25rem 0 var(--bad-back); }
.diff .removed { background: var(--good-back); box-shadow: -0.25rem 0 var(--good-back), 0.25rem 0 var(--good-back); }
.diff .sign { font-weight: 700; }
.diff .added .sign { color: var(--bad); }
.diff .removed .sign { color: var(--good); }
.diff .skipped { color: var(--soft); font-style: italic; }
`;

/**
 * Three lanes with arrows, drawn with borders only, which are printed; in a narrow place a plain list. A list item's
 * ::before is the shaft of its arrow, its ::after the head.
 */
const SEQUENCE = `
.sequence { container-type: inline-size; font-size: 0.875rem; }
.sequence .who { color: var(--soft); white-space: nowrap; }
.sequence .at { color: var(--soft); font-variant-numeric: tabular-nums; white-space: nowrap; font-size: 0.8125rem; }
.sequence .detail, .sequence .session { color: var(--soft); font-size: 0.8125rem; }
.sequence .session::before { content: "· "; }
.sequence .session { white-space: nowrap; }
.sequence code { font-weight: 600; }
.sequence li { border-left: 3px solid var(--line); padding: 0.25rem 0 0.25rem 0.75rem; }
.sequence li.refused { border-left: 3px double var(--bad); }
.sequence li.broken { border-left: 3px dashed var(--bad); }
.sequence .lanes { display: none; }
@container (min-width: 26rem) {
  .sequence .lanes { display: grid; grid-template-columns: 4rem 1fr 1fr; font-weight: 600; padding-bottom: 0.375rem; }
  .sequence .lanes span:nth-child(1) { grid-column: 2; }
  .sequence .lanes span { grid-row: 1; }
  .sequence .lanes span:nth-child(2) { grid-column: 2 / 4; justify-self: center; }
  .sequence .lanes span:nth-child(3) { grid-column: 3; justify-self: end; }
  .sequence ol { position: relative; padding-bottom: 0.5rem; }
  .sequence ol::before, .sequence ol::after { content: ""; position: absolute; top: 0; bottom: 0; width: calc((100% - 4rem) / 2); border: solid var(--line); border-width: 0 2px 0 0; }
  .sequence ol::before { left: 4rem; border-left-width: 2px; }
  .sequence ol::after { right: 0; }
  .sequence li { position: relative; display: grid; grid-template-columns: 4rem 1fr 1fr; padding: 0.5rem 0 0; border: 0; }
  .sequence li.refused, .sequence li.broken { border: 0; }
  .sequence .at { grid-row: 1; grid-column: 1; padding-right: 0.5rem; text-align: right; line-height: 1.7; }
  .sequence .who { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .sequence .what { grid-row: 1; grid-column: 2; padding-inline: 0.75rem; line-height: 1.45; }
  .sequence .client-model .what, .sequence .model-client .what { grid-column: 3; }
  .sequence li::before, .sequence li::after { content: ""; grid-row: 2; grid-column: 2; align-self: center; z-index: 1; }
  .sequence .client-model::before, .sequence .client-model::after, .sequence .model-client::before, .sequence .model-client::after { grid-column: 2 / 4; }
  .sequence li::before { border-top: 2px solid var(--soft); margin-inline: 2px; }
  .sequence li::after { width: 0; height: 0; border: 5px solid transparent; }
  .sequence li { grid-template-rows: auto 11px; }
  .sequence .client-gateway::after, .sequence .client-model::after { justify-self: end; border-left: 8px solid var(--soft); border-right: 0; margin-right: 2px; }
  .sequence .gateway-client::after, .sequence .model-client::after { justify-self: start; border-right: 8px solid var(--soft); border-left: 0; margin-left: 2px; }
  .sequence li.answer::before { border-top-width: 1px; }
  .sequence li.refused::before { border-top: 4px double var(--bad); }
  .sequence li.refused::after { border-left-color: var(--bad); border-right-color: var(--bad); }
  .sequence li.broken::before { border-top: 2px dashed var(--bad); }
  .sequence li.aborted::after, .sequence li.closed::after { content: "✕"; width: auto; height: auto; border: 0; color: var(--soft); font-size: 0.875rem; line-height: 11px; font-weight: 700; }
  .sequence li.broken::after { color: var(--bad); }
}
`;

/**
 * The table of results scrolls by itself, so that the page does not, and head and version stay where they are. A result has a
 * sign, a word and an edge of its own: colour says nothing that they do not say.
 */
const RESULTS = `
.results { overflow: auto; max-height: max(20rem, 92vh); border: 1px solid var(--line); border-radius: 8px; background: var(--paper); scroll-padding: 6rem 1rem 1rem 9rem; }
.results table { border-collapse: separate; border-spacing: 0; width: max-content; min-width: 100%; }
.results th, .results td { min-width: 0; padding: 0; border-bottom: 0; box-shadow: inset 0 -1px var(--line); }
.results thead th { position: sticky; top: 0; z-index: 2; background: var(--paper); padding: 0.5rem; width: 5.75rem; max-width: 8rem; vertical-align: bottom; box-shadow: inset 0 -2px var(--line); font-size: 0.75rem; line-height: 1.35; color: var(--ink); }
.results th:first-child { position: sticky; left: 0; z-index: 1; background: var(--paper); border-right: 1px solid var(--line); }
.results thead th:first-child { z-index: 3; width: 6.25rem; }
.results tbody th { padding: 0.375rem 0.5rem; max-width: 9rem; overflow-wrap: break-word; font-weight: 600; line-height: 1.35; }
.results td:nth-child(2) { padding: 0.5rem; white-space: nowrap; color: var(--soft); font-size: 0.75rem; }
.results tbody td > :is(a, span), .results tbody td > span > a { display: block; padding: 0.375rem 0.25rem; font-size: 0.8125rem; color: var(--tone); text-decoration: none; line-height: 1.45; height: 100%; }
.results .mark { margin-top: 0.1em; }
.results td strong { display: block; color: var(--ink); font-size: 0.6875rem; white-space: nowrap; }
.results tbody tr:hover > :is(th, td:nth-child(2)) { background: var(--sunk); }
.results tr:target > :is(th, td:nth-child(2)) { background: var(--doubt-back); }
.results :is(a, span):focus-visible { outline-offset: -3px; }
main:has(.results), main:has(.results) + footer { max-width: 112rem; }
.results td { border-left: 4px solid transparent; }
.results td:has(.is-bad, .is-flaky, .is-skip) { background: var(--tone-back); }
.results td:has(.is-bad) { border-left: 4px double var(--tone); }
.results td:has(.is-flaky) { border-left: 4px dashed var(--tone); }
.results td:has(.is-skip) { border-left: 4px dotted var(--tone); }
.results td:has(strong) { background: var(--tone-back); box-shadow: inset 0 0 0 2px var(--tone); }
`;

/** On paper: black on white, nothing that scrolls, and nothing that only a mouse needs. What is open is printed. */
const PRINT = `
@media print {
  :root {
    --paper: #fff; --back: #fff; --sunk: #fff; --ink: #000; --soft: #444; --line: #999; --accent: #000;
    --good: #004d36; --good-back: #fff; --bad: #802f00; --bad-back: #fff; --doubt: #5c3d00; --doubt-back: #fff;
  }
  @page { margin: 16mm 14mm; }
  html { font-size: 9.5pt; }
  main, footer { max-width: none; padding: 0; }
  .level-2 { margin-top: 1.75rem; }
  .skip, nav, .go, summary::after { display: none; }
  .box, .box.copy { max-height: none; overflow: visible; white-space: pre-wrap; overflow-wrap: anywhere; }
  .sides { grid-template-columns: 1fr 1fr; gap: 1.25rem; }
  .mark, .sequence li::before, .sequence li::after { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  h1, h2, h3, summary, .caption { break-after: avoid; }
  summary, .cards li, .sequence li, tr, .diff li { break-inside: avoid; }
  .diff .added, .diff .removed { box-shadow: none; }
  .diff .added .sign, tr.differs strong { text-decoration: underline; }
  thead { display: table-header-group; }
  .results { overflow: visible; max-height: none; border: 0; }
  .results table { width: 100%; font-size: 7.5pt; }
  .results th, .results td { position: static !important; box-shadow: none !important; border-bottom: 1px solid var(--line); }
  .results td:has(strong) { outline: 1.5pt solid var(--tone); outline-offset: -1.5pt; }
  .results thead th, .results thead th:first-child { font-size: 7pt; width: auto; }
  .results tbody td > :is(a, span), .results :is(thead, tbody) th { padding: 0.2rem 0.25rem; }
}
`;

/** Its parts in order, without the white space between rules, which is half of them. */
export const STYLE: string = [COLOURS, TYPE, GLANCE, TABLES, SEQUENCE, RESULTS, PRINT]
  .join('')
  .replaceAll(/^\s+/gm, '')
  .trimEnd();
