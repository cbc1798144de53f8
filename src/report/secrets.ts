/**
 * Keys, tokens and passwords in text of any origin, made unreadable. Each pattern begins at a place that only one match can
 * begin at and has bounds or single character classes, so that the time grows with the length of the text and no faster:
 * a client may write megabytes without a break. (`{6,}` keeps every step in memory, `{6}` and `*` do not.) What stands in
 * place of a key matches nothing, so that a second pass changes nothing. Pure.
 */
import { withoutNamedSecrets } from './fields.js';
import { withoutPrivateKeys } from './private-keys.js';
import { KEY, looksSecret } from './secret-values.js';
import { withoutTokens } from './tokens.js';
import { WORD_START } from './word-start.js';

/** The text without what looks like a secret. What nobody sees must have been taken out of it: a key may have it inside. */
export function withoutSecrets(text: string): string {
  return withoutNamedSecrets(withoutTokens(withoutPrivateKeys(text)))
    .replaceAll(IN_URL, withoutCredentials('@'))
    .replaceAll(IN_ENCODED_URL, withoutCredentials('%40'))
    .replaceAll(BEARER, (found: string, before: string, value: string) =>
      looksSecret(value) && !CHALLENGE.test(value) ? before + KEY : found,
    )
    .replaceAll(BASIC, (found: string, before: string, value: string) =>
      isBasic(value) ? before + KEY : found,
    );
}

/** `https://user:password@host`: all before the path, also where JSON has escaped the slashes. */
const IN_URL = /(:(?:\\{0,7}\/){2})([^\s/?#"'<>\\]+)/g;
/** The same as a part of another address. */
const IN_ENCODED_URL = /(%3A(?:%2F){2})((?:[^\s/?#"'<>\\%&]|%(?!2F|22|26)){1,400})/gi;

/** Takes out what stands before the last `at`, if that is a user with a password or a token. */
const withoutCredentials = (at: string) => (found: string, before: string, authority: string) => {
  const end = authority.lastIndexOf(at);
  return end > 0 && isCredential(authority.slice(0, end)) ? before + KEY + authority.slice(end) : found;
};
/** A name alone is that of a user, unless it is as long as a token. */
const isCredential = (who: string) => /:|%3A/i.test(who) || (who.length >= 16 && !who.includes('['));

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

/** RFC 7617: base64 of `user:password`. */
function isBasic(value: string): boolean {
  if (value.length > 4_096) return true;
  return /^[\x20-\x7e]*:[\x20-\x7e]*$/.test(Buffer.from(value, 'base64').toString('latin1'));
}
