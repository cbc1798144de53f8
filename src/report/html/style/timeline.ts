/** Releases along a line: columns where there is room, and two or three lines each where there is not. */
export const TIMELINE = `
.legend { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; margin-bottom: 1rem; color: var(--soft); font-size: 0.875rem; }
.timeline { position: relative; }
.timeline > li { position: relative; }
.timeline > li::before { content: ""; position: absolute; left: 1.125rem; top: 0; bottom: 0; border-left: 2px solid var(--line); z-index: 1; }
.timeline > li:first-child::before { top: 1.25rem; }
.timeline > li:last-child:not(:has(> details[open]))::before { bottom: auto; height: 1.25rem; }
.release summary, .stretch > details > summary {
  position: relative; display: grid; grid-template-columns: 1.75rem 8.75rem minmax(0, 1fr) auto; gap: 0 0.5rem; align-items: baseline;
  padding: 0.4rem 0.25rem 0.4rem 0.5rem; border-radius: 6px;
}
.release > details > summary > .mark, .stretch > details > summary > .mark { align-self: start; margin-top: 0.15em; z-index: 2; }
.release > details > summary:hover, .stretch > details > summary:hover { background: var(--sunk); }
.release h3 { font-variant-numeric: tabular-nums; }
.release.inferred h3, .release.unknown h3 { font-weight: 500; }
.result { color: var(--tone); font-weight: 600; }
.when, .how, .integrity, .reason { color: var(--soft); font-size: 0.875rem; font-variant-numeric: tabular-nums; }
.integrity { font-size: 0.75rem; }
.release > details > summary > .result { grid-area: 1 / 3; }
.release > details > summary > .when { grid-area: 2 / 2; }
.release > details > summary > .how { grid-area: 2 / 3; }
.release > details > summary > .reason { grid-area: 3 / 2 / auto / 4; }
.release > details > summary > .integrity { display: none; }
.release > details > summary::after, .stretch > details > summary::after { grid-column: 4; grid-row: 1; }
.release.key > details > summary { background: var(--tone-back); }
.release.key > details > summary h3 { font-size: 1.0625rem; }
.gap { padding: 0.125rem 0 0.125rem 2.75rem; color: var(--soft); font-size: 0.8125rem; font-style: italic; }
.timeline > li.gap::before { border-left-style: dashed; }
.stretch > details > summary { color: var(--soft); }
.stretch > details > summary > span { grid-column: 2 / 4; }
.stretch .range { color: var(--ink); font-variant-numeric: tabular-nums; }
.stretch > details > .timeline { margin-left: 1.5rem; }
.opened { margin: 0.5rem 0 1.25rem 2.75rem; }
.release:not(.key) > details:target > summary { background: var(--sunk); }
.opened .pairs { font-size: 0.875rem; margin-bottom: 0.75rem; }
.arm { background: var(--paper); border: 1px solid var(--line); border-radius: 8px; margin-top: 0.5rem; }
.arm > summary { display: flex; flex-wrap: wrap; align-items: center; gap: 0.125rem 1rem; padding: 0.625rem 1rem; }
.arm > summary::after { margin-left: auto; }
.side .word { color: var(--tone); font-weight: 600; font-size: 0.9375rem; }
.inside { padding: 0 1rem 1rem; }
.finding strong { color: var(--tone); }
.end { color: var(--soft); font-size: 0.9375rem; margin-bottom: 1rem; }
.inside > .end:last-child { margin-bottom: 0; }
.arm .finding { font-size: 0.9375rem; }
.offered li, .logged li { font-size: 0.9375rem; padding-left: 1rem; text-indent: -1rem; }
.offered li::before, .logged li::before { content: "–"; display: inline-block; width: 1rem; text-indent: 0; color: var(--soft); }
.offered code, .offered .flag { text-indent: 0; }
.names { text-indent: 0; }
.names summary { font-size: 0.875rem; color: var(--accent); display: flex; align-items: baseline; }
.names p { font-size: 0.875rem; }
@media (min-width: 64rem) {
  .release > details > summary { grid-template-columns: 1.75rem 8.5rem 9rem 9.75rem 8.5rem minmax(0, 1fr) auto 1.25rem; }
  .release > details > summary > :is(.when, .result, .how, .reason, .integrity) { grid-area: auto; }
  .release > details > summary > .integrity { display: inline; grid-column: 7; }
  .release > details > summary::after { grid-column: 8; }
  .stretch > details > summary { grid-template-columns: 1.75rem auto minmax(0, 1fr) 1.25rem; gap: 0 1rem; }
  .stretch > details > summary > .mark { margin-right: -0.5rem; }
  .stretch > details > summary > span { grid-column: auto; }
  .stretch > details > summary::after { grid-column: 4; }
  .stretch > details > .timeline .integrity { display: none; }
}
`;
