/**
 * What is secret by its form (keys, tokens, credentials) or by what it is called (`NAME=value`, `"name": "value"`, `--name value`), in
 * text of any origin. Pure.
 */
import { KEY, masked, maskOf, WORD_START, type Mask } from './mask.js';

/**
 * How tokens begin. Of Anthropic, OpenAI and their like, Stripe, GitHub, npm, AWS, Google, Slack, GitLab, Hugging Face, Groq, Vercel,
 * Databricks, Docker, Figma, Linear, Notion, 1Password, Shopify, Grafana, Vault, SendGrid; and JWT (RFC 7519) of three parts or five.
 */
const SHAPES = String.raw`
  sk-[\w-]{16} [sr]k_(?:live|test)_[A-Za-z0-9]{10}
  gh[opusr]_[A-Za-z0-9]{16} ghs_\d{1,20}_[\w-]{8}[\w-]*(?:\.[\w-]+){0,3} github_pat_[A-Za-z0-9]{10} npm_[A-Za-z0-9]{20}
  A(?:KIA|SIA|BIA|CCA|GPA|IDA|ROA|IPA|NPA|NVA|3T[A-Z0-9])[A-Z0-9]{12} AIza[\w-]{20} ya29\.[\w-]{10}
  xox[a-z]-[A-Za-z0-9-]{8} xapp-[A-Za-z0-9-]{8} glpat-[\w-]{16} hf_[A-Za-z0-9]{20} gsk_[A-Za-z0-9]{20}
  vc[piark]_[A-Za-z0-9]{20} dapi[0-9a-fA-F]{32} dckr_pat_[\w-]{16} figd_[\w-]{20} lin_api_\w{20} ntn_[A-Za-z0-9]{20}
  ops_eyJ[A-Za-z0-9+/=]{20}[A-Za-z0-9+/=]* shp(?:pa|ca|at|ss)_[A-Za-z0-9]{20} gl(?:c|sa)_[A-Za-z0-9+/=]{20}[A-Za-z0-9+/=]*
  hv[sbr]\.[\w-]{20} SG\.[\w-]{8,64}\.[\w-]{8} eyJ[\w-]{6}[\w-]*(?:\.[\w-]*){0,3}\.[\w-]`;
/** Each match takes all that may belong to a token, so that none can begin right behind it. */
const TOKEN = new RegExp(String.raw`${WORD_START}(?:${SHAPES.trim().replaceAll(/\s+/g, '|')})[\w-]*`, 'g');

/**
 * PEM (RFC 7468), in whatever way its line breaks are written and whatever a viewer draws before its lines; or what is left of it. An
 * RSA key of 16,384 bits has 13,000 characters.
 */
const PRIVATE_KEY = new RegExp(
  String.raw`-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----(?:[A-Za-z0-9+/=\s:,|>│┃*#\\]|-(?!----END)){0,20000}` +
    String.raw`(?:-----END[A-Z0-9 ]{0,60}(?:-----)?)?`,
  'g',
);

/** Whoever has the address may post there. */
const SLACK_HOOK = /hooks\.slack\.com\/services\/[\w/]{8}[\w/]*/gi;

/** `https://user:password@host`: all before the path, also where JSON has escaped the slashes. */
const IN_URL = /(:(?:\\{0,7}\/){2})([^\s/?#"'<>\\]{1,4096})/g;
/** What stands before the last `@` is taken out if it is a user with a password, or as long as a token. */
function withoutCredentials(found: string, before = '', authority = ''): string {
  const end = authority.lastIndexOf('@');
  const who = authority.slice(0, Math.max(end, 0));
  const isCredential = who.includes(':') || (who.length >= 16 && !who.includes('['));
  return isCredential ? before + KEY + authority.slice(end) : found;
}

/** A scheme and its credentials, with the blank between them as it is or encoded. */
const scheme = (name: string, credentials: string) =>
  new RegExp(String.raw`(${WORD_START}${name}(?:[ \t+]|%20){1,8})(${credentials})`, 'gi');
const BEARER = scheme('bearer', String.raw`[\w.~+/=-]{4}[\w.~+/=-]*`);
const BASIC = scheme('basic', '[A-Za-z0-9+/=_-]{8}[A-Za-z0-9+/=_-]*');
/** What a server asks for (RFC 6750, 3; RFC 9728, 5.1): `Bearer resource_metadata=https://…` */
const CHALLENGE =
  /^(?:realm|scope|error|error_description|error_uri|resource_metadata|authorization_uri|client_id)=/i;
/** RFC 7617: base64 of `user:password`. */
const isBasic = (value: string) =>
  value.length > 4_096 || /^[\x20-\x7e]*:[\x20-\x7e]*$/.test(Buffer.from(value, 'base64').toString('latin1'));

/** Words of a sentence have no digits, and are neither long nor in mixed case. */
export const looksSecret = (value: string): boolean => /\d|[a-z][A-Z]/.test(value) || value.length >= 20;

const TOKENS: readonly Mask[] = [
  maskOf(PRIVATE_KEY, () => KEY),
  // Names of packages are in small letters: `sk-learn`.
  maskOf(TOKEN, (found) => (found.startsWith('sk-') && !/[A-Z0-9]/.test(found) ? found : KEY)),
  maskOf(SLACK_HOOK, () => `hooks.slack.com/services/${KEY}`),
  maskOf(IN_URL, withoutCredentials),
  maskOf(
    BEARER,
    (found, before = '', value = '') => (looksSecret(value) && !CHALLENGE.test(value) ? before + KEY : found),
    /bearer/i,
  ),
  maskOf(BASIC, (found, before = '', value = '') => (isBasic(value) ? before + KEY : found), /basic/i),
];

/**
 * What a name has in it. `tokens` are counted, `tokenizer` names a program, MCP's `progressToken` is a number of the client's; of keys
 * there are public ones, and those of a map or a keyboard.
 */
const SECRET_WORD =
  '(?<!progress[-_]?)token(?!s|iz)|secret(?!smanager)|passw(?:or)?d(?!less)|passphrase|authorization|cookie(?!s)|bearer|' +
  '(?:api|private|access|account|session|openai|anthropic|signing|encryption)[-_]?key(?!s|board|word)|' +
  'signature|code_verifier|client_assertion';
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

/** What a value without quotes ends at; a group is inside of it. Looked for one by one, since a value may be megabytes. */
const ENDS = {
  /** Quotes of its own are behind `=` or a blank: `Digest username="anna"`. */
  line: /((?<=[=\s])\\{0,7}"(?=[^\s,:}\])"'\\])[^"\\\r\n]{0,999}\\{0,7}")|[\r\n"'`\\]/g,
  /** A variable of the environment goes on to white space. */
  variable: /[\s"'`\\]/g,
  bare: /(\[(?:key|user|host|cache)\]|%(?!2[267]|0[AD]))|[\s"'`\\&,;%()[\]{}<>]/gi,
};
/** A quote with the backslashes before it. */
const QUOTED_END = /(?<!\\)(\\{0,64})(["'`])|[\r\n]/g;

function endOfBare(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from;
  for (let match = pattern.exec(text); match; match = pattern.exec(text))
    if (match[1] === undefined) return match.index;
  return text.length;
}

/** @param open the quote before the value, as often escaped as the text is that it is in */
function endOfQuoted(open: string, text: string, from: number): number {
  QUOTED_END.lastIndex = from;
  for (let match = QUOTED_END.exec(text); match; match = QUOTED_END.exec(text)) {
    const [, backslashes = '', quote] = match;
    if (quote === undefined) return match.index;
    // JSON doubles what escapes a quote and adds one: `1`, `11`, `111` in binary. What is left are escaped backslashes.
    const escapes = backslashes.length & ~(backslashes.length + 1);
    // A plain `"` inside of other quotes closes the text that they are in.
    const closes = open.endsWith(quote) ? escapes < open.length : quote === '"';
    if (closes) return match.index + backslashes.length - escapes;
  }
  return text.length;
}

/** How long the words for a state are that a text has at this place. */
function stateAt(text: string, from: number): number {
  STATE.lastIndex = from;
  return STATE.exec(text)?.[0].length ?? 0;
}

/** Values that are named like secrets. */
const FIELDS: Mask = (text, replace = () => KEY) => {
  let [kept, end] = ['', 0];
  FIELD.lastIndex = 0;
  for (let match = FIELD.exec(text); match; match = FIELD.exec(text)) {
    const found = valueAt(text, match);
    if (found) {
      const { from, to, quote } = found;
      kept += text.slice(end, from) + quote + replace(text.slice(from, to)) + quote;
      end = to;
    }
    // Where nothing was found, the quote before a value may be the one before the next name.
    FIELD.lastIndex = found ? end : FIELD.lastIndex - (match.groups?.['open']?.length ?? 0);
  }
  return kept + text.slice(end);
};

/** Where the value of a name stands; undefined where it is no secret. */
function valueAt(text: string, match: RegExpExecArray) {
  const { name = '', close = '', sign = '', blank = '', open = '' } = match.groups ?? {};
  const from = match.index + match[0].length;
  if (!isSecretName(name) || (sign === '' && (!name.startsWith('--') || blank === ''))) return undefined;
  // The end of a text that a name and a sign are at the end of: `"password: ", "b"`
  if (open !== '' && close === '' && /^\s?[,:}\])]/.test(text.slice(from, from + 2))) return undefined;
  const isVariable = close + sign === '=' && /^[A-Z][A-Z\d_]*$/.test(name);
  if (open === '' && !isVariable && stateAt(text, from) > 0) return undefined;
  const bare = isLineHeader(name) && close + sign === ':' ? 'line' : isVariable ? 'variable' : 'bare';
  const to = open === '' ? endOfBare(ENDS[bare], text, from) : endOfQuoted(open, text, from);
  const value = text.slice(from, to);
  if (sign === ',' && (open === '' || !isPairOf(name, value))) return undefined;
  if (!isValue(value) || isProse(name, sign, blank, value)) return undefined;
  // A number of JSON has no quotes, but what stands in its place needs them.
  return { from, to, quote: open === '' && close.endsWith('"') ? close : '' };
}

/** Base64 ends in `=`; signs alone are the end of what is around an empty value. */
const isValue = (value: string) =>
  !/^[=\s,:;}\]]*$/.test(value) &&
  !STAND_IN.test(value) &&
  stateAt(value, 0) < value.replace(/[.,;:!)]{0,3}$/, '').length;

/** `token=3` counts them; in "token: no token with GET" the colon is one of a sentence. */
const isProse = (name: string, sign: string, blank: string, value: string) =>
  /^token$/i.test(name) && (/^\d{1,9}$/.test(value) || (sign === ':' && blank !== '' && !looksSecret(value)));

/** What is secret by its form, or by its name. */
export const SECRETS: readonly Mask[] = [...TOKENS, FIELDS];

/** The text without what is secret by itself, whoever it is of. What nobody sees must have been taken out of it. */
export const withoutSecrets = (text: string): string => masked(text, SECRETS);
