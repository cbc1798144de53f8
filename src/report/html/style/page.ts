/** Type, spacing, links, boxes and headings: what all parts of the page share. */
export const PAGE = `
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
h1, h2, h3, h4, p, ul, ol, dl, dd, pre, table { margin: 0; padding: 0; }
ul, ol { list-style: none; }
h1 { font-size: clamp(1.5rem, 1.1rem + 1.4vw, 2rem); line-height: 1.2; font-weight: 650; letter-spacing: -0.015em; text-wrap: balance; }
h2 { font-size: 1.25rem; line-height: 1.3; font-weight: 650; letter-spacing: -0.005em; }
h3 { font-size: 1rem; font-weight: 650; }
h4 { font-size: 0.9375rem; font-weight: 650; }
main > section { margin-top: 3rem; }
main > section > h2 { padding-bottom: 0.5rem; margin-bottom: 1rem; border-bottom: 1px solid var(--line); }
code, pre, .diff { font-family: ui-monospace, "SF Mono", "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: 0.875em; }
code, bdi, .diff li { unicode-bidi: isolate; }
a { color: var(--accent); text-underline-offset: 0.15em; text-decoration-thickness: 0.06em; }
a:hover { text-decoration-thickness: 0.12em; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 3px; }
.skip { position: absolute; left: 1rem; top: -10rem; z-index: 1; padding: 0.5rem 1rem; background: var(--paper); border: 1px solid var(--line); border-radius: 6px; }
.skip:focus { top: 0.75rem; }
.columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); gap: 1.5rem 3rem; margin-top: 2.5rem; }
.columns h2 { font-size: 1rem; margin-bottom: 0.25rem; }
.lines { white-space: pre-line; }
.pairs { display: grid; gap: 0.3rem 1.5rem; font-size: 0.9375rem; }
.pairs > div { display: grid; grid-template-columns: 9rem minmax(0, 1fr); gap: 0 1rem; }
.pairs dt { color: var(--soft); }
@media (max-width: 36rem) { .pairs > div { grid-template-columns: 6.5rem minmax(0, 1fr); } }
.scenario { margin-top: 1.5rem; }
nav ul { display: flex; flex-wrap: wrap; gap: 0.25rem 1.5rem; margin-top: 2rem; padding-block: 0.75rem; border-block: 1px solid var(--line); font-size: 0.9375rem; }
.box { background: var(--sunk); border: 1px solid var(--line); border-radius: 6px; overflow: auto; max-height: 30rem; padding: 0.75rem 1rem; }
pre.box { line-height: 1.5; tab-size: 2; }
pre.box code { font-size: 0.8125rem; }
.box.copy { white-space: pre; overflow-wrap: normal; max-height: none; }
.box.copy code { user-select: all; -webkit-user-select: all; }
.box.output { white-space: pre-wrap; }
.box.plain { background: none; padding: 0; border: 0; border-radius: 0; }
.note, .caption { font-size: 0.875rem; color: var(--soft); }
.note { margin-top: 0.5rem; }
.caption { margin: 1rem 0 0.375rem; }
.chip { font-size: 0.75rem; padding: 0 0.5rem; border: 1px solid var(--line); border-radius: 1rem; color: var(--soft); font-weight: 400; }
.flag { font-size: 0.75rem; font-weight: 650; color: var(--bad); padding: 0 0.35rem; border: 1px solid currentColor; border-radius: 3px; white-space: nowrap; }
summary { cursor: pointer; }
details > summary { list-style: none; }
details > summary::-webkit-details-marker { display: none; }
details > summary::after {
  content: ""; flex: none; width: 0.5rem; height: 0.5rem; margin-inline: 0.25rem 0.5rem; align-self: center; justify-self: end;
  border: solid var(--soft); border-width: 0 2px 2px 0; transform: rotate(-45deg);
}
details[open] > summary::after { transform: rotate(45deg); }
section > p + .box { margin-top: 0.5rem; }
section > .box + p { margin-top: 1.25rem; }
#reproduce ~ .pairs { margin-top: 1rem; }
footer { padding-block: 1.5rem 3rem; color: var(--soft); font-size: 0.875rem; }
footer p { padding-top: 1rem; border-top: 1px solid var(--line); }
`;
