import { BisectError } from '../errors.js';
import type { ExecutableSource } from '../registry/manifest.js';

/**
 * A tarball that arrived as promised and cannot be used: fetching it again would not help.
 * @param what the end of the sentence "the tarball of x …"
 */
export function malformed(source: ExecutableSource, what: string, cause?: unknown): BisectError {
  return new BisectError('TARBALL_MALFORMED', `The tarball of ${source.package}@${source.version} ${what}.`, {
    hint: 'Leave this release out, or try another registry with --registry.',
    facts: { package: source.package, version: source.version, tarball: source.tarball },
    cause,
  });
}

/** A tarball whose bytes are others than the registry promised: truncated, damaged or replaced on the way. */
export function mismatched(source: ExecutableSource, actual: string): BisectError {
  return new BisectError(
    'TARBALL_INTEGRITY',
    `The tarball of ${source.package}@${source.version} is not the one that the registry promised: ` +
      `expected ${shortened(source.integrity)}, got ${shortened(actual)}.`,
    {
      hint: 'Run it again; if it stays so, a proxy or mirror in between alters tarballs: try another one with --registry.',
      facts: {
        package: source.package,
        version: source.version,
        tarball: source.tarball,
        expected: source.integrity,
        actual,
      },
    },
  );
}

/** A promise that is no protection: an absent, illegible or weak integrity. */
export function unprotected(source: ExecutableSource): BisectError {
  const offered = source.integrity.trim() === '' ? 'none' : shortened(source.integrity);
  return new BisectError(
    'TARBALL_INTEGRITY',
    `The registry promises no sha512 integrity for ${source.package}@${source.version} (it gives ${offered}), ` +
      'so its tarball cannot be trusted.',
    {
      hint: 'Try a registry that does with --registry, for example https://registry.npmjs.org/.',
      facts: { package: source.package, version: source.version, integrity: source.integrity },
    },
  );
}

function shortened(integrity: string): string {
  return integrity.length > 24 ? `${integrity.slice(0, 19)}…` : integrity;
}
