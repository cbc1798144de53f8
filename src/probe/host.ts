/**
 * The host: the one process of the tool inside the sealed room. It opens the fixtures, starts the client beside them,
 * reports what happens, and leaves the room empty for the next probe. It judges nothing and knows no client.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { openFixtures, type Fixtures } from '../fixture/fixtures.js';
import { Journal } from '../fixture/journal.js';
import { clientEnvironment } from '../sandbox/environment.js';
import { emptyWritablePlaces, endEverything, leaveWithTheTool, thisRoom } from '../sandbox/inside.js';
import { runClient } from '../sandbox/process.js';
import { readLogs } from './debug-logs.js';
import type { Order, Report, StartOrder } from './protocol.js';

const room = thisRoom();
leaveWithTheTool(room);

/** The probe that is open: at most one at a time. */
interface OpenProbe {
  readonly fixtures: Fixtures;
  readonly journal: Journal;
  readonly ending: AbortController;
}

let probe: OpenProbe | undefined;

process.on('message', (order: Order) => {
  carryOut(order).catch(async (error: unknown) => {
    await clear();
    report({ type: 'failed', message: error instanceof Error ? error.message : String(error) });
  });
});
report({ type: 'ready' });

async function carryOut(order: Order): Promise<void> {
  switch (order.type) {
    case 'open':
      return open(order);
    case 'start':
      return start(order);
    case 'end':
      probe?.ending.abort();
  }
}

async function open({ gateway, model }: Extract<Order, { type: 'open' }>): Promise<void> {
  if (probe) throw new Error('a probe is open already');
  const journal = new Journal();
  const fixtures = await openFixtures({ gateway, model, journal });
  probe = { fixtures, journal, ending: new AbortController() };
  const { gatewayUrl, modelUrl } = fixtures;
  report({ type: 'opened', addresses: { gatewayUrl, modelUrl, home: room.home, work: room.work } });
}

async function start({ argv, env, files, debugLogs, limits }: StartOrder): Promise<void> {
  if (!probe) throw new Error('no probe is open');
  const { journal, ending } = probe;
  await writeFiles(files);
  journal.onEntry((entry) => report({ type: 'entry', entry }));
  journal.markStart();
  const run = await runClient({
    argv,
    env: clientEnvironment(room, env),
    cwd: room.work,
    wallMs: limits.wallMs,
    outputBytes: limits.outputBytes,
    floodBytes: limits.floodBytes,
    signal: ending.signal,
  });
  // Everything of this probe is ended before its log is read, so that nothing can change it meanwhile.
  await endEverything(room);
  const debugLog = await readLogs(debugLogs, limits.outputBytes);
  await clear();
  report({ type: 'done', run, debugLog });
}

async function writeFiles(files: StartOrder['files']): Promise<void> {
  for (const [path, contents] of Object.entries(files)) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, contents);
  }
}

/** Ends what is left of the probe and empties the room. */
async function clear(): Promise<void> {
  await endEverything(room);
  await probe?.fixtures.close();
  probe = undefined;
  emptyWritablePlaces(room);
}

function report(message: Report): void {
  process.send?.(message);
}
