/**
 * Keys, tokens and passwords in text of any origin, made unreadable. Each pattern begins at a place that only one match can
 * begin at and has bounds or single character classes, so that the time grows with the length of the text and no faster:
 * a client may write megabytes without a break. (`{6,}` keeps every step in memory, `{6}` and `*` do not.) What stands in place of a key matches nothing, so that a second pass
 * changes nothing. Pure.
 */

/** In place of every secret. */
export const KEY = '[key]';

/** The text without what looks like a secret. */
export function withoutSecrets(text: string): string {
  const shapes = withoutFields(withoutPrivateKeys(text).replaceAll(TOKEN, KEY));
  return shapes
    .replaceAll(IN_URL, (found: string, before: string, who: string) =>
      isCredential(who) ? `${before}${KEY}@` : found,
    )
    .replaceAll(HEADER, `$1${KEY}`)
    .replaceAll(BEARER, (found: string, before: string, value: string) =>
      looksSecret(value) ? before + KEY : found,
    )
    .replaceAll(BASIC, (found: string, before: string, value: string) =>
      isBasic(value) ? before + KEY : found,
    )
    .replaceAll(OPTION, `$1${KEY}`);
}

/** Whether a field, header or variable of this name holds a secret. `tokens` are counted, not kept. */
export const isSecretName = (name: string): boolean =>
  /token(?!s|iz)|secret|passw(?:or)?d|passphrase|api[-_]?key|private[-_]?key|authorization|cookie|bearer/i.test(
    name,
  );

/**
 * Tokens that are known by their beginning: Anthropic and OpenAI, GitHub, npm, AWS, Google, Slack, GitLab, Hugging Face, JWT.
 * Each match takes all that may belong to a token, so that none can begin right behind it.
 */
const TOKEN = new RegExp(
  `(?<![A-Za-z0-9])(?:${[
    String.raw`sk-[\w-]{16}[\w-]*`,
    String.raw`gh[opusr]_[A-Za-z0-9]{16}[\w-]*`,
    String.raw`github_pat_[A-Za-z0-9]{10}[\w-]*`,
    String.raw`npm_[A-Za-z0-9]{20}[\w-]*`,
    String.raw`A(?:KIA|SIA|BIA|CCA)[A-Z0-9]{12}[\w-]*`,
    String.raw`AIza[\w-]{20}[\w-]*`,
    String.raw`xox[a-z]-[A-Za-z0-9-]{8}[\w-]*`,
    String.raw`xapp-[A-Za-z0-9-]{8}[\w-]*`,
    String.raw`glpat-[\w-]{16}[\w-]*`,
    String.raw`hf_[A-Za-z0-9]{20}[\w-]*`,
    String.raw`eyJ[\w-]{6}[\w-]*(?:\.[\w-]*){1,4}`,
  ].join('|')})`,
  'g',
);

/** `https://user:password@host`: up to the last @ before the path. */
const IN_URL = /(:\/\/)([^\s/?#"'<>\\]+)@/g;
/** A name alone is that of a user, unless it is as long as a token. */
const isCredential = (who: string) => who.includes(':') || (who.length >= 16 && !who.includes('['));

const HEADER =
  /\b((?:proxy-)?authorization["'\\]{0,4}[ \t]{0,3}[:=][ \t]{0,3}["'\\]{0,4})[^\s"'\\,}][^\r\n"'\\,}]*/gi;
const BEARER = /\b(bearer[ \t]{1,8})([\w.~+/=-]{6}[\w.~+/=-]*)/gi;
const BASIC = /\b(basic[ \t]{1,8})([A-Za-z0-9+/=_-]{8}[A-Za-z0-9+/=_-]*)/gi;
const OPTION = /(?<!-)(--[\w-]{0,40}?(?:token|secret|password|api-?key)[ \t]{1,8})(?!-)[^\s"'\\]+/gi;

/** Words of a sentence have no digits, and are neither long nor in mixed case. */
const looksSecret = (value: string) => /\d|[a-z][A-Z]/.test(value) || value.length >= 20;

/** RFC 7617: base64 of `user:password`. */
function isBasic(value: string): boolean {
  if (value.length > 4_096) return true;
  return /^[\x20-\x7e]*:[\x20-\x7e]*$/.test(Buffer.from(value, 'base64').toString('latin1'));
}

const BEGIN = /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g;
const END = /-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----/g;
/** What can be in a key whose end is missing because the text was cut. */
const REST = /[A-Za-z0-9+/=\s\\:,]*/y;

/** PEM (RFC 7468), in whatever way its line breaks are written. */
function withoutPrivateKeys(text: string): string {
  const ends = [...text.matchAll(END)].map((match) => ({
    from: match.index,
    to: match.index + match[0].length,
  }));
  let kept = '';
  let from = 0;
  let next = 0;
  for (const begin of text.matchAll(BEGIN)) {
    if (begin.index < from) continue;
    const start = begin.index + begin[0].length;
    while ((ends[next]?.from ?? Number.POSITIVE_INFINITY) < start) next += 1;
    kept += text.slice(from, begin.index) + KEY;
    from = ends[next]?.to ?? endOf(REST, text, start);
  }
  return kept + text.slice(from);
}

function endOf(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from;
  return from + (pattern.exec(text)?.[0].length ?? 0);
}

/** The name of a field up to its value: `"access_token":"`, `API_KEY=`, `&token=`, `\"secret\": \"` */
const FIELD =
  /(token(?!s|iz)|secret|passw(?:or)?d|passphrase|api[-_]?key)(?!\w{0,20}(?:Source|Type)\b)[\w-]{0,40}["'\\]{0,4}[ \t]{0,3}([=:])([ \t]{0,3})(\\{0,3}["'])?/gi;
const BARE = /[^\s"'`\\,;&|(){}<>]*/y;

function withoutFields(text: string): string {
  let kept = '';
  let from = 0;
  FIELD.lastIndex = 0;
  for (let match = FIELD.exec(text); match; match = FIELD.exec(text)) {
    const start = match.index + match[0].length;
    const [, name = '', sign = '', blank = '', quote] = match;
    const end = quote === undefined ? endOf(BARE, text, start) : endOfQuoted(text, start, quote);
    // In "token: no token with GET" the colon is one of a sentence.
    const isProse = quote === undefined && sign === ':' && blank !== '' && !/^pass/i.test(name);
    if (!isValue(text.slice(start, end), name) || (isProse && !looksSecret(text.slice(start, end)))) continue;
    kept += text.slice(from, start) + KEY;
    from = end;
    FIELD.lastIndex = end;
  }
  return kept + text.slice(from);
}

/** Nothing, a word for nothing or a count is no secret. */
function isValue(value: string, name: string): boolean {
  // Base64 may end in any word, and in `==`.
  if (/^=*$/.test(value) || value === KEY || /^(?:true|false|null|undefined|none|not set)$/i.test(value))
    return false;
  return !(/^token$/i.test(name) && /^\d{1,9}$/.test(value));
}

/** Where a quoted value ends: at the same quote, not escaped more often than the one that began it; or with the line. */
function endOfQuoted(text: string, from: number, quote: string): number {
  const mark = quote.at(-1);
  let escapes = 0;
  for (let index = from; index < text.length; index += 1) {
    const character = text[index];
    if (character === '\n' || character === '\r') return index;
    if (character === mark && escapes < quote.length) return index - escapes;
    escapes = character === '\\' ? escapes + 1 : 0;
  }
  return text.length;
}
