import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** CI counts the tests of every suite from these files. */
const results = process.env['MCP_BISECT_TEST_RESULTS'];

/** Real releases from the registry: one at a time, so that what is measured is the client. */
export default defineConfig({
  test: {
    root: fileURLToPath(new URL('../..', import.meta.url)),
    include: ['test/real/**/*.test.ts'],
    reporters: ['default', ...(results ? ['json'] : [])],
    outputFile: { json: `${results}/real.json` },
    testTimeout: 300_000,
    hookTimeout: 300_000,
    fileParallelism: false,
  },
});
