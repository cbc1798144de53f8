/** Values of fields, headers, variables and options that are named like secrets. In linear time, like secrets.ts. Pure. */
import { headerAt, listAt } from './header-values.js';
import { isLineHeader, isSecretName, SECRET_WORD } from './secret-names.js';
import {
  endOf,
  endOfBare,
  endOfQuoted,
  isEndOfText,
  isNestedAt,
  isSentenceAt,
  KEY,
  looksSecret,
  valueAt,
  type Found,
} from './secret-values.js';

/** A quote, as often escaped as JSON in JSON in JSON has it, or encoded. */
const QUOTE = String.raw`\\{0,7}["'\`]|%2[27]`;

/** A name up to its value: `"access_token":"`, `API_KEY=`, `&token=`, `\"secret\": \"`, `sig%3D`, `'token' => `. */
const FIELD = new RegExp(
  String.raw`(?<word>${SECRET_WORD})(?<tail>[\w-]{0,40})(?![\w-])(?<quoted>${QUOTE})?[ \t]{0,3}` +
    String.raw`(?<sign>={1,3}>?|:|%3[DA])(?<blank>(?:[ \t]|%20){0,40})(?<quote>${QUOTE})?`,
  'gi',
);
/** `'x-api-key', '`, `"--token", "`, and `name: 'x-api-key', value: '`: begins at a quote, whose like ends the name. */
const PAIR = new RegExp(
  String.raw`(?<mark>\\{0,7}["'])(?<name>[\w-]{1,60})\k<mark>\s{0,40},\s{0,40}` +
    String.raw`(?<value>(?:\\{0,7}["'])?value(?:\\{0,7}["'])?\s{0,3}:\s{0,3})?(?<quote>\\{0,7}["'])`,
  'gi',
);
/** `--api-key abc` */
const OPTION = new RegExp(String.raw`(?<!-)(?<name>--[\w-]{2,60})[ \t]{1,8}(?!-)(?<quote>${QUOTE})?`, 'gi');

/** The text without values that a name says are secret. */
export function withoutNamedSecrets(text: string): string {
  const fields = withoutMatches(text, FIELD, fieldAt);
  return withoutMatches(withoutMatches(fields, PAIR, pairAt), OPTION, optionAt);
}

type Finder = (text: string, match: RegExpExecArray) => readonly Found[];

/** What the finder finds behind each match is taken out, and the next match looked for behind that. */
function withoutMatches(text: string, pattern: RegExp, find: Finder): string {
  let kept = '';
  let from = 0;
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    const found = find(text, match);
    for (const { from: start, to, by = KEY } of found) {
      kept += text.slice(from, start) + by;
      from = to;
    }
    // Where nothing was found, the quote before a value may be the one before the next name.
    pattern.lastIndex = found.at(-1)?.to ?? pattern.lastIndex - (match.groups?.['quote']?.length ?? 0);
  }
  return kept + text.slice(from);
}

function fieldAt(text: string, match: RegExpExecArray): readonly Found[] {
  const { word = '', tail = '', quoted, sign = '', quote } = match.groups ?? {};
  const head = headOf(text, match.index);
  const name = head + word + tail;
  if (!isSecretName(word + tail) || !isSecretName(name)) return [];
  const from = match.index + match[0].length;
  if (quote !== undefined) {
    const isEnd = quoted === undefined && isEndOfText(text, from);
    return isEnd ? [] : valueAt(text, from, endOfQuoted(text, from, quote));
  }
  if (isNestedAt(text, from)) return listAt(text, from);
  if (quoted?.endsWith('"') === true && /[-\d]/.test(text.charAt(from))) return numberAt(text, from, quoted);
  if (isLineHeader(`${/(?:proxy|set)-$/i.exec(head)?.[0] ?? ''}${word}${tail}`))
    return headerAt(text, from, sign);
  const isVariable = sign === '=' && /^[A-Z][A-Z\d_]*$/.test(name);
  if (!isVariable && isSentenceAt(text, from)) return [];
  const found = valueAt(text, from, endOfBare(text, from, isVariable));
  return found.filter(({ to }) => !isWordOfSentence(text.slice(from, to), word + tail, match));
}

/** A number of JSON has no quotes, but what stands in its place needs them. */
const NUMBER = /-?\d[\w.+-]*/y;

function numberAt(text: string, from: number, quote: string): readonly Found[] {
  const to = endOf(NUMBER, text, from);
  return to > from ? [{ from, to, by: quote + KEY + quote }] : [];
}

/** What of a name stands before the word in it that is known. */
const headOf = (text: string, index: number) =>
  /[\w-]*$/.exec(text.slice(Math.max(0, index - 20), index))?.[0] ?? '';

/** `token=3` counts them; in "token: no token with GET" the colon is one of a sentence. */
function isWordOfSentence(value: string, name: string, { groups }: RegExpExecArray): boolean {
  if (!/^token$/i.test(name)) return false;
  const isSentence = groups?.['sign'] === ':' && groups['blank'] !== '' && !looksSecret(value);
  return isSentence || /^\d{1,9}$/.test(value);
}

function pairAt(text: string, match: RegExpExecArray): readonly Found[] {
  const { name = '', value: isNamed, quote = '' } = match.groups ?? {};
  if (!isSecretName(name)) return [];
  const from = match.index + match[0].length;
  const to = endOfQuoted(text, from, quote);
  const isPair = isNamed !== undefined || isPairOf(name, text.slice(from, to));
  return isPair ? valueAt(text, from, to) : [];
}

/** Whether two strings of a list are a name and its value, and not two names: `["x-api-key", "abc123"]` */
export function isPairOf(name: string, value: string): boolean {
  if (!isSecretName(name)) return false;
  if (name.startsWith('--')) return !value.startsWith('-');
  return looksSecret(value)
    ? name.includes('-') || isLineHeader(name)
    : isLineHeader(name) && /[\s=]/.test(value);
}

/** Of a sentence about an option: `--token is required` */
const SENTENCE =
  /^(?:is|are|was|has|must|can|cannot|may|should|requires?|option|flag|and|or|for|to|in|with|from)$/i;

function optionAt(text: string, match: RegExpExecArray): readonly Found[] {
  const { name = '', quote } = match.groups ?? {};
  if (!isSecretName(name)) return [];
  const from = match.index + match[0].length;
  if (quote !== undefined && isEndOfText(text, from)) return [];
  const to = quote === undefined ? endOfBare(text, from, false) : endOfQuoted(text, from, quote);
  return SENTENCE.test(text.slice(from, to)) ? [] : valueAt(text, from, to);
}
