/** The style sheet of the page: one text, whose digest the page's policy names. */
import { COLOURS } from './style/colours.js';
import { DIFFERENCE } from './style/difference.js';
import { GLANCE } from './style/glance.js';
import { PAGE } from './style/page.js';
import { PATH } from './style/path.js';
import { PRINT } from './style/print.js';
import { SEQUENCE } from './style/sequence.js';
import { TIMELINE } from './style/timeline.js';

const written = [COLOURS, PAGE, GLANCE, TIMELINE, SEQUENCE, DIFFERENCE, PATH, PRINT].join('\n');

/** Without the white space between rules, which is half of it. */
export const STYLE: string = written
  .split('\n')
  .map((line) => line.trim())
  .filter(Boolean)
  .join('\n');
