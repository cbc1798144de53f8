/** Links between the files of the output folder. Pure. */
import { wellFormed } from '../text.js';

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
  encodeURIComponent(wellFormed(name)).replaceAll(
    /[!'()*~]/gu,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
