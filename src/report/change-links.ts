/** Where the client's makers say what they changed in the releases that an answer names. Pure. */
import type { Client } from '../clients/client.js';
import type { Answer } from '../search/answer.js';
import { placeOf } from './turning-points.js';

export interface ChangeLink {
  /** The first release that is different. */
  readonly version: string;
  readonly url: string;
}

/** One for each change that was found, in order; none where the client's adapter names no such place. */
export function changeLinksOf({ changes }: Answer, client: Pick<Client, 'changesIn'>): ChangeLink[] {
  return changes.flatMap((change) => {
    const version = placeOf(change);
    if (version === undefined || !client.changesIn) return [];
    return [{ version, url: client.changesIn(version, change.boundary?.before ?? version) }];
  });
}

/** `What changed in 2.1.147: ` */
export const changeLead = ({ version }: ChangeLink): string => `What changed in ${version}: `;
