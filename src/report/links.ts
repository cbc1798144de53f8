/** Where links lead: to the web, to the registry, to a page of the output folder, to a place of a page. Pure. */
import { wellFormed } from './text.js';

/** Half a surrogate pair has no encoding. */
const asComponent = (text: string): string => encodeURIComponent(wellFormed(text));

/** The page of a release at the registry, or that of the package. */
export function npmPage(packageName: string, version?: string): string {
  const name = packageName.split('/').map(asComponent).join('/').replace('%40', '@');
  const page = `https://www.npmjs.com/package/${name}`;
  return version === undefined ? page : `${page}/v/${asComponent(version)}`;
}

/**
 * The way from a page of the output folder to another, for `href` and for Markdown: whatever is in the names of the files, it
 * stays within the folder, and nothing in it ends a link.
 * @param to relative to the output folder, with `/`
 * @param from where the page that links lies; left out for one at the top
 * @param anchor a place on the page
 */
export function linkTo(to: string, { from = '', anchor = '' } = {}): string {
  const up = segmentsOf(from)
    .slice(1)
    .map(() => '..');
  const way = [...up, ...segmentsOf(to).map(encoded)].join('/');
  return anchor === '' ? way : `${way}#${encoded(anchor)}`;
}

/** Without those that lead elsewhere: up, or to the top. */
const segmentsOf = (path: string): string[] =>
  path.split('/').filter((name) => !['', '.', '..'].includes(name));

/** Also what `encodeURIComponent` leaves, but Markdown might read. */
const encoded = (name: string): string =>
  asComponent(name).replaceAll(/[!'()*~]/gu, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);

/** Versions have no more (semver, MAX_LENGTH), and names of clients and columns neither. */
const MAX_PLACE = 1_000;

/** The id of a place: whatever is not plain is spelt out, so that no two places share one. */
export const idOf = (place: string): string =>
  place
    .slice(0, MAX_PLACE)
    .replaceAll(/[^\dA-Za-z.-]/gu, (sign) => `_${(sign.codePointAt(0) ?? 0).toString(16)}_`);

/** The address if it is one of the web without a password in it, as the browser understands it; else null. */
export function webOnly(address: string): string | null {
  if (!URL.canParse(address)) return null;
  const { protocol, username, password, href } = new URL(address);
  return ['https:', 'http:'].includes(protocol) && username === '' && password === '' ? href : null;
}
