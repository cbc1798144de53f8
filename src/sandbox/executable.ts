/** Why a program did not start, or would not. */
import { closeSync, existsSync, openSync, readSync } from 'node:fs';
import { basename, isAbsolute } from 'node:path';
import { systemCode } from '../errors.js';

export interface NotStarted {
  readonly kind: 'not-started';
  /** The system's: ENOENT, EACCES, ENOEXEC … */
  readonly code: string;
  readonly message: string;
}

/**
 * Says beforehand that the system would refuse the file's format. It has to be asked beforehand: spawn ends in execvp(3),
 * which hands such a file to /bin/sh instead, and the shell's complaints about a binary would pass for the client's.
 */
export function refusedFormat(path: string): NotStarted | undefined {
  if (process.platform !== 'linux' || !isAbsolute(path)) return undefined;
  const header = headerOf(path);
  if (header === undefined || header.toString('latin1', 0, 2) === '#!' || isNative(header)) return undefined;
  const code = 'ENOEXEC';
  return {
    kind: 'not-started',
    code,
    message: `${basename(path)} is not a program for this system (${code})`,
  };
}

/** The reason that a failed spawn gives. */
export function notStarted(path: string, error: unknown): NotStarted {
  const code = systemCode(error) ?? 'UNKNOWN';
  const why =
    code === 'EACCES'
      ? 'may not be executed'
      : code !== 'ENOENT'
        ? 'could not be started'
        : existsSync(path)
          ? 'needs an interpreter or loader that is not there'
          : 'is not there';
  return { kind: 'not-started', code, message: `${basename(path)} ${why} (${code})` };
}

/** An ELF file whose class, byte order and machine are those of the running node. */
function isNative(header: Buffer): boolean {
  const own = headerOf(process.execPath) ?? header;
  const same = (from: number, to: number) => header.subarray(from, to).equals(own.subarray(from, to));
  return header.toString('latin1', 0, 4) === '\u007fELF' && same(4, 6) && same(18, 20);
}

/** Undefined for what is absent, unreadable or a directory: spawn knows better. */
function headerOf(path: string): Buffer | undefined {
  const header = Buffer.alloc(20);
  try {
    const file = openSync(path, 'r');
    try {
      return header.subarray(0, readSync(file, header));
    } finally {
      closeSync(file);
    }
  } catch {
    return undefined;
  }
}
