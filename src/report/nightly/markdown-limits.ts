/** How long texts may be in the Markdown of the night. Pure. */

/** Characters of a cell or an item, and of the items that a list may have. */
export const CELL = 240;
export const MAX_ITEMS = 100;

/** GitHub counts bytes, and most of what is not English takes several. */
export const byteLength = (text: string): number => new TextEncoder().encode(text).length;
