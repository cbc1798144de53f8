/** Small packuments for the tests of the pure modules. */
import fc from 'fast-check';
import type { Manifest, Packument } from '../../src/registry/manifest.js';
import type { ExecutableLocation } from '../../src/registry/releases.js';
import type { Release } from '../../src/registry/releases.js';

export const SHA512 = `sha512-${'A'.repeat(86)}==`;
export const MAIN = 'client';
export const PLATFORM = 'client-linux-x64';

export function manifestOf(name: string, version: string, more: Partial<Manifest> = {}): Manifest {
  const tarball = `https://registry.test/${name}/-/${name}-${version}.tgz`;
  return { name, version, dist: { tarball, integrity: SHA512 }, ...more };
}

export function packumentOf(
  name: string,
  manifests: readonly Manifest[],
  more: Partial<Packument> = {},
): Packument {
  const versions = Object.fromEntries(manifests.map((manifest) => [manifest.version, manifest]));
  return { name, 'dist-tags': {}, versions, ...more };
}

/** A client that, like claude-code, moved its executable into platform packages with 2.0.0. */
export function locate(manifest: Manifest): ExecutableLocation | { readonly missing: string } {
  if (manifest.version.startsWith('0.')) return { missing: 'older than the first executable' };
  const { version } = manifest;
  return version.startsWith('1.')
    ? { package: MAIN, version, entry: 'package/cli.js', companions: [], runner: 'node' }
    : { package: PLATFORM, version, entry: 'package/client', companions: [], runner: 'native' };
}

/** A release as `listReleases` gives it. */
export function releaseOf(
  version: string,
  publishedAt: string | null = null,
  more: Partial<Release> = {},
): Release {
  const dist = { tarball: 'https://registry.test/x.tgz', integrity: SHA512 };
  return {
    version,
    publishedAt,
    timeDoubtful: false,
    prerelease: version.includes('-'),
    deprecated: null,
    missing: null,
    source: { package: MAIN, version, entry: 'package/cli.js', companions: [], runner: 'node', ...dist },
    ...more,
  };
}

const number = fc.integer({ min: 0, max: 12 });

/** Versions close to each other, prereleases among them, the placeholder not. */
export const anyVersion = fc
  .tuple(number, number, number, fc.constantFrom('', '', '-alpha', '-beta.2', '-beta.11', '-rc.1'))
  .map(([major, minor, patch, tail]) => `${major}.${minor}.${patch}${tail}`)
  .filter((version) => version !== '0.0.0');

export const anyVersions = fc.uniqueArray(anyVersion, { minLength: 1, maxLength: 25 });
