/** Values that a name says are secret: `NAME=value`, `"name": "value"`, `--name value`, in text of any origin. Pure. */
import { KEY, masked, TAG, type Found, type Mask } from './mask.js';
import { looksSecret, TOKENS } from './tokens.js';

/** Of keys there are public ones, and those of a map or a keyboard. */
const KEYS = 'api|private|access|account|session|openai|anthropic|signing|encryption';
/** What a name has in it. `tokens` are counted, `tokenizer` names a program, and MCP's `progressToken` is a number of the client's. */
const SECRET_WORD =
  '(?<!progress[-_]?)token(?!s|iz)|secret(?!smanager)|passw(?:or)?d(?!less)|passphrase|authorization|cookie(?!s)|bearer|' +
  `(?:${KEYS})[-_]?key(?!s|board|word)|signature|code_verifier|client_assertion`;
/** Whole names: of shared access signatures, and of what npm calls basic credentials. */
const SECRET_NAME = new RegExp(`${SECRET_WORD}|^(?:sig|_auth)$`, 'i');

/** Names that end so say where a secret is from, of what kind it is, or how much of it there is. */
const ABOUT =
  'endpoint|type|supported|method|format|helper|url|uri|count|limit|source|length|size|budget|usage|hint|server|' +
  'expiry|expires|ttl|file|path|status|error|expires_in|expires_at|expiration';
const ABOUT_SECRET = new RegExp(
  [
    `[_-](?:${ABOUT}|${ABOUT.toUpperCase()})[sS]?$`,
    `[a-z](?:${ABOUT.replaceAll(/(?<!\w)\w/g, (first) => first.toUpperCase())})s?$`,
    // Errors of OAuth (RFC 6749, 5.2): `invalid_token: …` is followed by a sentence.
    '^(?:invalid|missing|expired|unsupported|unknown|bad)[_-]?token$',
  ].join('|'),
);

/** Whether a field, header, variable or option of this name holds a secret. */
export const isSecretName = (name: string): boolean => SECRET_NAME.test(name) && !ABOUT_SECRET.test(name);

/** Headers whose value may have blanks in it, up to the end of the line. */
const isLineHeader = (name: string) => /authorization$|cookie$/i.test(name);

/** Whether two strings behind one another are a name and its value, and not two names: `["x-api-key", "abc123"]`, `['--token', 'abc']` */
export function isPairOf(name: string, value: string): boolean {
  if (!isSecretName(name)) return false;
  if (name.startsWith('--')) return !value.startsWith('-');
  return looksSecret(value)
    ? name.includes('-') || isLineHeader(name)
    : isLineHeader(name) && /[\s=]/.test(value);
}

/** A quote, as often escaped as JSON in JSON has it. */
const QUOTE = String.raw`\\{0,7}["'\`]`;
/** A name up to its value: `"access_token":"`, `API_KEY=`, `&token=`, `sig%3D`, `'token' => `, `'x-api-key', '`, `--api-key `. */
const FIELD = new RegExp(
  String.raw`(?<![\w-])(?<name>[\w-]{0,80}?(?:${SECRET_WORD}|sig|_auth)[\w-]{0,40})(?![\w-])(?<close>${QUOTE})?` +
    String.raw`(?:[ \t]{0,3}(?<sign>={1,3}>?|:|%3[DA]|(?<=["']),)|(?=[ \t]))(?<blank>(?:[ \t]|%20){0,40})(?<open>${QUOTE})?`,
  'gi',
);

/** Words for nothing, for how something is, and of a sentence: what a report is about. And what clients put in place of a secret. */
const STATE = new RegExp(
  '(?:not )?(?:none|null|nil|undefined|true|false|yes|no|ok|n/a|accepted|refused|rejected|denied|missing|required?s?|optional|' +
    'valid|invalid|expired|unset|set|empty|absent|present|provided|unknown|supported|unsupported|found|needed|allowed|failed|' +
    'disabled|enabled|redacted|hidden|masked|unavailable|available|authorized|unauthorized|authenticated|configured|is|are|' +
    String.raw`was|has|must|can|cannot|may|should|option|flag|and|or|for|to|in|with|from)(?=$|[\s"'\\)\]},;:…!]|\.(?:\s|$))`,
  'iy',
);
const STAND_IN = /^(?:\[redacted\]|<redacted>|\*{3,}|\[key\])$/i;

/**
 * Up to where a value goes, by what it begins with: some of it at a time, since a match keeps every turn in memory. A plain `"`
 * inside of other quotes closes the text that they are in.
 */
const ENDS = {
  '"': /(?:[^"\\\r\n]+|\\[^\r\n]){1,999}/y,
  "'": /(?:[^'"\\\r\n]+|\\[^\r\n"]){1,999}/y,
  '`': /(?:[^`"\\\r\n]+|\\[^\r\n"]){1,999}/y,
  /** `\"`: what is escaped once more is inside. */
  escaped: /(?:[^"\\\r\n]+|\\\\(?:\\")?|\\[^"\\\r\n]){1,999}/y,
  /** Quotes of its own are behind `=` or a blank: `Digest username="anna"`. */
  line: /(?:[^\r\n"'`\\]+|(?<=[=\s])\\{0,7}"(?=[^\s,:}\])"'\\])[^"\\\r\n]*\\{0,7}"){1,999}/y,
  /** A variable of the environment goes on to white space. */
  variable: /[^\s"'`\\]+/y,
  bare: new RegExp(String.raw`(?:[^\s"'\`\\&,;%()[\]{}<>]+|${TAG}|%(?!2[267]|0[AD])){1,999}`, 'iy'),
};

/** Where the match of a sticky pattern ends that begins at a place; that place if there is none. */
function endOf(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from;
  return from + (pattern.exec(text)?.[0].length ?? 0);
}

function endOfValue(pattern: RegExp, text: string, from: number): number {
  let end = from;
  for (let next = endOf(pattern, text, end); next > end; next = endOf(pattern, text, end)) end = next;
  return end;
}

/** Values that are named like secrets. */
const FIELDS: Mask = function* find(text) {
  FIELD.lastIndex = 0;
  for (let match = FIELD.exec(text); match; match = FIELD.exec(text)) {
    const found = valueAt(text, match);
    if (found) yield found;
    // Where nothing was found, the quote before a value may be the one before the next name.
    FIELD.lastIndex = found?.to ?? FIELD.lastIndex - (match.groups?.['open']?.length ?? 0);
  }
};

function valueAt(text: string, match: RegExpExecArray): Found | undefined {
  const { name = '', close = '', sign = '', blank = '', open = '' } = match.groups ?? {};
  const from = match.index + match[0].length;
  if (!isSecretName(name) || (sign === '' && (!name.startsWith('--') || blank === ''))) return undefined;
  // The end of a text that a name and a sign are at the end of: `"password: ", "b"`
  if (open !== '' && close === '' && /^\s?[,:}\])]/.test(text.slice(from, from + 2))) return undefined;
  const kind = kindOf(name, close + sign, open);
  if (open === '' && kind !== 'variable' && endOf(STATE, text, from) > from) return undefined;
  const to = endOfValue(ENDS[kind], text, from);
  const value = text.slice(from, to);
  if (sign === ',' && (open === '' || !isPairOf(name, value))) return undefined;
  if (!isValue(value) || isProse(name, sign, blank, value)) return undefined;
  // A number of JSON has no quotes, but what stands in its place needs them.
  const quote = open === '' && close.endsWith('"') ? close : '';
  return { from, to, by: quote + KEY + quote };
}

/** @param sign behind the name, with the quote that ends that */
function kindOf(name: string, sign: string, open: string): keyof typeof ENDS {
  if (open !== '') return open.length > 1 ? 'escaped' : (open as '"');
  if (isLineHeader(name) && sign === ':') return 'line';
  return sign === '=' && /^[A-Z][A-Z\d_]*$/.test(name) ? 'variable' : 'bare';
}

/** Base64 ends in `=`; signs alone are the end of what is around an empty value. */
function isValue(value: string): boolean {
  const isState = endOf(STATE, value, 0) >= value.replace(/[.,;:!)]{0,3}$/, '').length;
  return !/^[=\s,:;}\]]*$/.test(value) && !STAND_IN.test(value) && !isState;
}

/** `token=3` counts them; in "token: no token with GET" the colon is one of a sentence. */
const isProse = (name: string, sign: string, blank: string, value: string) =>
  /^token$/i.test(name) && (/^\d{1,9}$/.test(value) || (sign === ':' && blank !== '' && !looksSecret(value)));

/** What is secret by its form, or by its name. */
export const SECRETS: readonly Mask[] = [...TOKENS, FIELDS];

/** The text without what is secret by itself, whoever it is of. What nobody sees must have been taken out of it. */
export const withoutSecrets = (text: string): string => masked(text, SECRETS);
