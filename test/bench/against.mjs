// Compares this build with another one, side by side in one run: the start, a bisection on an empty cache, one with everything
// fetched, and an answer from the ledger.
//
//   npm run build && node test/bench/against.mjs <folder of another build> [--rounds 9] [--real] [--limit 1.05]
//
// The two take turns, and who begins changes from round to round. The releases are miniature clients of a registry on loopback;
// with --real they are the real ones, as for `npm start`. Prints a table in Markdown: a ratio above 1 means that this build is
// slower. With --limit it ends with 1 if a median is above it.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { createViteServer } from 'vitest/node';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '9' },
    real: { type: 'boolean', default: false },
    limit: { type: 'string' },
  },
});
if (positionals.length !== 1) throw new Error('name the folder of the other build');
const root = fileURLToPath(new URL('../..', import.meta.url));
const BUILDS = { this: root, other: resolve(positionals[0]) };
const FIRST_BAD = 147;

/** The reported bisection's releases, as miniature clients. */
async function startMiniatures() {
  const vite = await createViteServer({
    root,
    configFile: false,
    server: { middlewareMode: true, watch: null, ws: false },
    optimizeDeps: { noDiscovery: true },
  });
  const { startRegistry } = await vite.ssrLoadModule('/test/helpers/registry.ts');
  const { publishScript } = await vite.ssrLoadModule('/test/helpers/fake-client.ts');
  await vite.close();
  const registry = await startRegistry();
  for (let patch = 142; patch <= 150; patch += 1)
    publishScript(registry, `2.1.${patch}`, patch < FIRST_BAD ? 'good' : 'loses-tools');
  return registry;
}

/** Milliseconds that a build takes for a command line, and what it printed. */
async function timed(build, args) {
  const began = performance.now();
  const { stdout } = await promisify(execFile)(process.execPath, [
    join(BUILDS[build], 'bin/mcp-bisect.js'),
    ...args,
  ]);
  return { ms: performance.now() - began, stdout };
}

const folder = mkdtempSync(join(tmpdir(), 'mcp-bisect-against-'));
const registry = values.real ? undefined : await startMiniatures();

/** The bisection of `npm start`, in a cache of the build's own. */
async function bisection(build, cache, ...more) {
  const place = ['--cache-dir', join(folder, `${build}-${cache}`)];
  const from = registry ? ['--registry', registry.url] : [];
  const bounds = ['--good', '2.1.142', '--bad', '2.1.150', '--json', '--quiet'];
  const { ms, stdout } = await timed(build, ['run', ...bounds, ...place, ...from, ...more]);
  const { firstBad } = JSON.parse(stdout);
  if (firstBad !== `2.1.${FIRST_BAD}`) throw new Error(`${build}: not the expected answer: ${stdout}`);
  return ms;
}

const CASES = {
  '--help': async (build) => (await timed(build, ['--help'])).ms,
  'on an empty cache': (build, round) => bisection(build, `cold-${round}`),
  'everything fetched, --fresh': (build) => bisection(build, 'warm', '--fresh'),
  'from the ledger': (build) => bisection(build, 'warm'),
};

/** What a share of the values is below of: 0.5 for the median. */
const quantile = (numbers, share) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length * share)];

const times = Object.keys(CASES).map((title) => ({ title, this: [], other: [] }));
try {
  for (let round = 0; round <= Number(values.rounds); round += 1)
    for (const { title, ...taken } of times)
      for (const build of round % 2 ? ['this', 'other'] : ['other', 'this']) {
        const ms = await CASES[title](build, round);
        rmSync(join(folder, `${build}-cold-${round}`), { recursive: true, force: true });
        // The first round fills caches, the disk's as well.
        if (round > 0) taken[build].push(ms);
      }
} finally {
  await registry?.close();
  rmSync(folder, { recursive: true, force: true });
}

const medians = times.map(({ title, ...taken }) => {
  const ratios = taken.this.map((ms, round) => ms / taken.other[round]);
  const [low, median, high] = [0.25, 0.5, 0.75].map((share) => quantile(ratios, share).toFixed(2));
  const [own, other] = [taken.this, taken.other].map((ms) => `${Math.round(quantile(ms, 0.5))} ms`);
  return { row: `| ${title} | ${own} | ${other} | ${median} | ${low} to ${high} |`, title, median };
});
console.log(`${values.rounds} rounds, ${availableParallelism()} cores${registry ? '' : ', real releases'}\n`);
console.log('| | this build | the other | ratio | half of them |\n|---|---|---|---|---|');
for (const { row } of medians) console.log(row);
const slower = medians.filter(({ median }) => Number(median) > Number(values.limit ?? Infinity));
for (const { title, median } of slower) console.error(`${title}: ${median} is above ${values.limit}`);
process.exitCode = slower.length > 0 ? 1 : 0;
