import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** Real releases from the registry: one at a time, so that what is measured is the client. */
export default defineConfig({
  test: {
    root: fileURLToPath(new URL('../..', import.meta.url)),
    include: ['test/real/**/*.test.ts'],
    testTimeout: 300_000,
    hookTimeout: 300_000,
    fileParallelism: false,
  },
});
