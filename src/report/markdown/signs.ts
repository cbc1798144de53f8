/** The signs before results, in one place for releases, rounds and arms. Pure. */
import type { ArmEvidence, ReportRow } from '../report.js';
import { kindOf, saidOf, type Kind } from '../rows.js';

const SIGNS: Readonly<Record<Kind, string>> = { good: '✅', bad: '❌', unsure: '❓', unknown: '' };

const VERDICTS = { good: 'good', bad: 'bad', skip: 'unsure' } as const;
const OUTCOMES = { pass: 'good', fail: 'bad', unclear: 'unsure' } as const;

/** `❌ first broken` */
export const resultOf = (row: Pick<ReportRow, 'label' | 'said'>): string =>
  `${SIGNS[kindOf(row.label)]} ${saidOf(row)}`.trim();

/** Of what a release came to; empty where that is not known. */
export const verdictSign = (verdict: ReportRow['verdict']): string =>
  verdict === null ? '' : SIGNS[VERDICTS[verdict]];

/** Of an arm. */
export const outcomeSign = (outcome: ArmEvidence['outcome']): string => SIGNS[OUTCOMES[outcome]];
