/** The steps of the search, each with the range that it left. */
export const PATH = `
.path { counter-reset: step; }
.path > li { counter-increment: step; position: relative; padding: 0 0 1.5rem 2.75rem; }
.path > li::before {
  content: counter(step); position: absolute; left: 0; top: 0.05rem; width: 1.75rem; height: 1.75rem; line-height: 1.6rem; text-align: center;
  border: 1px solid var(--line); border-radius: 50%; font-size: 0.875rem; color: var(--soft); background: var(--paper); font-variant-numeric: tabular-nums;
}
.path .at { color: var(--soft); font-size: 0.875rem; }
.path .why { display: inline-block; }
.path .why::first-letter { text-transform: uppercase; }
.asked { display: flex; flex-wrap: wrap; gap: 0.125rem 1.5rem; margin: 0.125rem 0 0.375rem; }
.asked span { color: var(--tone); }
.left { color: var(--soft); font-size: 0.875rem; }
.strip { display: block; max-width: 56rem; }
.strip .all { stroke: var(--line); stroke-width: 2; }
.strip .left { fill: var(--accent); opacity: 0.35; }
.strip svg { overflow: visible; color: var(--tone); }
.strip .old { opacity: 0.45; }
`;
