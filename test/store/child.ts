/** Runs the store, as compiled, in processes of its own (children/store.mjs). */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { ExecutableSource } from '../../src/registry/releases.js';

const SCRIPT = fileURLToPath(new URL('children/store.mjs', import.meta.url));

export interface ChildJob {
  readonly dir: string;
  /** `file:` or `http:` address of the tarball's bytes. */
  readonly url?: string;
  readonly source?: ExecutableSource;
  readonly limitBytes?: number;
  /** `acquire` and end; `hold` until stdin closes; `prune` all, once; `churn`: prune all again and again; `verify` all. */
  readonly action: 'acquire' | 'hold' | 'prune' | 'churn' | 'verify';
  /** Kill itself just before the file-system call of this number. */
  readonly dieBefore?: number;
  /** Stop itself (SIGSTOP) just before it first renames something. */
  readonly stopBeforeRename?: boolean;
  /** Shell command to run when the tarball is asked for. */
  readonly atOpening?: string;
}

export interface ChildEvent {
  readonly event: 'opened' | 'progress' | 'acquired' | 'pruned' | 'failed' | 'done' | 'stopping';
  readonly [fact: string]: unknown;
}

export class Child {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;
  readonly #ended: Promise<unknown>;
  #errors = '';

  /** @param shell runs before node in the same (private) mount namespace */
  constructor(job: ChildJob, shell?: string) {
    const command = [process.execPath, SCRIPT, JSON.stringify(job)];
    const [program = '', ...args] = shell === undefined ? command : inNamespace(shell, command);
    this.#process = spawn(program, args);
    this.#process.stderr.on('data', (text: Buffer) => (this.#errors += text.toString()));
    this.#lines = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
    this.#ended = once(this.#process, 'close');
    onTestFinished(() => this.kill());
  }

  /** The next event, or undefined at the end. */
  async next(): Promise<ChildEvent | undefined> {
    const { done, value } = await this.#lines.next();
    if (done === true) return undefined;
    const event: ChildEvent = JSON.parse(value);
    return event;
  }

  /** The first event of this kind from now on. */
  async until(event: ChildEvent['event']): Promise<ChildEvent> {
    for (let seen = await this.next(); seen !== undefined; seen = await this.next()) {
      if (seen.event === event) return seen;
      if (seen.event === 'failed') break;
    }
    throw new Error(`The child ended or failed before it ${event}. ${this.#errors}`);
  }

  /** The last event, once the process has ended. */
  async last(): Promise<ChildEvent | undefined> {
    let last: ChildEvent | undefined;
    for (let seen = await this.next(); seen !== undefined; seen = await this.next()) last = seen;
    await this.#ended;
    return last;
  }

  /** Closes stdin, which ends a `hold` or `churn`, and waits for the end. */
  async finish(): Promise<void> {
    this.#process.stdin.end();
    await this.#ended;
  }

  /** Goes on after `stopBeforeRename`. */
  continue(): void {
    this.#process.kill('SIGCONT');
  }

  /** SIGKILL, and the end awaited. */
  async kill(): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.#ended;
  }

  /** How it ended: `SIGKILL`, or what it said instead. */
  async fate(): Promise<string> {
    await this.#ended;
    return this.#process.signalCode ?? `exit code ${this.#process.exitCode}. ${this.#errors}`;
  }
}

function inNamespace(shell: string, command: readonly string[]): string[] {
  const user = process.getuid?.() === 0 ? [] : ['--map-root-user'];
  return ['unshare', '--mount', ...user, 'sh', '-ec', `${shell}\nexec "$@"`, 'sh', ...command];
}
