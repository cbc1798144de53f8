import { printable } from '../report/text.js';
import { NOT_RUN, SEALED_BY } from '../report/words.js';
import type { Isolation } from '../sandbox/steps.js';

/** The first line of a result: what was asked of what, and how well it was sealed off. */
export function headlineOf(facts: {
  readonly client: string;
  readonly scenario: string;
  readonly platform: string;
  readonly mode: string;
  readonly isolation: Isolation;
  readonly oracle?: string | null;
  readonly arms?: readonly string[] | null;
}): string {
  const { client, scenario, platform, mode, isolation, oracle, arms } = facts;
  const judge = oracle ? [`judged by ${printable(oracle)}`] : [];
  const asked = arms ? [`arms ${arms.join(', ')}`] : [];
  if (mode === 'static') return [client, ...judge, platform, NOT_RUN].join(' · ');
  return [client, scenario, ...asked, ...judge, platform, mode, sealingOf(isolation)].join(' · ');
}

/** That there is none must not be overlooked. */
const sealingOf = (isolation: Isolation) =>
  isolation === 'none' ? `${SEALED_BY.none.toUpperCase()}: isolation none` : SEALED_BY[isolation];
