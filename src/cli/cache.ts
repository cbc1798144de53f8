/** `cache ls`, `cache verify`, `cache prune`: the store, by hand. */
import { answersBytes, packumentCacheOf, shrinkAnswers } from '../registry/packument-cache.js';
import { DEFAULT_CACHE_LIMIT_BYTES } from '../settings.js';
import { openStore } from '../store/store.js';
import { minutes } from '../report/words.js';
import { printable } from '../report/text.js';
import type { Typed } from './commands.js';
import { columnsText, printResult } from './console.js';
import { cacheDirFor, type Context } from './context.js';

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;

/** To be looked at, without a registry behind it. */
const storeIn = (dir: string) =>
  openStore({
    dir,
    limitBytes: DEFAULT_CACHE_LIMIT_BYTES,
    openTarball: () => Promise.reject(new Error('the store was opened to be looked at, not to download')),
  });

/** What is in the store, least recently used first, and how much of the registries. */
export async function list(request: Typed, context: Context): Promise<number> {
  const cacheDir = cacheDirFor(request);
  const store = await storeIn(cacheDir);
  const registry = { bytes: await answersBytes(packumentCacheOf(cacheDir)) };
  const entries = await store.ls();
  const bytes = entries.reduce((sum, entry) => sum + entry.bytes, 0);
  printResult(context.console, request.json, { entries, bytes, registry }, () => {
    const rows = entries.map((entry) => [
      entry.version,
      printable(entry.package),
      megabytes(entry.bytes),
      minutes(entry.lastUsed.toISOString()),
      entry.inUse ? 'in use' : '',
    ]);
    const head = ['Version', 'Package', 'Size', 'Last used (UTC)', ''];
    const table = rows.length > 0 ? `${columnsText(context.console, head, rows)}\n\n` : '';
    const lists = `lists of releases, ${megabytes(registry.bytes)}`;
    return `${table}${entries.length} executables, ${megabytes(bytes)}; ${lists}`;
  });
  return 0;
}

/** Hashes everything again. @returns 0 if all is intact, 4 if something was damaged and removed */
export async function verify(request: Typed, context: Context): Promise<number> {
  const store = await storeIn(cacheDirFor(request));
  const results = await store.verify({ signal: context.signal });
  const damaged = results.filter(({ state }) => state === 'damaged');
  printResult(context.console, request.json, { results }, () =>
    [
      ...damaged.map(({ package: name, version }) => `${printable(name)} ${version}: damaged, removed`),
      `${results.length - damaged.length} intact, ${damaged.length} damaged`,
    ].join('\n'),
  );
  return damaged.length === 0 ? 0 : 4;
}

/** Removes what nobody uses, and then the registries' answers: down to the usual limit, to a size, or all of it. */
export async function prune(request: Typed<'cache prune'>, context: Context): Promise<number> {
  const cacheDir = cacheDirFor(request);
  const store = await storeIn(cacheDir);
  const toBytes = request.all ? 0 : (request.to ?? DEFAULT_CACHE_LIMIT_BYTES);
  // They are small, and without them nothing can be asked offline: executables go first.
  const beside = await answersBytes(packumentCacheOf(cacheDir));
  const pruned = await store.prune({ all: request.all, toBytes: Math.max(0, toBytes - beside) });
  const registry = await shrinkAnswers(packumentCacheOf(cacheDir), toBytes - pruned.remaining);
  printResult(context.console, request.json, { ...pruned, registry }, () => {
    const executables = `${pruned.removed.length} executables removed, ${megabytes(pruned.bytes)}`;
    return `${executables}; lists of releases, ${megabytes(registry.bytes)}`;
  });
  return 0;
}
