/** Small pieces of text that several outputs share. */

/** `a`, `a or b`, `a, b or c` */
export function listed(items: readonly string[], word: 'and' | 'or'): string {
  const last = items.at(-1) ?? '';
  return items.length > 1 ? `${items.slice(0, -1).join(', ')} ${word} ${last}` : last;
}

/** `2026-05-21T21:31:12.533Z` → `2026-05-21 21:31`. */
export function minutes(iso: string): string {
  return iso.slice(0, 16).replace('T', ' ');
}

/** `0.973` → `97 %`, rounded down: nothing is said to be surer than it is. */
export function percent(share: number): string {
  return `${Math.floor(share * 100)} %`;
}
