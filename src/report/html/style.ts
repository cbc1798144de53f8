/** Style sheets: each one text, whose digest the policy of its page names (shell.ts). */
import { COLOURS } from './style/colours.js';
import { DIFFERENCE } from './style/difference.js';
import { GLANCE } from './style/glance.js';
import { PAGE } from './style/page.js';
import { PATH } from './style/path.js';
import { PRINT } from './style/print.js';
import { SEQUENCE } from './style/sequence.js';
import { TIMELINE } from './style/timeline.js';

/** Its parts in order, without the white space between rules, which is half of them. */
export function styleSheet(parts: readonly string[]): string {
  return parts
    .join('\n')
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
    .join('\n');
}

/** That of a report. */
export const STYLE: string = styleSheet([COLOURS, PAGE, GLANCE, TIMELINE, SEQUENCE, DIFFERENCE, PATH, PRINT]);
