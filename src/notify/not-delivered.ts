/** The one error of all channels, and texts of strangers made fit for it. */
import { BisectError, type ErrorDetails } from '../errors.js';

/** @returns a `NOT_DELIVERED` error; nothing in it may be secret */
export function notDelivered(message: string, details: ErrorDetails): BisectError {
  return new BisectError('NOT_DELIVERED', message, details);
}

/** One short line of a text that somebody else wrote, without `secrets`: a server may repeat what it was sent. */
export function oneLine(text: string, secrets: readonly string[] = [], length = 300): string {
  // The secrets first: a longer text is cut, maybe in the middle of one.
  const line = withoutSecrets(text, secrets)
    .replaceAll(/[\p{Cc}\s]+/gu, ' ')
    .trim();
  return line.length > length ? `${withoutHalf(line.slice(0, length - 1))}…` : line;
}

function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets
    .filter((secret) => secret !== '')
    .reduce((cut, secret) => cut.replaceAll(secret, '***'), text);
}

/** What is left of a character outside the basic plane that a cut went through. */
export function withoutHalf(cut: string): string {
  return cut.replace(/[\uD800-\uDBFF]$/, '').replace(/^[\uDC00-\uDFFF]/, '');
}
