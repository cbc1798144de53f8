/** What the tests of this folder share: a home and a cache of their own, and options that lose patience soon. */
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { BisectError } from '../../src/errors.js';
import type { ErrorCode } from '../../src/errors.js';
import { loadNpmOptions } from '../../src/registry/npm-config.js';
import type { NpmOptions, NpmOptionsRequest, Patience } from '../../src/registry/npm-config.js';
import { startRegistry } from '../helpers/registry.js';
import type { RegistryOptions, TestRegistry } from '../helpers/registry.js';

export const BRISK: Patience = { connectMs: 1000, idleMs: 600, totalMs: 1500, retries: 1, retryAfterMs: 5 };

/** A folder that is gone after the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'mcp-bisect-registry-')));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A registry that is closed after the test. */
export async function registryForTest(options?: RegistryOptions): Promise<TestRegistry> {
  const registry = await startRegistry(options);
  onTestFinished(() => registry.close());
  return registry;
}

/** Options from an empty home, unless told otherwise: nothing of the machine that the tests run on. */
export async function optionsFor(request: Partial<NpmOptionsRequest> = {}): Promise<NpmOptions> {
  const folder = await temporaryFolder();
  return loadNpmOptions({
    cacheDir: join(folder, 'cache'),
    cwd: folder,
    offline: false,
    patience: BRISK,
    ...request,
    env: { HOME: folder, npm_config_globalconfig: join(folder, 'no-global-npmrc'), ...request.env },
  });
}

/** The BisectError that `promise` rejects with; it has this code, and a hint. */
export async function failureOf(promise: Promise<unknown>, code: ErrorCode): Promise<BisectError> {
  const error = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof BisectError)) throw new Error('no BisectError', { cause: error });
  expect(error.code).toBe(code);
  expect(error.hint).toBeTruthy();
  return error;
}

/** Everything of an error that could reach a terminal or a log. */
export function everythingIn(error: BisectError): string {
  const cause = error.cause instanceof Error ? `${error.cause.message} ${JSON.stringify(error.cause)}` : '';
  return [error.message, error.hint, JSON.stringify(error.facts), error.stack, cause].join('\n');
}
