/**
 * The host: the one process of the tool inside the sealed room. It opens the fixtures, starts the client beside them,
 * reports what happens, and leaves the room empty for the next probe. It judges nothing and knows no client.
 */
import { lstat, mkdir, open as openFile, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BisectError } from '../errors.js';
import { openFixtures, type Fixtures } from '../fixture/fixtures.js';
import { waitOut } from '../fixture/hold.js';
import { Journal } from '../fixture/journal.js';
import {
  clientEnvironment,
  emptyWritablePlaces,
  endEverything,
  fullPlace,
  leaveWithTheTool,
  thisRoom,
} from '../sandbox/inside.js';
import { type Capture, type ClientCommand, type ClientRun, runClient } from '../sandbox/process.js';
import { runInTerminal, type Attendant, type Line } from '../sandbox/terminal.js';
import type { Order, HostReport, StartOrder } from './protocol.js';

const room = thisRoom();
leaveWithTheTool(room);

/** The probe that is open: at most one at a time. */
interface OpenProbe {
  readonly fixtures: Fixtures;
  readonly journal: Journal;
  readonly ending: AbortController;
}

let probe: OpenProbe | undefined;
/** To the client's terminal, where somebody is at their own. */
let line: Line | undefined;

process.on('message', (order: Order) => {
  carryOut(order).catch(async (error: unknown) => {
    await clear();
    report({ type: 'failed', message: messageOf(error) });
  });
});
report({ type: 'ready' });

/** With the way out, where there is one. */
function messageOf(error: unknown): string {
  if (error instanceof BisectError && error.hint) return `${error.message}; ${error.hint}`;
  return error instanceof Error ? error.message : String(error);
}

async function carryOut(order: Order): Promise<void> {
  switch (order.type) {
    case 'open':
      return open(order);
    case 'start':
      return start(order);
    case 'typed':
      line?.type(Buffer.from(order.data, 'base64'));
      return;
    case 'resized':
      line?.resize(order);
      return;
    case 'end':
      probe?.ending.abort();
  }
}

async function open({ gateway, model }: Extract<Order, { type: 'open' }>): Promise<void> {
  if (probe) throw new Error('a probe is open already');
  const journal = new Journal();
  const fixtures = await openFixtures({ gateway, model, journal });
  probe = { fixtures, journal, ending: new AbortController() };
  const { server, modelUrl } = fixtures;
  report({ type: 'opened', addresses: { server, modelUrl, home: room.home, work: room.work } });
}

async function start({ argv, env, files, debugLogs, terminal, limits }: StartOrder): Promise<void> {
  if (!probe) throw new Error('no probe is open');
  const { journal, ending } = probe;
  await writeFiles(files);
  journal.onEntry((entry) => {
    // What the journal no longer keeps is not kept by the tool either.
    if (journal.omitted === 0) report({ type: 'entry', entry });
  });
  journal.markStart();
  const command = { argv, env: clientEnvironment(room, env), cwd: room.work, ...limits };
  const { screen, ...run } = await runWith(terminal, { ...command, signal: ending.signal }, journal);
  line = undefined;
  // Everything of this probe is ended before its log is read, so that nothing can change it meanwhile.
  await endEverything(room);
  const debugLog = await readLogs(debugLogs, limits.outputBytes);
  const full = fullPlace(room);
  await clear();
  report({ type: 'done', run, debugLog, screen, fullPlace: full, journalOmitted: journal.omitted });
}

type Ran = ClientRun & { readonly screen: readonly string[] | null };

async function runWith(
  terminal: StartOrder['terminal'],
  command: ClientCommand & { readonly signal: AbortSignal },
  journal: Journal,
): Promise<Ran> {
  if (!terminal) return { ...(await runClient(command)), screen: null };
  const { columns, rows, attended } = terminal;
  const { signal } = command;
  const steps = terminal.steps.map(({ when, hold, type }) => ({
    when: new RegExp(when, 'u'),
    // The user's own doing belongs to no exchange.
    ...(hold && { ready: () => waitOut(hold, { journal, exchange: NO_EXCHANGE, signal }) }),
    type,
  }));
  const attendant = attended === undefined ? undefined : attendantAt(attended);
  return runInTerminal({ ...command, columns, rows, steps, attendant });
}

/** Somebody at the tool's end. */
function attendantAt(term: string): Attendant {
  return {
    term,
    show: (chunk) =>
      new Promise((resolve) => {
        const written: HostReport = { type: 'written', data: chunk.toString('base64') };
        process.send?.(written, undefined, undefined, () => resolve());
      }),
    attach: (opened) => {
      line = opened;
    },
  };
}

const NO_EXCHANGE = -1;

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

function report(message: HostReport): void {
  process.send?.(message);
}

/**
 * The text of the regular files among `places` (files, or folders of files), in order of name, up to `maxBytes` in
 * all. Links and special files are left out: a client could lead a reader anywhere, or let it hang.
 */
async function readLogs(places: readonly string[], maxBytes: number): Promise<Capture> {
  const files = (await Promise.all(places.map(regularFiles))).flat();
  let text = '';
  let bytes = 0;
  for (const file of files) {
    const { size } = await lstat(file);
    text += await readStart(file, Math.max(0, maxBytes - bytes));
    bytes += size;
  }
  return { text, bytes, capped: bytes > maxBytes };
}

async function regularFiles(place: string): Promise<string[]> {
  const names = await readdir(place, { withFileTypes: true }).catch(() => null);
  if (names)
    return names
      .filter((entry) => entry.isFile())
      .map((entry) => join(place, entry.name))
      .toSorted();
  const found = await lstat(place).catch(() => null);
  return found?.isFile() ? [place] : [];
}

async function readStart(file: string, length: number): Promise<string> {
  const handle = await openFile(file);
  try {
    const buffer = Buffer.alloc(Math.min(length, (await handle.stat()).size));
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await handle.close();
  }
}
