import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../errors.js';
import { homeOf, type Layout } from './layout.js';
import { leasedKeys } from './lease.js';
import { leaveMark, markName } from './mark.js';

/**
 * Removes an executable unless some process uses it (see `takeLease` for why the two cannot cross). It disappears in
 * one rename; a process killed afterwards leaves a temporary that the next one clears.
 * @returns whether it is gone
 */
export async function removeUnused(layout: Layout, key: string): Promise<boolean> {
  const aside = join(layout.temporary, markName(key));
  const claim = await leaveMark(layout.claims, key);
  try {
    if ((await leasedKeys(layout)).has(key)) return false;
    await rename(homeOf(layout, key), aside);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
  } finally {
    await rm(claim, { force: true });
  }
  await rm(aside, { recursive: true, force: true });
  return true;
}
