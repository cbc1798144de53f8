/** The headline with the cards of the releases that it names. */
export const GLANCE = `
.kind { color: var(--soft); font-size: 0.875rem; margin-bottom: 0.375rem; }
.sentence { white-space: pre-line; margin-top: 0.75rem; font-size: 1.125rem; max-width: 62rem; }
.cards { display: flex; flex-wrap: wrap; gap: 0.75rem; margin-top: 1.5rem; }
.cards li {
  flex: 1 1 14rem; max-width: 24rem; display: grid; grid-template-columns: auto 1fr; gap: 0 0.625rem; align-items: center;
  padding: 0.875rem 1.125rem; background: var(--tone-back); border: 1px solid var(--tone); border-radius: 8px;
}
.cards .label { color: var(--tone); font-weight: 600; }
.cards .label::first-letter { text-transform: uppercase; }
.cards a { grid-column: 2; font-size: 1.5rem; line-height: 1.3; font-weight: 650; color: var(--ink); text-decoration: none; letter-spacing: -0.01em; }
.cards a:hover { text-decoration: underline; }
.cards time, .undated { grid-column: 2; color: var(--soft); font-size: 0.875rem; font-variant-numeric: tabular-nums; }
.go { margin-top: 1.25rem; }
.go a { display: inline-block; padding: 0.4rem 1rem; border: 1px solid currentColor; border-radius: 6px; font-weight: 600; text-decoration: none; }
.go a:hover { text-decoration: underline; }
.facts { display: flex; flex-wrap: wrap; gap: 0.125rem 0; margin-top: 1.25rem; color: var(--soft); font-size: 0.875rem; }
.facts li:not(:last-child)::after { content: "·"; margin-inline: 0.5rem; }
.warnings { margin-top: 1.25rem; padding: 0.75rem 1rem; background: var(--doubt-back); border: 1px solid var(--doubt); border-left-width: 5px; border-radius: 6px; }
.warnings li + li { margin-top: 0.375rem; }
`;
