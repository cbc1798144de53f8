/**
 * The one place where text becomes HTML. A template writes every value through `escaped`, so that what a client said
 * stays text; only what was made here, `Markup`, is taken as it is. Templates have no raw tag.
 */
import { Eta } from 'eta/core';
import { keptOf, omittedText, printableLine, wellFormed, withoutControls } from '../text.js';
import { grouped } from '../numbers.js';

/** HTML that came out of a template of ours. */
class Html {
  readonly #html: string;

  constructor(html: string) {
    this.#html = html;
  }

  get length(): number {
    return this.#html.length;
  }

  toString(): string {
    return this.#html;
  }
}

export type Markup = Html;

/** A text is cut at this many characters, and a list at this many items or characters in all. */
const MAX_TEXT = 2_000;
const MAX_ITEMS = 500;
const MAX_CHARS = 100_000;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
};

const encoded = (text: string) => text.replaceAll(/[&<>"'`]/g, (sign) => ENTITIES[sign] ?? '');

/** One line, without control characters and escape sequences, cut where it is too long for a reader, and escaped. */
function escaped(value: unknown): string {
  if (value instanceof Html) return value.toString();
  const text = typeof value === 'number' ? String(value) : typeof value === 'string' ? value : '';
  const { kept, omitted } = keptOf(text, MAX_TEXT);
  return encoded([wellFormed(printableLine(kept)), omittedText(omitted)].filter(Boolean).join(' '));
}

const eta = new Eta({ autoEscape: true, escapeFunction: escaped });

/**
 * A template in the language of eta, compiled once.
 * @param source values are at `it`; `<%= %>` writes one, whether text or Markup
 */
// The text of a template has no types: who writes it says what it needs.
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters
export function template<Values extends object>(source: string): (values: Values) => Markup {
  const compiled = eta.compile(source);
  return (values) => new Html(eta.render(compiled, values));
}

export const NOTHING: Markup = new Html('');

/** Our own words and no one else's: the style sheet. */
export const verbatim = (own: string): Markup => new Html(own);

/** The lines of a text, where white space is kept; what is too much of it is left out, and `omitted` says so. */
export function linesOf(text: string): { readonly body: Markup; readonly omitted: string } {
  const { kept } = keptOf(text, MAX_CHARS);
  const lines = kept.split(/\r\n|\n|\r/);
  const shown = lines.slice(0, MAX_ITEMS);
  const isCut = kept.length < text.length || shown.length < lines.length;
  return {
    body: new Html(shown.map(escaped).join('\n')),
    omitted: isCut ? `Only the beginning is shown: the text has ${grouped(text.length)} characters.` : '',
  };
}

/** As many items as a reader can use, and the number of those left out. */
export function capped<T>(
  items: readonly T[],
  lengthOf: (item: T) => number = () => 0,
): { readonly shown: readonly T[]; readonly omitted: number } {
  let chars = 0;
  const over = items.findIndex((item, index) => {
    chars += Math.min(lengthOf(item), MAX_TEXT);
    return index >= MAX_ITEMS || chars > MAX_CHARS;
  });
  const shown = over < 0 ? items : items.slice(0, over);
  return { shown, omitted: items.length - shown.length };
}

const note = template<{ text: string }>('<p class="note"><%= it.text %></p>');

/** A remark of ours on what is not shown; nothing where there is nothing to remark. */
export const noteOf = (text: string): Markup => (text === '' ? NOTHING : note({ text }));

/** `… 1,237 more events are left out of this page.` */
export const omittedNote = (omitted: number, one: string, other = `${one}s`): Markup =>
  noteOf(
    omitted > 0
      ? `… ${grouped(omitted)} more ${omitted === 1 ? `${one} is` : `${other} are`} left out of this page.`
      : '',
  );

const box = template<{ label: string; kind: string; body: Markup; note: Markup }>(
  '<pre class="box <%= it.kind %>" tabindex="0" role="region" aria-label="<%= it.label %>"><code><%= it.body %></code></pre><%= it.note %>',
);

const fileBox = template<{ label: string; name: string; body: Markup }>(
  '<pre class="box copy" tabindex="0" role="region" aria-label="<%= it.label %>" data-file="<%= it.name %>"><code><%= it.body %></code></pre>',
);

/** A file in such a box, whole, so that it can be taken out again (carried-file.ts). */
export const fileBoxOf = (name: string, text: string): Markup =>
  fileBox({ label: `The file ${name}`, name, body: new Html(encoded(wellFormed(withoutControls(text)))) });

/** Text in a box that scrolls by itself and that the keyboard reaches. `label` is unlike that of any other box. */
export function boxOf(text: string, label: string, kind: 'copy' | 'output'): Markup {
  const { body, omitted } = linesOf(text);
  return box({ label, kind, body, note: noteOf(omitted) });
}
