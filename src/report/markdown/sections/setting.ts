/** The short answers of a bug form: by what means, on what. Pure. */
import { factOf } from '../../facts.js';
import type { Report } from '../../report.js';
import { NOT_RUN, SEALED_BY } from '../../words.js';
import { bold, inline } from '../escape.js';
import type { Limits } from '../limits.js';

/** Which model. */
export const model = ({ mode }: Report): string[] => [
  mode === 'static' ? NOT_RUN : 'A scripted model API on the loopback; no model was involved.',
];

/** Which provider's API. */
export const api = ({ client, mode }: Report): string[] => [
  mode === 'static'
    ? NOT_RUN
    : `${client.bugForm.api} (its protocol, spoken by a scripted server on the loopback; nothing was sent to the provider)`,
];

/** Which operating system. */
export function system(report: Report, { cell }: Limits): string[] {
  const known = factOf(report, 'Operating system');
  return [`${known ? `${inline(known, cell)}, ` : ''}platform package ${inline(report.platform, cell)}`];
}

/** Which terminal. */
export const terminal = ({ mode }: Report): string[] => [TERMINALS[mode]];

const TERMINALS: Readonly<Record<Report['mode'], string>> = {
  headless: 'None: run headless, without a terminal',
  interactive: 'A pseudo-terminal, with the keys typed by a script',
  static: NOT_RUN,
};

/** By what the client was sealed off; in bold where it was not. */
export const sealing = ({ isolation }: Report): string =>
  isolation === 'none' ? bold(SEALED_BY.none) : SEALED_BY[isolation];
