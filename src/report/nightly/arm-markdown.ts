/** What a release showed under one arm, as blocks of Markdown. Pure. */
import { cut } from '../cut.js';
import { outputBlocks } from '../markdown/comparison.js';
import { bold, inline } from '../markdown/escape.js';
import { journalAlone } from '../markdown/journals.js';
import type { Limits } from '../markdown/limits.js';
import { ownLogBlocks } from '../markdown/logs.js';
import { outcomeSign } from '../markdown/signs.js';
import { toolBlocks } from '../markdown/tools.js';
import type { ArmEvidence } from '../report.js';
import { linkTo } from './links.js';
import type { TableRow } from './version-table.js';

/** Its finding, journal, the tools that the model was sent, and what the client said. */
export function armBlocks(
  { version, evidence }: Pick<TableRow, 'version' | 'evidence'>,
  arm: ArmEvidence,
  limits: Limits,
): string[] {
  const page = evidence ? linkTo(evidence.html, { from: evidence.markdown }) : '';
  const elsewhere = { more: page ? `[the page](${page})` : 'the page of the release' };
  const name = cut(version, limits.cell);
  const side = { version: name, evidence: arm };
  return [
    findingOf(arm, limits),
    arm.logged.length > 0 ? `Its own log says that it ${inline(arm.logged.join(', '), limits.prose)}.` : '',
    ...(arm.outcome === 'pass' ? [] : ownLogBlocks(elsewhere, name, arm, limits)),
    journalAlone(elsewhere, side, limits),
    ...toolBlocks(elsewhere, [side], limits),
    ...outputBlocks(elsewhere, name, arm, limits),
  ];
}

/** `❌ **404 before tools**: fails: tools lost` */
function findingOf({ outcome, title, isControl, evidence }: ArmEvidence, { cell }: Limits): string {
  const name = bold(inline(title, cell));
  const found = inline(evidence, cell);
  return `${outcomeSign(outcome)} ${name}${isControl ? ' (control)' : ''}: ${OUTCOMES[outcome]}${found ? `: ${found}` : ''}`;
}

const OUTCOMES = { pass: 'passes', fail: 'fails', unclear: 'unclear' } as const;
