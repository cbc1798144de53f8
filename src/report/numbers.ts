/** Times and counts as a reader says them. Pure. */
import { minutes } from './words.js';

/** `640` → `640 ms`, `12400` → `12.4 s`, `754000` → `12 min 34 s` */
export function minutesAndSeconds(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  const seconds = Math.round(ms / 1_000);
  if (seconds < 60) return `${(ms / 1_000).toFixed(1)} s`;
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** `2026-05-21 21:31 UTC` */
export const atMinute = (iso: string): string => `${minutes(iso)} UTC`;

/** `10485760` → `10,485,760` */
export const grouped = (count: number): string => count.toLocaleString('en');
