/** Where this copy of the tool lies, and what follows from it. */
import { realpathSync } from 'node:fs';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import envPaths from 'env-paths';
import { targetOf, type Target } from './registry/platform.js';

/** The folder that holds package.json. */
export const packageRoot = realpathSync(fileURLToPath(new URL('..', import.meta.url)));

/** The compiled host (probe/host.ts) that runs inside rooms. */
export const hostPath = join(packageRoot, 'dist', 'probe', 'host.js');

/**
 * `cache/` in a checkout; the user's cache folder for an installed copy, whose own folder npm may replace at any time
 * (design.md, *Layout*).
 */
export function defaultCacheDir(root: string = packageRoot): string {
  return root.split(sep).includes('node_modules')
    ? envPaths('mcp-bisect', { suffix: '' }).cache
    : join(root, 'cache');
}

/** What of the tool itself the host needs to see: its code alone, since it imports no package (architecture.test.ts). */
export const hostReadOnlyPaths = [join(packageRoot, 'dist'), join(packageRoot, 'package.json')];

/** The target whose executables run on this machine; undefined where no client publishes any. */
export function ownTarget(): Target | undefined {
  return targetOf({ platform: process.platform, arch: process.arch, musl: isMusl() });
}

/** Node's report names glibc's version where the C library is glibc. */
function isMusl(): boolean {
  if (process.platform !== 'linux') return false;
  const { header } = process.report.getReport() as { header: { glibcVersionRuntime?: string } };
  return header.glibcVersionRuntime === undefined;
}
