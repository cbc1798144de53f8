/**
 * Three lanes with arrows, drawn with borders only, which are printed; in a narrow place a plain list. A list item's
 * ::before is the shaft of its arrow, its ::after the head.
 */
export const SEQUENCE = `
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
