/** A room with the obedient host of host.mjs, and a look from outside at what is left of it. */
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { setTimeout as wait } from 'node:timers/promises';
import type { ClientCommand, ClientRun } from '../../src/sandbox/process.js';
import type { Isolation } from '../../src/sandbox/steps.js';
import { type Room, spawnRoom } from '../../src/sandbox/room.js';

const here = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

export const PROJECT = here('../..');
export const CLIENTS = here('../fixtures/clients');
export const DIST = here('../../dist');
/** What every test shows in its rooms. `package.json` too, since it says that the modules in dist are ESM. */
export const SHOWN = [DIST, here('../../package.json'), CLIENTS, here('host.mjs')];

export interface TrialRoom {
  readonly room: Room;
  /** Occurs in the arguments of the host, and of each program that a test gives it to. */
  readonly marker: string;
  ask(order: string, argument?: unknown): Promise<unknown>;
  run(argv: readonly string[], limits?: Partial<ClientCommand>): Promise<ClientRun>;
}

interface Question {
  readonly id: number;
  readonly order: string;
  readonly argument: unknown;
}

interface Answer {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: { readonly code: string; readonly message: string };
}

/** Opens a room whose host is ready. */
export async function openRoom(isolation: Isolation, readOnly: readonly string[] = []): Promise<TrialRoom> {
  const marker = `marker-${randomUUID()}`;
  const room = spawnRoom({
    isolation,
    readOnly: [...SHOWN, ...readOnly],
    hostPath: here('host.mjs'),
    hostArgs: [marker],
  });
  const ready = new Promise((resolve) => room.child.once('message', resolve));
  await Promise.race([ready, failed(room)]);
  let last = 0;
  const ask = (order: string, argument?: unknown): Promise<unknown> =>
    answer(room, { id: ++last, order, argument });
  const run = async (argv: readonly string[], limits: Partial<ClientCommand> = {}): Promise<ClientRun> => {
    const [program = '', ...args] = argv;
    const command = [program.includes('/') ? program : `${CLIENTS}/${program}`, ...args];
    return (await ask('run', { argv: command, ...LIMITS, ...limits })) as ClientRun;
  };
  return { room, marker, ask, run };
}

/** Generous, for a machine that is busy with other tests. */
export const LIMITS = { wallMs: 20_000, outputBytes: 100_000, floodBytes: 10_000_000 };

async function failed(room: Room): Promise<never> {
  const { code, stderr } = await room.ended;
  throw new Error(`the host did not start (${code}): ${stderr}`);
}

async function answer(room: Room, question: Question): Promise<unknown> {
  const answered = new Promise<Answer>((resolve) => {
    room.child.on('message', function listen(message) {
      const received = message as Answer;
      if (received.id !== question.id) return;
      room.child.off('message', listen);
      resolve(received);
    });
  });
  room.child.send(question);
  const { result, error } = await Promise.race([answered, failed(room)]);
  if (error) throw Object.assign(new Error(error.message), { code: error.code });
  return result;
}

/** The processes of this machine whose arguments contain the marker, or only those in a state (`T`: stopped). */
export function processesWith(marker: string, state = ''): string[] {
  return readdirSync('/proc').flatMap((pid) => {
    const command = /^\d+$/.test(pid) ? read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ') : '';
    const found = command.includes(marker) && read(`/proc/${pid}/stat`).includes(`) ${state}`);
    return found ? [`${pid}: ${command.slice(-200)}`] : [];
  });
}

/** What is still there after a generous while: the end of a process that is not our child can only be looked for. */
export async function remaining(marker: string): Promise<string[]> {
  const deadline = performance.now() + 10_000;
  while (processesWith(marker).length > 0 && performance.now() < deadline) await wait(10);
  return processesWith(marker);
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
