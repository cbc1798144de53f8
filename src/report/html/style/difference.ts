/** Two releases side by side, the table of their requests, and their logs against each other. */
export const DIFFERENCE = `
.compared { border: 1px solid var(--line); border-radius: 8px; background: var(--paper); padding: 0 1.125rem; margin-top: 0.75rem; }
.compared[open] { padding-bottom: 1.25rem; }
.compared > summary { display: flex; gap: 0.625rem; align-items: center; padding-block: 0.75rem; }
.compared > summary::after { margin-left: auto; }
.sides { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 28rem), 1fr)); gap: 1.5rem 2.5rem; }
.side { border-top: 6px solid var(--tone); padding-top: 0.625rem; min-width: 0; }
.side.bad { border-top-style: double; }
.side h4 { font-size: 1.0625rem; margin-bottom: 0.25rem; }
.compared > h4, .difference > h4 { margin: 2rem 0 0.25rem; font-size: 1rem; }
table { border-collapse: collapse; width: 100%; font-size: 0.875rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--soft); padding-bottom: 0.5rem; }
th, td { text-align: left; vertical-align: top; padding: 0.375rem 0.75rem; border-bottom: 1px solid var(--line); min-width: 5.5rem; }
thead th { color: var(--soft); font-weight: 600; border-bottom-width: 2px; }
tbody th { font-weight: 400; min-width: 9rem; }
td .sent { display: block; overflow-wrap: anywhere; color: var(--soft); font-size: 0.75rem; }
tr.differs > * { background: var(--bad-back); }
tr.differs b { color: var(--bad); white-space: nowrap; }
.telling { border-left: 4px solid var(--bad); background: var(--bad-back); border-radius: 0 6px 6px 0; padding: 0.5rem 0.875rem; }
.telling li + li { margin-top: 0.25rem; }
.diff { font-size: 0.8125rem; line-height: 1.5; }
.diff li { padding-left: 2ch; text-indent: -2ch; white-space: pre-wrap; }
.diff ins, .diff del, .caption ins, .caption del { text-decoration: none; }
.diff .added { background: var(--bad-back); box-shadow: -0.25rem 0 var(--bad-back), 0.25rem 0 var(--bad-back); }
.diff .removed { background: var(--good-back); box-shadow: -0.25rem 0 var(--good-back), 0.25rem 0 var(--good-back); }
.diff .sign { font-weight: 700; }
.diff .added .sign, .caption ins { color: var(--bad); }
.diff .removed .sign, .caption del { color: var(--good); }
.caption del { margin-inline: 0.5rem 0.75rem; }
.diff .skipped { color: var(--soft); font-style: italic; }
.full { margin-top: 0.75rem; }
.full > summary { display: inline-flex; gap: 0.5rem; align-items: center; font-size: 0.9375rem; color: var(--accent); }
.full > .box { margin-top: 0.5rem; }
`;
