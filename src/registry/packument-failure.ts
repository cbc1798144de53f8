/** What goes wrong when a packument is asked for, under the names that users are told. */
import { BisectError, systemCode } from '../errors.js';
import * as failure from './failure.js';
import type { Subject } from './failure.js';
import type { NpmOptions } from './npm-config.js';

/** What was asked for, and how. */
export interface Asked {
  readonly name: string;
  readonly subject: Subject;
  readonly options: NpmOptions;
}

/** The failure behind what a request threw: of the package, of the registry, or of the disk below the HTTP cache. */
export function asFailure({ name, subject, options }: Asked, error: unknown): BisectError {
  if (error instanceof BisectError) return error;
  const status = statusOf(error);
  if (status === 404 || status === 410) return notFound(name, subject);
  if (status !== null) {
    return failure.isPassing(status)
      ? failure.unreachable(subject, new failure.PassingStatus(status))
      : failure.refused(subject, status);
  }
  if (isInvalidJson(error)) return failure.nonsense(subject, 'something that is not JSON');
  return diskFailure(options.cache, error) ?? failure.unreachable(subject, error);
}

function statusOf(error: unknown): number | null {
  return error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number'
    ? error.statusCode
    : null;
}

function isInvalidJson(error: unknown): boolean {
  return error instanceof Error && 'type' in error && error.type === 'invalid-json';
}

function notFound(name: string, subject: Subject): BisectError {
  const registry = failure.hostOf(subject);
  return new BisectError('PACKAGE_NOT_FOUND', `${registry} has no package ${name}`, {
    hint: 'check --registry, and credentials in your npmrc if the package is private',
    facts: { package: name, registry },
  });
}

/** Writing the HTTP cache failed, which is no fault of the registry. */
function diskFailure(cache: string, error: unknown): BisectError | null {
  const code = systemCode(error) ?? '';
  const details = { facts: { path: cache }, cause: error };
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new BisectError('DISK_FULL', `no space left for the cache in ${cache}`, {
      ...details,
      hint: 'make room, or choose another place with --cache-dir',
    });
  }
  if (!['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST'].includes(code)) return null;
  return new BisectError('CACHE_NOT_WRITABLE', `cannot write the cache in ${cache} (${code})`, {
    ...details,
    hint: 'choose another place with --cache-dir',
  });
}
