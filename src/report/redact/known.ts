/** Values that are known to be secret, masked wherever they stand and however they are encoded. Pure. */
import { KEY, literal, maskOf, type Found, type Mask } from './mask.js';
import { looksSecret } from './tokens.js';

const BACKSLASH = String.raw`(?:\\|%(?:25){0,2}5c)`;
const BACKSLASHES = `${BACKSLASH}{1,8}`;

/**
 * A text as JSON (in JSON, in JSON) and addresses (in addresses) may spell it: source of a regular expression without regard to
 * case. Letters and digits of ASCII are the same in all of them, and backslashes in a row stand for any number of them.
 */
export const spelt = (text: string): string =>
  Array.from(text.replaceAll(/\p{Cs}/gu, '').replaceAll(/\\+/g, '\\'), (sign) => {
    if (/[A-Za-z0-9]/.test(sign)) return sign;
    if (sign === '\\') return `${BACKSLASH}{1,64}`;
    const bytes = [...Buffer.from(sign)].map((byte) => `%(?:25){0,2}${byte.toString(16).padStart(2, '0')}`);
    const units = sign.split('').map((unit) => `${BACKSLASHES}u${hex(unit.charCodeAt(0), 4)}`);
    const short = /["\\/]/.test(sign) ? '' : JSON.stringify(sign).slice(2, -1);
    const forms = [`(?:${BACKSLASHES})?(?:${literal(sign)}|${bytes.join('')})`, units.join('')];
    if (/^[nrtbf]$/.test(short)) forms.push(BACKSLASHES + short);
    if (sign === ' ') forms.push(String.raw`\+`);
    return `(?:${forms.join('|')})`;
  }).join('');

const hex = (value: number, digits: number) => value.toString(16).padStart(digits, '0');

/** Of what is in base64 or hexadecimal digits, so many characters are no chance. */
const MIN_ENCODED = 6;

/** As base64 of either alphabet has it, at each of the three places that it may begin at, and as hexadecimal digits. */
function digitsOf(value: string): string[] {
  const inBase64 = [0, 1, 2].map((before) => {
    const bytes = Buffer.from('\0'.repeat(before) + value);
    // What the bytes around it have a part in is left out.
    return bytes.toString('base64').slice(Math.ceil((before * 4) / 3), Math.floor((bytes.length * 4) / 3));
  });
  const forms = [...inBase64, Buffer.from(value).toString('hex')].filter(
    ({ length }) => length >= MIN_ENCODED,
  );
  return forms.map((form) =>
    form.replaceAll(/[+/]/g, (sign) => `(?:${spelt(sign)}|${sign === '+' ? '-' : '_'})`),
  );
}

/** @param by what stands in place of each value */
export const encodedMasks = (values: readonly string[], by: string): readonly Mask[] =>
  values.flatMap((value) => digitsOf(value).map((form) => maskOf(new RegExp(form, 'gi'), () => by)));

/** A mask for secrets that are known, the longest first: one may be a part of another. */
export const knownMasks = (secrets: Iterable<string>): readonly Mask[] =>
  [...secrets]
    .toSorted((one, other) => other.length - one.length)
    .flatMap((secret) => [
      maskOf(new RegExp(spelt(secret), 'gi'), () => KEY),
      ...encodedMasks([secret], KEY),
    ]);

/** Of the value of a secret field, what is one by itself, wherever it stands: no scheme, and no short plain word. */
export const secretWords = (value: string): string[] =>
  value.split(/[\s:]+/).filter((word) => !word.includes(KEY) && word.length >= (looksSecret(word) ? 4 : 8));

/** What masks find in a text, without what they leave of it. */
export function secretsIn(text: string, masks: readonly Mask[]): string[] {
  const valueOf = ({ from, to, by }: Found) => {
    const at = by.indexOf(KEY);
    return text.slice(from + at, to - (by.length - at - KEY.length));
  };
  return masks.flatMap((find) => Array.from(find(text), valueOf)).flatMap(secretWords);
}
