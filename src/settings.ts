/** What the command line and the library take when they are told nothing. */
import { availableParallelism } from 'node:os';

/** `interactive`: in a pseudo-terminal, its prompt typed. `static`: not at all, a command reads the executable. */
export type Mode = 'headless' | 'interactive' | 'static';

export const DEFAULT_CLIENT = 'claude-code';
export const DEFAULT_SCENARIO = 'get-stream-404';

/** Wall clock of one run of a client: some thirty times what it needs. */
export const DEFAULT_TIMEOUT_MS = 30_000;

/** How much the store keeps: some forty executables. */
export const DEFAULT_CACHE_LIMIT_BYTES = 10 * 2 ** 30;

/**
 * One more than cores, since a run also waits for held answers (docs/performance.md); with many at once the clients wait
 * for the disk and each other.
 */
export const defaultJobs = (): number => Math.min(4, availableParallelism() + 1);
