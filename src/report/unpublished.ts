/** Versions that were left out when releases were numbered. Pure. */
import { parse } from 'semver';

/** Where more are missing, numbers were not counted up. */
const MOST = 36;

/**
 * The versions between two neighbouring rows of a table that were never published: `2.1.151` between 2.1.150 and 2.1.152.
 * Empty where counting up does not tell: across minor versions, among prereleases, and where very many would be missing.
 */
export function unpublishedBetween(before: string | undefined, after: string): string[] {
  const [older, newer] = [parse(before), parse(after)];
  if (!older || !newer || older.prerelease.length > 0 || newer.prerelease.length > 0) return [];
  if (older.major !== newer.major || older.minor !== newer.minor) return [];
  const missing = newer.patch - older.patch - 1;
  if (missing < 1 || missing > MOST) return [];
  return Array.from(
    { length: missing },
    (_, index) => `${older.major}.${older.minor}.${older.patch + index + 1}`,
  );
}
