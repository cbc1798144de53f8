/**
 * What every page of ours is: one file, which loads nothing and runs no script. What opens are `details`, what is drawn is
 * drawn by style sheet and inline SVG. Values in, one string out.
 */
import { createHash } from 'node:crypto';
import type { Block, Shape } from './document.js';
import { escaped, html } from './html.js';
import { fitted, PAGE, type Limits } from './limits.js';
import { idOf } from './links.js';
import { STYLE } from './style.js';
import { seen } from './text.js';

export interface Page {
  readonly title: string;
  /** Where the first link of the page goes, and its words. */
  readonly lead: { readonly place: string; readonly text: string };
  readonly blocks: (limits: Limits) => readonly Block[];
  /** `mcp-bisect 0.1.0` */
  readonly tool: string;
  /** What `tool` did, as the end of a sentence: `, which …`. */
  readonly did: string;
  /** Where it lies, in the folder of a night. */
  readonly from?: string;
}

/** The whole file, of which less and less is shown until it is no longer than that. */
export function pageOf({ blocks, from = '', ...shell }: Page, max: number): string {
  const at = (limits: Limits) => shellOf(shell, html(blocks(limits), { limits, max, from }));
  return fitted(at, (limits) => [at(limits)], { parts: PAGE, max });
}

/** Each has a shape of its own, so that neither colour nor light is needed to tell them apart. */
const CIRCLE = '<circle class="body" cx="10" cy="10" r="8"/>';
const SQUARE = '<rect class="body" x="2.5" y="2.5" width="15" height="15" rx="1.5"/>';
const DIAMOND = '<path class="body" d="M10 1.2 18.8 10 10 18.8 1.2 10Z"/>';
const TRIANGLE = '<path class="body" d="M10 2 18.8 17.5H1.2Z"/>';
const DRAWN: Readonly<Record<Shape, string>> = {
  good: `${CIRCLE}<path class="sign" d="m6.2 10.3 2.6 2.6 5-5.6"/>`,
  bad: `${SQUARE}<path class="sign" d="m6.5 6.5 7 7m0-7-7 7"/>`,
  skip: `${TRIANGLE}<path class="sign" d="M6.8 13.2h6.4"/>`,
  flaky: `${DIAMOND}<path class="sign" d="M5.8 11q2.1-3.2 4.2-1t4.2-1"/>`,
  other: `${SQUARE}<path class="sign" d="M6 8.2h8M6 11.8h8M12 5.5l-4 9"/>`,
  suspect: `${DIAMOND}<path class="sign" d="M7.8 8q0-2 2.2-2t2.2 2q0 1.2-2.2 2.4v1M10 13.6v.6"/>`,
  none: '<circle class="body" cx="10" cy="10" r="4"/>',
};

/** Every shape once; the signs of the page refer to them. */
const SYMBOLS = `<svg class="symbols" width="0" height="0" aria-hidden="true" focusable="false">${Object.entries(
  DRAWN,
)
  .map(([shape, drawn]) => `<symbol id="mark-${shape}" viewBox="0 0 20 20">${drawn}</symbol>`)
  .join('')}</svg>`;

/** Nothing may be loaded or run, and of styles only ours. */
const POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

const MAX_TITLE = 200;

const shown = (text: string): string => escaped(seen(text, MAX_TITLE).kept);

function shellOf({ title, lead, tool, did }: Omit<Page, 'blocks' | 'from'>, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escaped(POLICY)}">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="${shown(tool)}">
<title>${shown(title)}</title>
<link rel="icon" href="data:,">
<style>${STYLE}</style>
</head>
<body>
<a class="skip" href="#${idOf(lead.place)}">${shown(lead.text)}</a>
${SYMBOLS}
<main>
${body}
</main>
<footer><p>Made by ${shown(tool)}${did}. This page loads nothing and runs no script.</p></footer>
</body>
</html>
`;
}
