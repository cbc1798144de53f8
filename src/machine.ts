/** Where this copy of the tool lies, and what follows from it. */
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { arch, homedir, hostname, release, type, userInfo } from 'node:os';
import { dirname, join, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import envPaths from 'env-paths';
import { BisectError } from './errors.js';
import { targetOf, type Target } from './registry/platform.js';

/** What must not be read in a report by others: where the run was made, and by whom. */
export interface Identity {
  readonly user: string;
  readonly host: string;
  /** Absolute paths of the user's home and of the cache. */
  readonly home: string;
  readonly cacheDir: string;
  /** The same without links. */
  readonly realHome?: string | undefined;
  readonly realCacheDir?: string | undefined;
}

/** The folder that holds package.json: above this file, which is in src, or in the bundle. */
export const packageRoot = rootAbove(realpathSync(fileURLToPath(import.meta.url)));

function rootAbove(path: string): string {
  return existsSync(join(path, 'package.json')) ? path : rootAbove(dirname(path));
}

/** The version of this copy. */
export const toolVersion = (): string =>
  (JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as { version: string }).version;

/** What is published and started (rolldown.config.mjs): also where this very file runs as TypeScript. */
export const bundle = join(packageRoot, 'dist', 'bundle');

/** The compiled host (probe/host.ts) that runs inside rooms. */
export const hostPath = join(bundle, 'host.js');

/**
 * `cache/` in a checkout; the user's cache folder for an installed copy, whose own folder npm may replace at any time
 * (design.md, *Layout*).
 */
export function defaultCacheDir(root: string = packageRoot): string {
  return root.split(sep).includes('node_modules')
    ? envPaths('mcp-bisect', { suffix: '' }).cache
    : join(root, 'cache');
}

/** The machine: `Debian GNU/Linux 12 (bookworm), Linux 6.1.0-18-amd64, x64`, and the version of Node. */
export function hostSystem(): { readonly system: string; readonly node: string } {
  const kernel = `${type()} ${release()}`;
  const system = [distribution(), kernel, arch()].filter((part) => part !== undefined);
  return { system: system.join(', '), node: process.versions.node };
}

/** PRETTY_NAME of os-release(5). */
function distribution(): string | undefined {
  try {
    return /^PRETTY_NAME="?([^"\n]+)"?$/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1];
  } catch {
    return undefined;
  }
}

/** Who runs the tool, and where: what reports leave out. What the system cannot tell is empty. */
export function ownIdentity(cacheDir: string, homeOf = homedir, nameOf = userName): Identity {
  const [home, cache] = [orEmpty(homeOf), resolve(cacheDir)];
  return {
    user: orEmpty(nameOf),
    host: hostname(),
    home,
    cacheDir: cache,
    realHome: home && withoutLinks(home),
    realCacheDir: withoutLinks(cache),
  };
}

/** The path itself where it cannot be followed. */
function withoutLinks(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

const userName = () => userInfo().username;

/** A container may run under a number alone, without a name and without a home: asking for them throws. */
function orEmpty(ask: () => string): string {
  try {
    return ask();
  } catch {
    return '';
  }
}

/** What a pseudo-terminal is made with, and the package that holds its native part. */
const PTY = '@lydell/node-pty';
const EMULATOR = '@xterm/headless';
const PTY_BINDING = `${PTY}-${process.platform}-${process.arch}`;

/**
 * What of the tool itself the host needs to see: its code, and the two packages that a pseudo-terminal takes, wherever npm
 * has put them. The host imports no other (architecture.test.ts).
 */
export const hostReadOnlyPaths = [
  bundle,
  join(packageRoot, 'package.json'),
  ...Object.values(terminalPackages(packageRoot)).flatMap((folder) => folder ?? []),
];

/** @throws BisectError `TERMINAL_UNAVAILABLE` if what a pseudo-terminal takes is not installed */
export function assertTerminal(): void {
  const folders = terminalPackages(packageRoot);
  const missing = Object.keys(folders).find((name) => folders[name] === undefined);
  if (missing === undefined && !isMusl()) return;
  const why = missing === undefined ? 'there is none for musl' : `${missing} is not installed`;
  throw new BisectError('TERMINAL_UNAVAILABLE', `interactive mode needs a pseudo-terminal: ${why}`, {
    hint: 'use --mode headless, which needs none, or install with optional dependencies on a platform that has them',
    facts: { missing },
  });
}

/**
 * Where each package that a pseudo-terminal takes is for the tool in `root`. The binding is looked for by node-pty itself,
 * whose own place is the real one: pnpm puts links into node_modules, and what is imported beside the folders they lead to.
 */
export function terminalPackages(root: string): Readonly<Record<string, string | undefined>> {
  const pty = packageFolder(PTY, root);
  return {
    [PTY]: pty,
    [EMULATOR]: packageFolder(EMULATOR, root),
    [PTY_BINDING]: pty && packageFolder(PTY_BINDING, realpathSync(pty)),
  };
}

/** Where Node finds a package that is imported from below `from`: its own node_modules, or those of a folder above. */
export function packageFolder(name: string, from: string): string | undefined {
  const folder = join(from, 'node_modules', name);
  if (existsSync(join(folder, 'package.json'))) return folder;
  return dirname(from) === from ? undefined : packageFolder(name, dirname(from));
}

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
