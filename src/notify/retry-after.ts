/**
 * How long a server asks to be left alone (RFC 9110, *Retry-After*): seconds, or a date.
 * @returns milliseconds from `now` on, 0 for a date that has passed; undefined where the header is missing or says neither
 */
export function retryAfterMs(header: string | null | undefined, now = Date.now()): number | undefined {
  const text = header?.trim() ?? '';
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  // Date.parse takes much for a date; all forms of one in HTTP begin with the day of the week.
  const date = /^[A-Za-z]{3,9},? /.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
