/** The signs of results in Markdown, each beside the word that says the same. Pure. */
import type { CellResult } from './version-table.js';

const SIGNS: Readonly<Record<CellResult, string>> = {
  good: '✅',
  bad: '❌',
  skip: '⏭',
  flaky: '⚠️',
  untested: '·',
};

/** `❌ bad` */
export const signed = (result: CellResult): string => `${SIGNS[result]} ${result}`;
