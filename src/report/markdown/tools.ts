/** What the model was offered: whoever doubts a log believes the array of tools that was sent. Pure. */
import { keptOf } from '../cut.js';
import type { ArmEvidence, OfferedTools } from '../report.js';
import { counted } from '../words.js';
import { details, leftOut, table, type Elsewhere } from './blocks.js';
import { code, inline } from './escape.js';
import { fence } from './fence.js';
import type { Side } from './journals.js';
import type { Limits } from './limits.js';

/** How many tools each release sent to the model, request by request, and folded their names. */
export function toolBlocks(elsewhere: Elsewhere, sides: readonly Side[], limits: Limits): string[] {
  const most = Math.max(...sides.map(({ evidence }) => evidence.tools.length));
  if (most === 0) return ['The model was never asked.'];
  const shown = Math.min(most, limits.rows);
  const rows = Array.from({ length: shown }, (_, index) => [
    `request ${index + 1}`,
    ...sides.map(({ evidence }) => offer(evidence.tools[index], limits)),
  ]);
  const head = ['Sent to the model', ...sides.map(({ version }) => inline(version, limits.cell))];
  return [table(head, rows), leftOut(elsewhere, most - shown, 'request'), arrays(elsewhere, sides, limits)];
}

function offer(tools: OfferedTools | undefined, { cell }: Limits): string {
  if (tools === undefined) return 'not asked';
  const { names, fromServer } = tools;
  const [first, ...more] = fromServer;
  const count = counted(names.length, 'tool');
  if (first === undefined) return `${count}, **none of the server**`;
  return `${count}, of the server ${code(first, cell)}${more.length > 0 ? ` and ${more.length} more` : ''}`;
}

/** The array of the first request of each: what the model had to choose from when it was asked. */
function arrays(elsewhere: Elsewhere, sides: readonly Side[], limits: Limits): string {
  if (limits.names === 0) return '';
  return details(
    'The names in the tools array of the first request, as sent',
    sides.flatMap(({ version, evidence }) => arrayBlocks(elsewhere, version, evidence, limits)),
  );
}

function arrayBlocks(
  elsewhere: Elsewhere,
  version: string,
  { tools }: ArmEvidence,
  limits: Limits,
): string[] {
  const names = tools[0]?.names;
  if (names === undefined) return [`${inline(version, limits.cell)} did not ask the model.`];
  const shown = names.slice(0, limits.names).map((name) => keptOf(name, limits.line).kept);
  return [
    `${inline(version, limits.cell)}, ${counted(names.length, 'name')}:`,
    fence(JSON.stringify(shown, null, 2).split('\n'), 'json', limits.line),
    leftOut(elsewhere, names.length - shown.length, 'name'),
  ];
}
