/** On paper: black on white, nothing that scrolls, and nothing that only a mouse needs. What is open is printed. */
export const PRINT = `
@media print {
  :root {
    --paper: #fff; --back: #fff; --sunk: #fff; --ink: #000; --soft: #444; --line: #999; --accent: #000;
    --good: #004d36; --good-back: #fff; --bad: #802f00; --bad-back: #fff; --doubt: #5c3d00; --doubt-back: #fff;
  }
  @page { margin: 16mm 14mm; }
  html { font-size: 9.5pt; }
  main, footer { max-width: none; padding: 0; }
  main > section { margin-top: 1.75rem; }
  .skip, nav, .go, .names:not([open]), .full:not([open]), details > summary::after { display: none; }
  .box { max-height: none; overflow: visible; white-space: pre-wrap; }
  .box.copy { white-space: pre-wrap; overflow-wrap: anywhere; }
  .sides { grid-template-columns: 1fr 1fr; gap: 1.25rem; }
  .mark, .strip, .sequence li::before, .sequence li::after { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  h1, h2, h4, .legend, .arm > summary, .compared > summary, .caption { break-after: avoid; }
  .release > details > summary, .cards li, .sequence li, .path > li, tr, .diff li, .telling { break-inside: avoid; }
  .diff .added, .diff .removed { box-shadow: none; }
  .diff .added .sign, tr.differs b { text-decoration: underline; }
  thead { display: table-header-group; }
}
`;
