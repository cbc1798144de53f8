import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** CI counts the tests of every suite from these files. */
const results = process.env['MCP_BISECT_TEST_RESULTS'];

export default defineConfig({
  test: {
    root: fileURLToPath(new URL('..', import.meta.url)),
    include: ['test/**/*.test.ts'],
    exclude: ['test/real/**', 'test/browser/**', '**/node_modules/**'],
    ...(results && { reporters: ['default', 'json'], outputFile: { json: `${results}/unit.json` } }),
    // The files of custom/module.test.ts are a user's: Node loads them, as it would there.
    server: { deps: { external: [/mcp-bisect-scenario-/] } },
    // Most of the time is spent waiting for the tool, and what it starts, to end: vitest's own choice, a core less than
    // there are, is one file at a time on a machine with two.
    maxWorkers: availableParallelism() + 1,
    // Only what hangs is ended: on a machine that is busy with other work a test takes many times as long.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 60_000 } },
    // A file finds the modules of the one before it loaded: hundreds of files load much the same ones.
    isolate: false,
    coverage: { include: ['src/**'], reporter: ['text-summary'] },
  },
});
