/** The names of channels in the ledger: the same for the same receiver, and without secrets. */
import { createHash } from 'node:crypto';

export const commandKey = (): string => 'command';

export const githubKey = (repository: string): string => `github:${repository}`;

/** An address may hold a secret. */
export const webhookKey = (url: string): string =>
  `webhook:${createHash('sha256').update(url).digest('hex').slice(0, 12)}`;
