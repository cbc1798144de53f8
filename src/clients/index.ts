/** Every client that is known: one file and one line each. */
import { BisectError } from '../errors.js';
import { claudeCode } from './claude-code.js';
import type { Client } from './client.js';

export const clients: readonly Client[] = [claudeCode];

/**
 * The client with this id.
 * @throws BisectError `UNKNOWN_CLIENT`
 */
export function clientById(id: string): Client {
  const client = clients.find((known) => known.id === id);
  if (client) return client;
  throw new BisectError('UNKNOWN_CLIENT', `unknown client "${id}"`, {
    hint: `choose one of ${clients.map((known) => known.id).join(', ')}`,
    facts: { client: id },
  });
}
