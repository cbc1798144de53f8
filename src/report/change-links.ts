/** Where the client's makers say what they changed in the releases that an answer names. Pure. */
import type { Client } from '../clients/client.js';
import type { Answer } from '../search/answer.js';
import { claimsOf, type Claims } from './claims.js';

export interface ChangeLink {
  /** The first release that is different. */
  readonly version: string;
  readonly url: string;
}

/** One for each change that was found, in order; none where the client's adapter names no such place. */
export function changeLinksOf(
  answer: Answer,
  client: Pick<Client, 'changesIn'>,
  { all }: Pick<Claims, 'all'> = claimsOf(answer),
): ChangeLink[] {
  return all.flatMap((claim) => {
    if (claim.kind !== 'first' || !client.changesIn) return [];
    const { version, before } = claim.first;
    return [{ version, url: client.changesIn(version, before) }];
  });
}

/** `What changed in 2.1.147: ` */
export const changeLead = ({ version }: ChangeLink): string => `What changed in ${version}: `;
