/** What an end-to-end test plays on: a local registry, a user with an empty cache, and the real bin between them. */
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { Workplace, type Outcome } from '../helpers/cli.js';
import { publishPlatform, publishScript, type Behaviour } from '../helpers/fake-client.js';
import { makeMounts, type Mounts } from './mounts.js';
import { startRegistry, type Published, type TestRegistry } from '../helpers/registry.js';

/** How a run that failed says so. */
export interface Failure {
  readonly exitCode: number | undefined;
  readonly code: string;
  readonly message: string;
  readonly hint: string | null;
}

/** npm's own settings, for tests that wait for a registry which will not answer; one that does has time for it on a busy machine. */
export const IMPATIENT = { npm_config_fetch_timeout: '5000', npm_config_fetch_retries: '0' };

export class Scene {
  registry!: TestRegistry;
  user!: Workplace;
  /** Given to every `run` before its own options: how often a boundary is confirmed is repeat.test.ts's. */
  usual: readonly string[] = ['--confirm', '0'];

  /** One that begins anew with each test of the suite. */
  static forEach(prepare: (scene: Scene) => unknown = () => {}): Scene {
    const scene = new Scene();
    beforeEach(async () => {
      await scene.#begin();
      await prepare(scene);
    });
    afterEach(() => scene.close());
    return scene;
  }

  /** One for all tests of the suite. */
  static forAll(prepare: (scene: Scene) => unknown = () => {}): Scene {
    const scene = new Scene();
    beforeAll(async () => {
      await scene.#begin();
      await prepare(scene);
    });
    afterAll(() => scene.close());
    return scene;
  }

  static async open(): Promise<Scene> {
    const scene = new Scene();
    await scene.#begin();
    return scene;
  }

  async #begin(): Promise<void> {
    this.registry = await startRegistry();
    this.user = new Workplace();
  }

  /**
   * Makes mounts that are there for the bin alone, as long as it has `user.wrapper`.
   * @returns how a path among them is reached from outside
   */
  async mount(script: string, ...args: string[]): Promise<(path: string) => string> {
    const mounts = await makeMounts(script, ...args);
    this.#mounts = mounts;
    this.user.wrapper = mounts.wrapper;
    return (path) => mounts.outside(path);
  }

  #mounts: Mounts | undefined;

  async close(): Promise<void> {
    await this.#mounts?.close();
    await this.registry.close();
    this.user.remove();
  }

  /** Publishes 2.1.1, 2.1.2 … with these behaviours. */
  publish(...behaviours: Behaviour[]): Published[] {
    return behaviours.map((behaviour, index) => publishScript(this.registry, `2.1.${index + 1}`, behaviour));
  }

  /** What was asked for of them. */
  tarballs() {
    return this.registry.requests.filter(({ path }) => path.endsWith('.tgz'));
  }

  /** The same in both of Claude Code's packagings: the first two as `cli.js`, the rest as platform packages. */
  publishBoth(...behaviours: Behaviour[]): void {
    this.publish(...behaviours.slice(0, 2));
    behaviours.slice(2).forEach((behaviour, index) => {
      publishPlatform(this.registry, `2.1.${index + 3}`, behaviour);
    });
  }

  /** `run` from the first to the last of the bounds, against the local registry. */
  args(good: string, bad: string, ...more: string[]): string[] {
    return ['run', '--good', good, '--bad', bad, '--registry', this.registry.url, ...this.usual, ...more];
  }

  run(good: string, bad: string, more: string[] = [], env: Record<string, string> = {}): Promise<Outcome> {
    return this.user.run(this.args(good, bad, ...more), env);
  }

  /** Any command line, against the local registry. */
  command(...typed: string[]): Promise<Outcome> {
    const [command = '', ...args] = typed;
    const usual = command === 'run' ? this.usual : [];
    return this.user.run([command, ...usual, ...args, '--registry', this.registry.url]);
  }

  /** Its document, with the exit code as `code` and what was said on stderr. */
  async document(...args: string[]) {
    const { code, stdout, stderr } = await this.command(...args, '--json', '--quiet');
    return { ...JSON.parse(stdout), code, stderr };
  }

  /** The result's document, with the exit code as `code` and what was said on stderr. */
  async answer(good: string, bad: string, more: string[] = [], env: Record<string, string> = {}) {
    const { code, stdout, stderr } = await this.run(good, bad, [...more, '--json', '--quiet'], env);
    return { ...JSON.parse(stdout), code, stderr };
  }

  failure(
    good: string,
    bad: string,
    more: string[] = [],
    env: Record<string, string> = {},
  ): Promise<Failure> {
    return failureOf(this.user, this.args(good, bad, ...more), env);
  }
}

/** The rows of a table that was printed. */
export const rowsOf = (stdout: string): string[] =>
  stdout.split('\n').filter((line) => line.startsWith('2.1.'));

/**
 * Runs what must fail, and reads how: one JSON document on stdout, which holds the error and, where anything was known by then,
 * the answer so far, which is none; and the same words on stderr.
 */
export async function failureOf(
  user: Workplace,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<Failure> {
  const outcome = await user.run([...args, '--json', '--quiet'], env);
  return asFailure(outcome);
}

export function asFailure({ code: exitCode, stdout, stderr }: Outcome): Failure {
  const { schema, error, ...known } = JSON.parse(stdout);
  expect(schema).toBe(1);
  if ('table' in known) expect(known.outcome).toBe('inconclusive');
  else expect(known).toEqual({});
  const { code, message, hint } = error;
  expect(stderr.split('\n').slice(-2)).toEqual([`error: ${message}`, `  ${hint}`]);
  return { exitCode, code, message, hint };
}
