// A process that uses the compiled store and tells what happens, one JSON line per event. See ../child.ts.
import { execSync } from 'node:child_process';
import { createReadStream, readFileSync } from 'node:fs';
import promises from 'node:fs/promises';
import { get } from 'node:http';
import { once } from 'node:events';
import { syncBuiltinESMExports } from 'node:module';
import { openStore } from '../../../dist/store/store.js';

const job = JSON.parse(process.argv[2] ?? '');
// To a pipe, so the write is synchronous: what was said before a SIGKILL has been said.
const say = (event, facts = {}) => process.stdout.write(`${JSON.stringify({ event, ...facts })}\n`);

// The store is loaded by now: Node's loader reads modules with the same functions.
let calls = 0;
for (const [name, call] of Object.entries(promises)) {
  if (typeof call !== 'function') continue;
  promises[name] = async (...args) => {
    if (name === 'rename' && job.stopBeforeRename) stop();
    beforeCall();
    const result = await call(...args);
    if (name === 'open') wrapWrites(result);
    return result;
  };
}
syncBuiltinESMExports();

function wrapWrites(handle) {
  const write = handle.write.bind(handle);
  handle.write = (...args) => {
    beforeCall();
    return write(...args);
  };
}

let stopped = false;
function stop() {
  if (stopped) return;
  stopped = true;
  say('stopping');
  process.kill(process.pid, 'SIGSTOP');
}

function beforeCall() {
  calls += 1;
  if (calls === job.dieBefore) process.kill(process.pid, 'SIGKILL');
}

// Not maxRSS of getrusage: a process inherits that from the one that started it.
function peakBytes() {
  const status = readFileSync('/proc/self/status', 'utf8');
  return Number(/VmHWM:\s*(\d+) kB/.exec(status)?.[1]) * 1024;
}

async function openTarball() {
  if (job.atOpening !== undefined) execSync(job.atOpening);
  const url = new URL(job.url);
  if (url.protocol === 'file:') return { stream: createReadStream(url), size: undefined };
  const [stream] = await once(get(url), 'response');
  return { stream, size: undefined };
}

try {
  const store = await openStore({ dir: job.dir, limitBytes: job.limitBytes ?? 1e9, openTarball });
  say('opened');
  if (job.action === 'acquire' || job.action === 'hold') {
    const got = await store.acquire(job.source, { onProgress: (progress) => say('progress', progress) });
    say('acquired', {
      path: got.path,
      downloaded: got.downloaded,
      peak: peakBytes(),
    });
    if (job.action === 'hold') await once(process.stdin.resume(), 'end');
    await got.release();
  } else if (job.action === 'verify') {
    await store.verify();
  } else {
    const stdin = process.stdin.resume();
    do {
      const { removed } = await store.prune({ all: true });
      say('pruned', { removed: removed.length });
    } while (job.action === 'churn' && !stdin.readableEnded);
  }
  say('done', { calls });
} catch (error) {
  say('failed', { code: error.code, message: error.message, hint: error.hint });
}
process.exit();
