/** Keys, tokens and passwords that are known by their form, wherever they stand. Pure. */
import { KEY, maskOf, WORD_START, type Mask } from './mask.js';

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

/** Names of packages and variables (`sk-learn`, `npm_config`) are in small letters. */
const isMixed = (text: string) => /[A-Z0-9]/.test(text);

/** PEM (RFC 7468), in whatever way its line breaks are written and whatever a viewer draws before its lines; or what is left of it. */
const PRIVATE_KEY = new RegExp(
  String.raw`-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----(?:[A-Za-z0-9+/=\s:,|>│┃*#\\]+|-(?!----END)){0,999}` +
    String.raw`(?:-----END[A-Z0-9 ]{0,60}(?:-----)?)?`,
  'g',
);

/** Whoever has the address may post there. */
const SLACK_HOOK = /hooks\.slack\.com\/services\/[\w/]{8}[\w/]*/gi;

/** `https://user:password@host`: all before the path, also where JSON has escaped the slashes. */
const IN_URL = /(:(?:\\{0,7}\/){2})([^\s/?#"'<>\\]+)/g;
/** What stands before the last `@` is taken out if it is a user with a password, or as long as a token. */
function withoutCredentials(found: string, before = '', authority = ''): string {
  const end = authority.lastIndexOf('@');
  const who = authority.slice(0, Math.max(end, 0));
  const isCredential = who.includes(':') || (who.length >= 16 && !who.includes('['));
  return isCredential ? before + KEY + authority.slice(end) : found;
}

/** A scheme and its credentials, with the blank between them as it is or encoded. */
const BEARER = new RegExp(
  String.raw`(${WORD_START}bearer(?:[ \t+]|%20){1,8})([\w.~+/=-]{4}[\w.~+/=-]*)`,
  'gi',
);
const BASIC = new RegExp(
  String.raw`(${WORD_START}basic(?:[ \t+]|%20){1,8})([A-Za-z0-9+/=_-]{8}[A-Za-z0-9+/=_-]*)`,
  'gi',
);
/** What a server asks for (RFC 6750, 3; RFC 9728, 5.1): `Bearer resource_metadata=https://…` */
const CHALLENGE =
  /^(?:realm|scope|error|error_description|error_uri|resource_metadata|authorization_uri|client_id)=/i;

/** Words of a sentence have no digits, and are neither long nor in mixed case. */
export const looksSecret = (value: string): boolean => /\d|[a-z][A-Z]/.test(value) || value.length >= 20;

/** RFC 7617: base64 of `user:password`. */
const isBasic = (value: string): boolean =>
  value.length > 4_096 || /^[\x20-\x7e]*:[\x20-\x7e]*$/.test(Buffer.from(value, 'base64').toString('latin1'));

export const TOKENS: readonly Mask[] = [
  maskOf(PRIVATE_KEY, () => KEY),
  maskOf(TOKEN, (found) => (found.startsWith('sk-') && !isMixed(found) ? found : KEY)),
  maskOf(SLACK_HOOK, () => `hooks.slack.com/services/${KEY}`),
  maskOf(IN_URL, withoutCredentials),
  maskOf(
    BEARER,
    (found, before = '', value = '') => (looksSecret(value) && !CHALLENGE.test(value) ? before + KEY : found),
    /bearer/i,
  ),
  maskOf(BASIC, (found, before = '', value = '') => (isBasic(value) ? before + KEY : found), /basic/i),
];
