/** What main.ts hands to every command, and what follows from what every command is asked. */
import { defaultCacheDir, ownIdentity, ownTarget } from '../machine.js';
import { BisectError } from '../errors.js';
import { parseTarget, TARGETS, type Target } from '../registry/platform.js';
import { textRedactor } from '../report/redact/redact.js';
import type { Again } from './again.js';
import type { Typed } from './commands.js';
import type { Console } from './console.js';

export interface Context {
  readonly console: Console;
  /** Aborted when the user wants out. */
  readonly signal: AbortSignal;
  readonly cwd: string;
  /** Completes a command line that the user is told of. */
  readonly again: Again;
}

export const cacheDirFor = (request: Typed): string => request.cacheDir ?? defaultCacheDir();

/** The target that was asked for, or this machine's. */
export function targetFor(platform: string | undefined): Target {
  const target = platform === undefined ? ownTarget() : parseTarget(platform);
  if (target) return target;
  throw new BisectError('UNKNOWN_PLATFORM', 'no client publishes executables for this machine', {
    hint: `name one of ${TARGETS.join(', ')} with --platform`,
  });
}

/** Takes out of a text what others must not read of this machine: output is pasted, and jobs' logs are public. */
export const redactorFor = (
  request: Typed & { readonly oracle?: string | undefined },
): ((text: string) => string) => textRedactor(ownIdentity(cacheDirFor(request)), request.oracle);
