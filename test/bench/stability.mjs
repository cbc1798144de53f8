// Runs the reported bisection again and again, under a load and a number of jobs that change from run to run in a
// shuffled order, and counts the answers.
//
//   npm run stability -- [bisections] [seed] [more arguments of "mcp-bisect run"]
//
// Every bisection is --fresh: nothing comes from the ledger. Prints a table in Markdown; ends with 1 if any boundary was
// wrong. Needs the npm registry (five tarballs, once) and bubblewrap.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
const bin = join(root, 'bin', 'mcp-bisect.js');
const [bisections = '100', seed = '1', ...more] = process.argv.slice(2);

const LOADS = [0, 1, 2, 3];
const JOBS = [1, 2, 3, 4];

/** A random number generator that gives the same numbers for the same seed (mulberry32). */
function numbers(state) {
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Every combination of load and jobs equally often, in an order that the seed decides. */
function settings(count, random) {
  const all = LOADS.flatMap((load) => JOBS.map((jobs) => ({ load, jobs })));
  const list = Array.from({ length: count }, (_, index) => all[index % all.length]);
  return list
    .map((setting) => ({ setting, place: random() }))
    .toSorted((one, other) => one.place - other.place)
    .map(({ setting }) => setting);
}

/** Ends by itself when whoever started it is gone. */
const LOOP = 'const parent = process.ppid; for (let n = 0; n % 1e7 || process.ppid === parent; n += 1);';

async function busy(count, action) {
  const loops = Array.from({ length: count }, () =>
    spawn(process.execPath, ['--eval', LOOP], { stdio: 'ignore' }),
  );
  try {
    return await action();
  } finally {
    await Promise.all(loops.map((loop) => (loop.kill('SIGKILL'), once(loop, 'exit'))));
  }
}

/** The document of one bisection, whatever its exit code. */
async function bisect(jobs, cache) {
  const bounds = ['--good', '2.1.142', '--bad', '2.1.150'];
  const options = ['--fresh', '--json', '--quiet', '--jobs', String(jobs), '--cache-dir', cache];
  try {
    const { stdout } = await run(process.execPath, [bin, 'run', ...bounds, ...options, ...more]);
    return JSON.parse(stdout);
  } catch (error) {
    return JSON.parse(error.stdout);
  }
}

function kindOf(document) {
  if (document.error) return `failed: ${document.error.code}`;
  if (document.outcome !== 'found') return document.outcome;
  return document.lastGood === '2.1.146' && document.firstBad === '2.1.147' ? 'right' : 'wrong';
}

const cache = mkdtempSync(join(tmpdir(), 'mcp-bisect-stability-'));
const random = numbers(Number(seed));
const counts = new Map();
const perLoad = new Map(LOADS.map((load) => [load, { runs: 0, ms: 0, skips: 0, flaky: 0 }]));
try {
  // The first one fetches; it counts for nothing.
  await bisect(4, cache);
  for (const [index, { load, jobs }] of settings(Number(bisections), random).entries()) {
    const document = await busy(load, () => bisect(jobs, cache));
    const kind = kindOf(document);
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
    const row = perLoad.get(load);
    row.runs += 1;
    row.ms += document.elapsedMs ?? 0;
    row.skips += document.table?.filter(({ rounds }) => rounds.skip > 0).length ?? 0;
    row.flaky += document.table?.filter(({ flaky }) => flaky).length ?? 0;
    process.stderr.write(`${index + 1} of ${bisections}: ${load} busy loops, ${jobs} jobs: ${kind}\n`);
    if (kind !== 'right') process.stderr.write(`${JSON.stringify(document)}\n`);
  }
} finally {
  rmSync(cache, { recursive: true, force: true });
}

const title = ['claude-code 2.1.142 … 2.1.150', ...more].join(' ');
process.stdout.write(`${title}, seed ${seed}, ${availableParallelism()} cores, jobs 1 to 4\n\n`);
process.stdout.write(
  '| busy loops beside it | bisections | mean time | releases with a skipped round | flaky releases |\n',
);
process.stdout.write('|---|---|---|---|---|\n');
for (const [load, { runs, ms, skips, flaky }] of perLoad)
  if (runs > 0)
    process.stdout.write(
      `| ${load} | ${runs} | ${(ms / runs / 1000).toFixed(1)} s | ${skips} | ${flaky} |\n`,
    );
process.stdout.write(`\n${[...counts].map(([kind, count]) => `${count} ${kind}`).join(', ')}\n`);
process.exitCode = counts.get('right') === Number(bisections) ? 0 : 1;
