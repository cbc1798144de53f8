import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** CI counts the tests of every suite from these files. */
const results = process.env['MCP_BISECT_TEST_RESULTS'];

export default defineConfig({
  test: {
    root: fileURLToPath(new URL('..', import.meta.url)),
    include: ['test/**/*.test.ts'],
    exclude: ['test/real/**', 'test/browser/**', '**/node_modules/**'],
    reporters: ['default', ...(results ? ['json'] : [])],
    outputFile: { json: `${results}/unit.json` },
    // The files of scenario-file.test.ts are a user's: Node loads them, as it would there.
    server: { deps: { external: [/mcp-bisect-scenario-/] } },
    testTimeout: 30_000,
    hookTimeout: 30_000,
    coverage: { include: ['src/**'], reporter: ['text-summary'] },
  },
});
