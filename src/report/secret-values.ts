/** What a secret looks like where it stands: what is one, and where it ends. In linear time, like secrets.ts. Pure. */

/** In place of every secret. */
export const KEY = '[key]';

/** A part of a text that is a secret. */
export interface Found {
  readonly from: number;
  readonly to: number;
  /** In its place, where that is not `[key]` alone. */
  readonly by?: string;
}

/** Words of a sentence have no digits, and are neither long nor in mixed case. */
export const looksSecret = (value: string): boolean => /\d|[a-z][A-Z]/.test(value) || value.length >= 20;

/** Words for nothing, or for how something is: what a report is about. */
const STATE =
  `none|null|nil|undefined|true|false|yes|no|ok|n/a|accepted|refused|rejected|denied|missing|required|optional|valid|
  invalid|expired|unset|set|empty|absent|present|provided|unknown|supported|unsupported|found|needed|allowed|failed|disabled|
  enabled|redacted|hidden|masked|unavailable|available|authorized|unauthorized|authenticated|configured`.replaceAll(
    /\s/g,
    '',
  );
/** The whole value: `not set`, `missing.`; and what clients put in its place themselves. */
const IS_STATE = new RegExp(
  String.raw`^(?:(?:not )?(?:${STATE})[.,;:!)]{0,3}|\[redacted\]|<redacted>|\*{3,})$`,
  'i',
);
/** A sentence, where the value is the rest of a line: `required for this address`, `Not supported` */
const BEGINS_WITH_STATE = new RegExp(
  String.raw`(?:not )?(?:${STATE})(?=$|[\s"'\\)\]},;:…]|\.(?:\s|$))`,
  'iy',
);

/** Whether it stands for a secret: it is not empty, no word for nothing, and not already taken out. */
const isValue = (value: string): boolean =>
  // Base64 ends in `=`; signs alone are the end of what is around an empty value.
  !/^[=\s,:;}\]]*$/.test(value) && value !== KEY && !IS_STATE.test(value);

export const valueAt = (text: string, from: number, to: number): readonly Found[] =>
  isValue(text.slice(from, to)) ? [{ from, to }] : [];

/** Whether a sentence follows and not a secret, where the value would be the rest of a line. */
export const isSentenceAt = (text: string, from: number): boolean => isAt(BEGINS_WITH_STATE, text, from);

/** Whether a list or an object follows, whose parts have names of their own. A key that was taken out is none. */
export const isNestedAt = (text: string, from: number): boolean =>
  /[[{]/.test(text[from] ?? '') && !text.startsWith(KEY, from);

/**
 * Where a quoted value ends: at the same quote, not escaped more often than the one that began it; or with the line, where
 * that quote is missing, or at the one that closes the text it is in.
 * @param quote as it stands before the value: `"`, `\"`, `%22`
 */
export function endOfQuoted(text: string, from: number, quote: string): number {
  if (quote.startsWith('%')) return endOfEncoded(text, from);
  const mark = quote.at(-1);
  let escapes = 0;
  let around: number | undefined;
  for (let index = from; index < text.length; index += 1) {
    const character = text[index];
    if (character === '\n' || character === '\r') return around ?? index;
    const own = ownEscapes(escapes);
    if (character === mark && own < quote.length) return index - own;
    if (character === '"') around ??= index - own;
    escapes = character === '\\' ? escapes + 1 : 0;
  }
  return around ?? text.length;
}

/**
 * How many of the backslashes before a quote escape it; the others are escaped themselves. JSON in JSON in JSON has none, one,
 * three or seven: as many as the ones at the end of the number in binary.
 */
const ownEscapes = (backslashes: number) => (backslashes ^ (backslashes + 1)) >> 1;

/** Whether a quote is the end of a text, as in `"password: ", "b"`, and no value begins behind it. */
export const isEndOfText = (text: string, behind: number): boolean =>
  /^\s?[,:}\])]/.test(text.slice(behind, behind + 2));

/** What needs no second look on the way to the end of an encoded value. */
const ENCODED = /[^\s"'\\%&]*/y;

function endOfEncoded(text: string, from: number): number {
  let index = endOf(ENCODED, text, from);
  // Encoded quotes and `&` end it; other encoded characters are in it.
  while (text[index] === '%' && !/^%(?:22|27|26)/.test(text.slice(index, index + 3)))
    index = endOf(ENCODED, text, index + 1);
  return index;
}

/** What needs no second look on the way to the end of a value that is not quoted. */
const BARE = /[^\s"'`\\&,;%]*/y;
/** Backslashes, all at once: there may be megabytes of them. */
const BACKSLASHES = /\\+/y;
/** The next field of a query or a list: `&a=`, `, b:` */
const NEXT_FIELD = /[&,;][ \t]{0,3}["'\w.-]{1,40}[=:]/y;
/** An encoded quote, `&` or line break: the end of what an address has around it. */
const ENCODED_END = /%(?:2[267]|0[AD])/iy;
/** Signs at the end belong to what is around it, unless they end what was taken out. Few are looked at: there are seldom more. */
const CLOSING = /(?:(?<!\[(?:key|user|host|cache))\]|[)}>,;]){1,8}$/;

/**
 * Where a value without quotes ends: at white space, a quote, or the next field.
 * @param isVariable the value of a variable of the environment goes on to white space, whatever is in it
 */
export function endOfBare(text: string, from: number, isVariable: boolean): number {
  let index = endOf(BARE, text, from);
  for (let next = from; (next = stepOver(text, index, isVariable)) > index;) index = endOf(BARE, text, next);
  const closing = isVariable ? null : CLOSING.exec(text.slice(Math.max(from, index - 14), index));
  return index - (closing?.[0].length ?? 0);
}

/** The place behind a sign that is a part of the value; the place of the sign itself where the value ends. */
function stepOver(text: string, index: number, isVariable: boolean): number {
  const sign = text[index] ?? '';
  if (sign === '\\') {
    const after = endOf(BACKSLASHES, text, index);
    return /["'`nrtu]/.test(text[after] ?? '"') ? index : after;
  }
  if (sign === '%') return isAt(ENCODED_END, text, index) ? index : index + 1;
  const isInside = /^[&,;]$/.test(sign) && (isVariable || !isAt(NEXT_FIELD, text, index));
  return isInside ? index + 1 : index;
}

/** What needs no second look on the way to the end of a line. */
const LINE = /[^\r\n"'`\\]*/y;

/**
 * Where the rest of a line ends: with the line, however its end is written, or at the quote that closes a text it is in.
 * Quotes of its own are behind `=` or a blank: `Digest username="anna"`, `ApiKey "abc"`.
 */
export function endOfLine(text: string, from: number): number {
  for (let index = endOf(LINE, text, from); ;) {
    const after = endOf(BACKSLASHES, text, index);
    const sign = text[after] ?? '';
    const mark = after - ownEscapes(after - index);
    if (/^["']$/.test(sign)) {
      if (!isOpening(text, mark, after)) return mark;
      const quote = text.slice(mark, after + 1);
      const close = endOfQuoted(text, after + 1, quote);
      if (!text.startsWith(quote, close)) return close;
      index = endOf(LINE, text, close + quote.length);
    } else if (after === index || /^[nr`]$/.test(sign)) return index;
    else index = endOf(LINE, text, after);
  }
}

/** Whether a value goes on so with a quote: not with what stands behind a text, or with the end of that. */
function isOpening(text: string, mark: number, after: number): boolean {
  const next = text[after + 1] ?? ' ';
  const isNested = after > mark && /["']/.test(next);
  return /[=\s]/.test(text[mark - 1] ?? '') && /[^\s,:}\])]/.test(next) && !isNested;
}

/** Where the match of a sticky pattern ends that begins at a place; that place if there is none. */
export function endOf(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from;
  return from + (pattern.exec(text)?.[0].length ?? 0);
}

function isAt(pattern: RegExp, text: string, from: number): boolean {
  pattern.lastIndex = from;
  return pattern.test(text);
}
