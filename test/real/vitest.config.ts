import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** CI counts the tests of every suite from these files. */
const results = process.env['MCP_BISECT_TEST_RESULTS'];

/** Real releases from the registry: file after file, since some keep every core busy, and a few tests at once where a file says so. */
export default defineConfig({
  test: {
    root: fileURLToPath(new URL('../..', import.meta.url)),
    include: ['test/real/**/*.test.ts'],
    ...(results && { reporters: ['default', 'json'], outputFile: { json: `${results}/real.json` } }),
    testTimeout: 300_000,
    hookTimeout: 300_000,
    fileParallelism: false,
    maxConcurrency: 3,
  },
});
