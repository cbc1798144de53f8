/**
 * A program that is given away without what others must not read, and still runs: only texts and comments in it are changed,
 * never its code. Each secret gets a stand-in of its own, so that two of them stay two. Pure.
 */
import { masked, type Mask } from './mask.js';
import { looksSecret, SECRETS, withoutSecrets } from './secrets.js';

/** Comments, and texts in quotes of each kind. A regular expression with quotes in it is taken for more than it is. */
const LITERAL = /\/\/[^\n]*|\/\*[\s\S]*?\*\/|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\[\s\S]|[^`\\])*`/g;
/** What a text is called stands before it, in the same line: `token: '…'`, `'x-api-key', '…'`. */
const NAME_CHARS = 200;
const STAND_IN = /\bredacted-\d+\b/;

const SCHEME = /^(?:bearer|basic|digest|token|apikey) +/i;
/** `${TOKEN}` is code: the secret is where that has its value from. */
const isExpression = (value: string): boolean => {
  const written = value.replaceAll(/\$\{[^}]*\}/g, '');
  return written !== value && !looksSecret(written);
};

/** Whether something in a program was replaced, so that it need not do what it did. */
export const hasStandIns = (source: string): boolean => STAND_IN.test(source);

/**
 * The program without secrets and names. A second time changes nothing.
 * @param values secrets that are known by their value
 * @param names masks for who wrote it, and where
 */
export function redactedSource(source: string, values: readonly string[], names: readonly Mask[]): string {
  const numbers = new Map<string, string>();
  const standIn = (value: string): string => {
    const [scheme = ''] = SCHEME.exec(value) ?? [];
    const secret = value.slice(scheme.length);
    if (STAND_IN.test(secret) || isExpression(secret)) return value;
    const known = numbers.get(secret) ?? `redacted-${numbers.size + 1}`;
    numbers.set(secret, known);
    return scheme + known;
  };
  return source.replaceAll(LITERAL, (literal: string, at: number) => {
    const text = values.reduce((kept, value) => kept.replaceAll(value, standIn), literal);
    const start = Math.max(source.lastIndexOf('\n', at) + 1, at - NAME_CHARS);
    const before = withoutSecrets(source.slice(start, at));
    const both = masked(before + text, SECRETS, standIn);
    const kept = both.startsWith(before) ? both.slice(before.length) : masked(text, SECRETS, standIn);
    return masked(kept, names);
  });
}
