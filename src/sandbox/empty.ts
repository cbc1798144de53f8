/** Empties a directory that a program may have left in any state. */
import { chmodSync, readdirSync, readFileSync, rmdirSync, unlinkSync } from 'node:fs';

/**
 * Removes all that is in the directory and gives it `mode` again. Links are not followed, and what is mounted below it
 * (the store, when it lies in /tmp) stays. Not `rm`: a room has no right to enter a directory of mode 0, not even as root.
 */
export function emptyDirectory(path: string, mode: number): void {
  empty(Buffer.from(path), mountPoints());
  chmodSync(path, mode);
}

/** Paths are bytes: a file name need not be UTF-8. */
function empty(path: Buffer, mounts: readonly Buffer[]): void {
  chmodSync(path, 0o700);
  for (const entry of readdirSync(path, { withFileTypes: true, encoding: 'buffer' })) {
    const at = Buffer.concat([path, Buffer.from('/'), entry.name]);
    if (mounts.some((mount) => mount.equals(at))) continue;
    if (entry.isDirectory()) removeDirectory(at, mounts);
    else unlinkSync(at);
  }
}

function removeDirectory(path: Buffer, mounts: readonly Buffer[]): void {
  empty(path, mounts);
  const prefix = Buffer.concat([path, Buffer.from('/')]);
  if (!mounts.some((mount) => mount.subarray(0, prefix.length).equals(prefix))) rmdirSync(path);
}

function mountPoints(): Buffer[] {
  if (process.platform !== 'linux') return [];
  const lines = readFileSync('/proc/self/mountinfo', 'latin1').split('\n');
  return lines.map((line) => Buffer.from(unescaped(line.split(' ')[4] ?? ''), 'latin1'));
}

/** mountinfo writes blanks and backslashes as `\040`. */
function unescaped(point: string): string {
  return point.replace(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}
