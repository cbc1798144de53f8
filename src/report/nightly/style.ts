/** The style sheets of the night: those of a report, with what a large table needs. */
import { styleSheet } from '../html/style.js';
import { COLOURS } from '../html/style/colours.js';
import { DIFFERENCE } from '../html/style/difference.js';
import { GLANCE } from '../html/style/glance.js';
import { PAGE } from '../html/style/page.js';
import { PRINT } from '../html/style/print.js';
import { SEQUENCE } from '../html/style/sequence.js';
import { TIMELINE } from '../html/style/timeline.js';

/**
 * The table scrolls by itself, so that the page does not, and head and version stay where they are. A result has a sign, a word
 * and an edge of its own: colour says nothing that they do not say.
 */
const TABLE = `
main:has(.versions), main:has(.versions) + footer { max-width: 112rem; }
main > .client { margin-top: 2rem; }
.client > h3 { margin: 2rem 0 0.625rem; font-size: 1.0625rem; }
.client > .facts { margin-top: 0; }
.changes li { display: grid; grid-template-columns: 1.75rem minmax(0, 1fr); gap: 0 0.5rem; padding: 0.625rem 0.875rem; background: var(--tone-back); border-left: 5px solid var(--tone); border-radius: 6px; max-width: 76rem; }
.changes li.bad { border-left-style: double; border-left-width: 7px; }
.changes li.doubt { border-left-style: dashed; }
.changes li + li { margin-top: 0.5rem; }
.changes .mark { grid-row: 1 / 3; margin-top: 0.15em; }
.changes strong { margin-right: 0.5rem; }
.changes .before { color: var(--soft); font-size: 0.9375rem; grid-column: 2; }
.to-report { margin-left: 0.75rem; }
.versions { overflow: auto; max-height: max(20rem, 92vh); border: 1px solid var(--line); border-radius: 8px; background: var(--paper); scroll-padding: 6rem 1rem 1rem 9rem; }
.versions table { border-collapse: separate; border-spacing: 0; width: max-content; min-width: 100%; }
.versions th, .versions td { min-width: 0; padding: 0; border-bottom: 0; box-shadow: inset 0 -1px var(--line); }
.versions thead th { position: sticky; top: 0; z-index: 2; background: var(--paper); padding: 0.5rem; width: 5.75rem; max-width: 8rem; vertical-align: bottom; box-shadow: inset 0 -2px var(--line); font-size: 0.75rem; line-height: 1.35; color: var(--ink); }
.versions thead code { display: block; color: var(--soft); font-size: 0.6875rem; font-weight: 400; margin-top: 0.25rem; line-height: 1.3; }
.versions th:first-child { position: sticky; left: 0; z-index: 1; background: var(--paper); border-right: 1px solid var(--line); }
.versions thead th:first-child { z-index: 3; width: 6.25rem; }
.versions thead th.when { width: 7.5rem; }
.versions tbody th { padding: 0.375rem 0.5rem; max-width: 9rem; overflow-wrap: break-word; font-weight: 600; line-height: 1.35; }
.versions tbody .when { padding: 0.5rem; white-space: nowrap; color: var(--soft); font-size: 0.75rem; }
.versions tbody td > :is(a, span) { display: flex; gap: 0.25rem; padding: 0.375rem 0.25rem; font-size: 0.8125rem; color: var(--tone); text-decoration: none; line-height: 1.45; height: 100%; }
.versions tbody td > a:hover { text-decoration: underline; }
.versions .mark { flex: none; margin-top: 0.1em; }
.versions td b { display: block; color: var(--ink); font-size: 0.6875rem; white-space: nowrap; }
.versions td { border-left: 4px solid transparent; }
.versions td.is-bad, .versions td.is-flaky, .versions td.is-skip { background: var(--tone-back); }
.versions td.is-bad { border-left: 4px double var(--tone); }
.versions td.is-flaky { border-left: 4px dashed var(--tone); }
.versions td.is-skip { border-left: 4px dotted var(--tone); }
.versions td.key { background: var(--tone-back); box-shadow: inset 0 0 0 2px var(--tone); }
.versions tbody tr:hover > :is(th, .when) { background: var(--sunk); }
.versions tr:target > :is(th, .when) { background: var(--doubt-back); }
.versions :is(a, span):focus-visible { outline-offset: -3px; }
.versions .chip { display: block; width: fit-content; margin-top: 0.2rem; padding: 0 0.375rem; line-height: 1.45; font-size: 0.6875rem; white-space: nowrap; }
.notes { font-size: 0.9375rem; }
.notes li { padding-block: 0.1875rem; }
.notes .tested { color: var(--tone); margin-right: 0.25rem; }
`;

const TABLE_PRINT = `
@media print {
  @page { size: landscape; margin: 10mm; }
  .versions { overflow: visible; max-height: none; border: 0; }
  .versions table { width: 100%; font-size: 7.5pt; }
  .versions th, .versions td { position: static !important; box-shadow: none !important; border-bottom: 1px solid var(--line); }
  .versions td.key { outline: 1.5pt solid var(--tone); outline-offset: -1.5pt; }
  .versions thead th, .versions thead code { font-size: 7pt; width: auto; }
  .versions thead th:first-child, .versions thead th.when { width: auto; }
  .versions tbody td > :is(a, span) { padding: 0.2rem 0.25rem; }
  .versions tbody th, .versions tbody .when, .versions thead th { padding: 0.2rem 0.25rem; }
  .client { break-before: auto; }
}
`;

/** Of the page of the table. */
export const TABLE_STYLE: string = styleSheet([
  COLOURS,
  PAGE,
  GLANCE,
  TIMELINE,
  DIFFERENCE,
  TABLE,
  PRINT,
  TABLE_PRINT,
]);

const EVIDENCE = `
.column { padding-top: 1.5rem; }
.column + .column { border-top: 1px solid var(--line); margin-top: 2rem; }
.column h3 { font-size: 1.125rem; }
.column > p { margin-top: 0.25rem; }
.column .result { display: flex; gap: 0.5rem; align-items: baseline; font-weight: 400; }
.column .result .mark { align-self: center; }
.column:target h3 { text-decoration: underline; text-decoration-color: var(--accent); text-decoration-thickness: 0.15em; text-underline-offset: 0.25em; }
.overview { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 30rem), 1fr)); gap: 0.25rem 3rem; font-size: 0.9375rem; }
.overview li { display: flex; gap: 0.5rem; align-items: flex-start; }
.overview .mark { margin-top: 0.15em; }
.overview .word { color: var(--tone); font-weight: 600; white-space: nowrap; margin-left: auto; }
`;

/** Of the page of a release. */
export const EVIDENCE_STYLE: string = styleSheet([
  COLOURS,
  PAGE,
  GLANCE,
  TIMELINE,
  SEQUENCE,
  DIFFERENCE,
  EVIDENCE,
  PRINT,
]);
