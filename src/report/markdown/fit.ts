/** A text that must not be longer than its reader takes. Pure. */
import { LAST_LEVEL, limitsAt, type Limits } from './limits.js';

/**
 * The most that fits: less and less is shown of every part until it does, and if nothing else helps the essentials alone,
 * as many of them, in their order, as there is room for.
 */
export function fitted(
  render: (limits: Limits) => string,
  essentials: (limits: Limits) => readonly string[],
  maxChars: number,
): string {
  for (let level = 0; level <= LAST_LEVEL; level++) {
    const text = render(limitsAt(level));
    if (text.length <= maxChars) return text;
  }
  return together(essentials(limitsAt(LAST_LEVEL)), maxChars);
}

/** Without the first there is nothing to say. */
function together([first = '', ...others]: readonly string[], maxChars: number): string {
  if (first.length >= maxChars) return '';
  let text = `${first}\n`;
  for (const block of others) {
    const longer = `${text}\n${block}\n`;
    if (longer.length <= maxChars) text = longer;
  }
  return text;
}
