/** What an end-to-end test plays on: a local registry, a user with an empty cache, and the real bin between them. */
import { expect } from 'vitest';
import { Workplace, type Outcome } from '../helpers/cli.js';
import { publishPlatform, publishScript, type Behaviour } from '../helpers/fake-client.js';
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
  readonly registry: TestRegistry;
  readonly user = new Workplace();
  /** Given to every `run` before its own options. */
  usual: readonly string[] = [];

  private constructor(registry: TestRegistry) {
    this.registry = registry;
  }

  static async open(): Promise<Scene> {
    return new Scene(await startRegistry());
  }

  async close(): Promise<void> {
    await this.registry.close();
    this.user.remove();
  }

  /** Publishes 2.1.1, 2.1.2 … with these behaviours. */
  publish(...behaviours: Behaviour[]): Published[] {
    return behaviours.map((behaviour, index) => publishScript(this.registry, `2.1.${index + 1}`, behaviour));
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

  /** Any other command line, against the local registry. */
  command(...args: string[]): Promise<Outcome> {
    return this.user.run([...args, '--registry', this.registry.url]);
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
