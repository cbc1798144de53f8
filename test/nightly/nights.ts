/**
 * Nights of one user in this process: the whole command but for the two processes that it starts. A release does in its room what
 * its program says that it would do, and whoever tells people hands messages to a list.
 */
import { readFileSync } from 'node:fs';
import { vi } from 'vitest';
import type { Context } from '../../src/cli/context.js';
import { nightly } from '../../src/cli/nightly.js';
import { dispatch, type Handlers } from '../../src/cli/commands.js';
import { BisectError } from '../../src/errors.js';
import { openLedger } from '../../src/ledger/ledger.js';
import type { tellApart } from '../../src/nightly/telling.js';
import { tellPending } from '../../src/nightly/telling.js';
import type { HostedRoom } from '../../src/probe/rooms.js';
import type { Order, HostReport } from '../../src/probe/protocol.js';
import type { ClientExit } from '../../src/sandbox/process.js';
import { getStream404 } from '../../src/scenarios/get-stream-404.js';
import { openWorkbench } from '../../src/session/session.js';
import type { Workplace } from '../helpers/cli.js';
import { publishScript, type Behaviour } from '../helpers/fake-client.js';
import { LOST, REFUSED, WELL } from '../helpers/kept-runs.js';
import { Nights, PACKAGE, type Change } from '../helpers/nights.js';
import { journalOf } from '../helpers/observations.js';
import { never } from '../helpers/scripted.js';
import { Scene } from '../e2e/scene.js';

/** What a night ends with that was to die. */
export const DEATH = 'this night dies here';

const DAY_MS = 86_400_000;

export class NightsHere extends Nights {
  override usual = ['--scenario', getStream404.id, '--confirm', '0'];
  override command = 'some command';
  /** Where the messages of the command go; what it fails with instead, where it does. */
  readonly #told: Change[] = [];
  failing: string | undefined;
  /** After so many lines of stderr it ends, without a word. */
  dyingAfter = Infinity;

  /** @param env of the night beside the user's */
  override async run(args: readonly string[], env: Record<string, string> = {}) {
    const written = { stdout: '', stderr: '' };
    let lines = 0;
    const streamOf = (name: keyof typeof written) => ({
      write: (text: string) => {
        if (name === 'stderr' && (lines += 1) > this.dyingAfter) throw new Error(DEATH);
        written[name] += text;
        return true;
      },
    });
    const { cacheDir, cwd, env: own } = this.user;
    const streams = { stdout: streamOf('stdout'), stderr: streamOf('stderr') };
    const context: Context = {
      console: { ...streams, env: { ...own, ...env } } as unknown as Context['console'],
      signal: never,
      cwd,
      again: (line) => line,
    };
    const handlers: Partial<Handlers> = {
      nightly: (request) =>
        nightly(request, context, {
          openWorkbench: (options, asked) =>
            openWorkbench(options, asked, async () => scriptedRoom(this.#begun)),
          tell: (...asked) => this.#tell(...asked),
        }),
    };
    const line = [...args, '--cache-dir', cacheDir];
    const code = await dispatch(line, '0.1.0', handlers as Handlers, () => {}).catch((error: unknown) => {
      if (!(error instanceof BisectError)) throw error;
      const { code: name, message, hint, exitCode } = error;
      written.stdout = JSON.stringify({ error: { code: name, message, hint } });
      return exitCode;
    });
    return { code, ...written };
  }

  /** How often each program was started under each arm. */
  readonly #begun = new Map<string, number>();

  #tell: typeof tellApart = async ({ cacheDir }, _, signal, onTold) => {
    const ledger = openLedger(cacheDir);
    const deliver = async ({ document }: { readonly document: unknown }) => {
      if (this.failing !== undefined) throw new BisectError('NOT_DELIVERED', this.failing);
      this.#told.push(document as Change);
      return null;
    };
    try {
      await tellPending(ledger.nights, [{ key: 'command', name: '--on-change', deliver }], signal, onTold);
    } finally {
      ledger.close();
    }
  };

  override told(): Change[] {
    return this.#told;
  }

  /** A night so many days later than now, or earlier. */
  async nightOff(days: number) {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + days * DAY_MS });
    try {
      return await this.night();
    } finally {
      vi.useRealTimers();
    }
  }
}

/** The scene of such nights. */
export class NightScene {
  readonly nights: NightsHere;
  readonly #scene: Scene;

  private constructor(scene: Scene) {
    this.#scene = scene;
    this.nights = new NightsHere(scene.user, scene.registry);
  }

  static async open(): Promise<NightScene> {
    return new NightScene(await Scene.open());
  }

  get user(): Workplace {
    return this.#scene.user;
  }

  get registry() {
    return this.#scene.registry;
  }

  /** 2.1.1, 2.1.2 … by number. */
  publish(patch: number, behaviour: Behaviour) {
    return publishScript(this.registry, `2.1.${patch}`, behaviour);
  }

  /** One that does this in its first round, and then something else. */
  publishFlaky(patch: number, first: Behaviour, then: Behaviour) {
    return this.publish(patch, `${first}${THEN}${then}` as Behaviour);
  }

  unpublish(patch: number): void {
    this.registry.unpublish(PACKAGE, `2.1.${patch}`);
  }

  row(version: string) {
    return this.nights.table().clients[0]?.rows.find((row) => row.version === version);
  }

  close(): Promise<void> {
    return this.#scene.close();
  }
}

const THEN = ', then ';
const EMPTY = { text: '', bytes: 0, capped: false };
const ARMS = new Map(getStream404.arms.map(({ id, gateway }) => [JSON.stringify(gateway), id]));

/** A room in which nothing runs: the program that is to be started is read. */
function scriptedRoom(begun: Map<string, number>): HostedRoom {
  const listeners = new Set<(report: HostReport) => void>();
  const say = (report: HostReport) => {
    for (const listener of listeners) listener(report);
  };
  let arm = '';
  const carryOut = (order: Order) => {
    if (order.type === 'open') {
      arm = ARMS.get(JSON.stringify(order.gateway)) ?? '';
      const url = 'http://127.0.0.1:1/mcp';
      const addresses = {
        server: { transport: 'http', url },
        modelUrl: url,
        home: '/h',
        work: '/w',
      } as const;
      say({ type: 'opened', addresses });
    }
    if (order.type !== 'start') return;
    const program = readFileSync(order.argv[1] ?? '', 'utf8');
    const [, version = ''] = /^const VERSION = '(.*)'/m.exec(program) ?? [];
    const [, behaviour = ''] = /^const BEHAVIOUR = '(.*)'/m.exec(program) ?? [];
    const [first, then = first] = behaviour.split(THEN);
    const times = begun.get(`${version} ${arm}`) ?? 0;
    begun.set(`${version} ${arm}`, times + 1);
    const { shorthand, exit } = doingOf((times === 0 ? first : then) as Behaviour, arm);
    for (const entry of journalOf(shorthand, `claude-code/${version} (sdk-cli)`))
      say({ type: 'entry', entry });
    const run = { exit, stdout: EMPTY, stderr: EMPTY, durationMs: 1 };
    say({ type: 'done', run, debugLog: EMPTY, screen: null, fullPlace: null, journalOmitted: 0 });
  };
  return {
    isolation: 'bwrap',
    usable: true,
    lost: new Promise(() => {}),
    send: (order) => void Promise.resolve(order).then(carryOut),
    onReport: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    discard: () => {},
    close: async () => {},
  };
}

/** What a release is seen to do under an arm, and how it ends. */
function doingOf(behaviour: Behaviour, arm: string) {
  const shorthand = SEEN[behaviour]?.[arm === 'control' ? 0 : 1];
  if (shorthand === undefined) throw new Error(`where nothing runs nobody knows what "${behaviour}" does`);
  const exit: ClientExit =
    behaviour === 'crashes'
      ? { kind: 'signalled', signal: 'SIGSEGV' }
      : { kind: 'exited', code: behaviour === 'refuses' ? 1 : 0 };
  return { shorthand, exit };
}

/** Under the control, and under the other arms. */
const SEEN: Partial<Record<Behaviour, readonly [string, string]>> = {
  good: [WELL, REFUSED],
  'loses-tools': [WELL, LOST],
  refuses: ['', ''],
  crashes: ['', ''],
};
