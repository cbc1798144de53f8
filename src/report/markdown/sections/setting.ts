/** The short answers of a bug form: by what means, on what. Pure. */
import type { Report } from '../../report.js';
import { inline } from '../escape.js';
import type { Limits } from '../limits.js';

export const model = (): string[] => ['A scripted model API on the loopback; no model was involved.'];

export const api = ({ client }: Report): string[] => [
  `${client.bugForm.api} (its protocol, spoken by a scripted server on the loopback; nothing was sent to the provider)`,
];

export function system({ environment, platform }: Report, { cell }: Limits): string[] {
  const known = environment.find(({ name }) => name === 'Operating system');
  return [`${known ? `${inline(known.value, cell)}, ` : ''}platform package ${inline(platform, cell)}`];
}

export const terminal = ({ mode }: Report): string[] => [
  mode === 'headless'
    ? 'None: run headless, without a terminal'
    : 'A pseudo-terminal, with the keys typed by a script',
];

export const ISOLATION: Readonly<Record<Report['isolation'], string>> = {
  bwrap: 'sealed by bubblewrap',
  unshare: 'sealed by unshare',
  none: '**not sealed off**',
};
