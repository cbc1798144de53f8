// Compares, in one run, on the same five releases and the same arms:
//   cold: the whole bisection with an empty cache, against the way by hand (npm pack, tar xzf, run, one after another);
//   warm: the bisection with everything fetched, against the client's runs alone, one after another.
// And measures the tool's peak memory while a 175 MB tarball passes through.
//
//   npm run bench -- [rounds] [--any-time]
//
// Needs the npm registry, bubblewrap, and a machine that does nothing else, or --any-time: then only answers have to be right.
// Prints a table in Markdown.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
const bin = join(root, 'bin', 'mcp-bisect.js');
const PACKAGE = '@anthropic-ai/claude-code-linux-x64';
const RELEASES = ['2.1.142', '2.1.150', '2.1.146', '2.1.148', '2.1.147'];
const LARGE = '2.1.330';
const [rounds = 3] = process.argv.slice(2).map(Number);
const anyTime = process.argv.includes('--any-time');

/** Milliseconds that `action` takes, and what it gives. What was written before is on the disk when it begins. */
async function timed(action) {
  await run('sync');
  const began = performance.now();
  const value = await action();
  return { ms: performance.now() - began, value };
}

const bisection = (cache, ...more) =>
  run(process.execPath, [
    bin,
    'run',
    '--good',
    '2.1.142',
    '--bad',
    '2.1.150',
    // By hand nothing is run twice either.
    '--confirm',
    '0',
    '--json',
    '--quiet',
    '--cache-dir',
    cache,
    ...more,
  ]);

function answerOf({ stdout }, downloads) {
  const document = JSON.parse(stdout);
  if (
    document.firstBad !== '2.1.147' ||
    document.probed.join() !== RELEASES.join() ||
    document.downloads < downloads
  )
    throw new Error(`not the expected bisection: ${stdout}`);
}

/** Fetches and unpacks as one would by hand. */
async function packAndUnpack(folder, version) {
  const place = join(folder, version);
  mkdirSync(place);
  const spec = `${PACKAGE}@${version}`;
  const { stdout } = await run('npm', ['pack', spec, '--silent', '--cache', join(folder, 'npm')], {
    cwd: place,
  });
  await run('tar', ['xzf', stdout.trim()], { cwd: place });
  return join(place, 'package', 'claude');
}

/** The client's own milliseconds, run after run, in a sealed room that is not counted. */
async function bareRuns(executables) {
  const room = ['--ro-bind', '/', '/', '--dev', '/dev', '--proc', '/proc', '--unshare-net', '--unshare-pid'];
  const script = join(root, 'test', 'bench', 'bare-runs.mjs');
  const writable = ['--bind', '/tmp', '/tmp', '--die-with-parent'];
  const { stdout } = await run('bwrap', [...room, ...writable, process.execPath, script, ...executables]);
  return JSON.parse(stdout).reduce((sum, ms) => sum + ms, 0);
}

async function byHand(folder) {
  let ms = 0;
  for (const version of RELEASES) {
    const fetched = await timed(() => packAndUnpack(folder, version));
    ms += fetched.ms + (await bareRuns([fetched.value]));
  }
  return ms;
}

async function round() {
  const folder = mkdtempSync(join(tmpdir(), 'mcp-bisect-bench-'));
  try {
    const hand = await byHand(folder);
    const cache = join(folder, 'cache');
    const cold = await timed(() => bisection(cache));
    answerOf(cold.value, RELEASES.length);
    const bare = await bareRuns(RELEASES.map((version) => join(folder, version, 'package', 'claude')));
    const warm = await timed(() => bisection(cache, '--fresh'));
    answerOf(warm.value, 0);
    return { hand, cold: cold.ms, bare, warm: warm.ms };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Peak resident memory of the tool's own process, in MB, while it fetches and runs the large release. */
async function peakMemory() {
  const cache = mkdtempSync(join(tmpdir(), 'mcp-bisect-bench-'));
  const tool = spawn(process.execPath, [bin, 'probe', LARGE, '--quiet', '--cache-dir', cache], {
    stdio: 'ignore',
  });
  let peak = 0;
  const watch = setInterval(() => {
    const status = readFileSync(`/proc/${tool.pid}/status`, 'utf8');
    peak = Math.max(peak, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0));
  }, 20);
  const [code] = await once(tool, 'exit');
  clearInterval(watch);
  rmSync(cache, { recursive: true, force: true });
  if (code !== 0) throw new Error(`probe ${LARGE} ended with ${code}`);
  return (peak * 1024) / 1e6;
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`;

const results = [];
for (let index = 0; index < rounds; index += 1) {
  const result = await round();
  results.push(result);
  const { hand, cold, bare, warm } = result;
  console.log(
    `| ${index + 1} | ${seconds(hand)} | ${seconds(cold)} | ${(cold / hand).toFixed(2)} | ${seconds(bare)} | ${seconds(warm)} | ${(warm / bare).toFixed(2)} |`,
  );
}
const coldRatio = median(results.map(({ cold, hand }) => cold / hand));
const warmRatio = median(results.map(({ warm, bare }) => warm / bare));
const memory = await peakMemory();
console.log(
  `median: cold ${coldRatio.toFixed(2)} of the way by hand, warm ${warmRatio.toFixed(2)} of the bare runs`,
);
console.log(`peak memory with ${LARGE}: ${Math.round(memory)} MB; ${availableParallelism()} cores`);

const missed = [
  coldRatio > 0.4 && 'cold is more than 0.4 of the way by hand',
  warmRatio > 1.3 && 'warm is more than 1.3 of the bare runs',
  memory > 250 && 'peak memory is more than 250 MB',
].filter(Boolean);
if (missed.length > 0) console.error(`missed: ${missed.join('; ')}`);
process.exitCode = missed.length > 0 && !anyTime ? 1 : 0;
