/**
 * What every page of ours is: one file, which loads nothing and runs no script. What opens are `details`, what is drawn is
 * drawn by style sheet and inline SVG. Values in, one string out.
 */
import { createHash } from 'node:crypto';
import { template, verbatim, type Markup } from './markup.js';
import { SYMBOLS } from './marks.js';

export interface Shell {
  readonly title: string;
  /** A style sheet (style.ts). */
  readonly style: string;
  /** Where the first link of the page goes, and its words. */
  readonly lead: { readonly anchor: string; readonly text: string };
  /** What is in `main`. */
  readonly body: Markup;
  /** `mcp-bisect 0.1.0` */
  readonly tool: string;
  /** What `tool` did, as the end of a sentence: `, which …`. */
  readonly did: string;
}

const page = template<{
  title: string;
  policy: string;
  style: Markup;
  symbols: Markup;
  lead: Shell['lead'];
  body: Markup;
  tool: string;
  did: string;
}>(`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="<%= it.policy %>">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="<%= it.tool %>">
<title><%= it.title %></title>
<link rel="icon" href="data:,">
<style><%= it.style %></style>
</head>
<body>
<a class="skip" href="#<%= it.lead.anchor %>"><%= it.lead.text %></a>
<%= it.symbols %>
<main>
<%= it.body %>
</main>
<footer><p>Made by <%= it.tool %><%= it.did %>. This page loads nothing and runs no script.</p></footer>
</body>
</html>
`);

/** The whole file. */
export function shellOf({ style, ...shell }: Shell): string {
  return page({ ...shell, style: verbatim(style), policy: policyOf(style), symbols: SYMBOLS }).toString();
}

/** Nothing may be loaded or run, and of styles only ours. */
function policyOf(style: string): string {
  return [
    "default-src 'none'",
    `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}
