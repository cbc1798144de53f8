/** Where a tarball is to be fetched, which is not always where its packument says. Pure. */

/**
 * The address for the tarball that a packument puts at `tarball`, when `registry` is the one configured. Packuments
 * of a mirror often name the public registry still; npm's `replace-registry-host` says whose addresses are rewritten
 * to the mirror: `npmjs` (the public registry's), `always`, `never`, a host, or an address with a path.
 */
export function tarballUrl(tarball: string, registry: string, replaceRegistryHost: string): string {
  if (replaceRegistryHost === 'never') return tarball;
  const url = new URL(tarball);
  const prefix = prefixToReplace(
    url,
    replaceRegistryHost === 'npmjs' ? 'registry.npmjs.org' : replaceRegistryHost,
  );
  if (prefix === null) return tarball;
  const base = new URL(registry);
  const folder = withoutSlash(base.pathname);
  const rest = url.pathname.slice(prefix.length);
  // A mirror that lives below a folder may have put that folder into the address itself.
  const path = prefix === '' && isBelow(rest, folder) ? rest : folder + rest;
  return new URL(path + url.search, base.origin).href;
}

/** The part of the path that goes away with the host; null where this address is not to be replaced. */
function prefixToReplace(url: URL, replaced: string): string | null {
  if (replaced === 'always') return '';
  if (!URL.canParse(replaced)) return replaced === url.hostname || replaced === url.host ? '' : null;
  const from = new URL(replaced);
  const folder = withoutSlash(from.pathname);
  return from.hostname === url.hostname && isBelow(url.pathname, folder) ? folder : null;
}

function isBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

function withoutSlash(path: string): string {
  return path.replace(/\/+$/, '');
}
