import { printable } from '../report/printable.js';
import type { Isolation } from '../sandbox/isolation.js';

const SEALED: Record<Isolation, string> = {
  bwrap: 'sealed by bubblewrap',
  unshare: 'sealed by unshare',
  none: 'NOT SEALED OFF: isolation none',
};

/** The first line of a result: what was asked of what, and how well it was sealed off. */
export function headlineOf(facts: {
  readonly client: string;
  readonly scenario: string;
  readonly platform: string;
  readonly mode: string;
  readonly isolation: Isolation;
  readonly oracle?: string | null;
}): string {
  const { client, scenario, platform, mode, isolation, oracle } = facts;
  const judge = oracle ? [`judged by ${printable(oracle)}`] : [];
  return [client, scenario, ...judge, platform, mode, SEALED[isolation]].join(' · ');
}
