/** A text that must not be longer than its reader takes. Pure. */
import { LAST_LEVEL, limitsAt, type Limits } from './limits.js';

/**
 * The most that fits: less and less is shown of every part until it does, and if nothing else helps the essentials alone,
 * as many of them, in their order, as there is room for.
 * @param sizeOf how long a text is, in the unit of `max`
 */
export function fitted(
  render: (limits: Limits) => string,
  essentials: (limits: Limits) => readonly string[],
  max: number,
  sizeOf: (text: string) => number = ({ length }) => length,
): string {
  for (let level = 0; level <= LAST_LEVEL; level++) {
    const text = render(limitsAt(level));
    if (sizeOf(text) <= max) return text;
  }
  return together(essentials(limitsAt(LAST_LEVEL)), max, sizeOf);
}

/** Without the first there is nothing to say. */
function together(
  [first = '', ...others]: readonly string[],
  max: number,
  sizeOf: (text: string) => number,
): string {
  if (sizeOf(first) >= max) return '';
  let text = `${first}\n`;
  for (const block of others) {
    const longer = `${text}\n${block}\n`;
    if (sizeOf(longer) <= max) text = longer;
  }
  return text;
}
