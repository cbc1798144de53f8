import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** CI counts the tests of every suite from these files. */
const results = process.env['MCP_BISECT_TEST_RESULTS'];

/** Pages in the browser that they are looked at with. */
export default defineConfig({
  test: {
    root: fileURLToPath(new URL('../..', import.meta.url)),
    include: ['test/browser/**/*.test.ts'],
    ...(results && { reporters: ['default', 'json'], outputFile: { json: `${results}/browser.json` } }),
    testTimeout: 60_000,
    hookTimeout: 60_000,
    fileParallelism: false,
  },
});
