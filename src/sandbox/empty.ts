/** Empties a directory that a program may have left in any state. */
import { randomUUID } from 'node:crypto';
import { chmodSync, readdirSync, readFileSync, renameSync, rmdirSync, unlinkSync } from 'node:fs';

/**
 * Removes all that is in the directory and gives it `mode` again. Links are not followed, and what is mounted below it
 * (the store, when it lies in /tmp) stays. Not `rm`: a room has no right to enter a directory of mode 0, not even as root, and
 * directories may be nested deeper than a path can be long.
 * @throws the system's error for what cannot be removed
 */
export function emptyDirectory(path: string, mode: number): void {
  const mounts = mountPoints();
  // Paths are bytes: a file name need not be UTF-8.
  const staying: Buffer[] = [Buffer.from(path)];
  for (const folder of staying)
    for (const { at, isDirectory } of openedEntries(folder)) {
      if (mounts.some((mount) => mount.equals(at))) continue;
      if (!isDirectory) unlinkSync(at);
      else if (mounts.some((mount) => isBelow(mount, at))) staying.push(at);
      else removeTree(at, folder);
    }
  chmodSync(path, mode);
}

/** A directory inside another one is first moved to `top`, so that no depth makes a path or the stack long. */
function removeTree(tree: Buffer, top: Buffer): void {
  const waiting = [tree];
  for (let folder = waiting.pop(); folder; folder = waiting.pop()) {
    for (const { at, isDirectory } of openedEntries(folder)) {
      if (isDirectory) {
        // What is moved has its `..` written.
        chmodSync(at, 0o700);
        waiting.push(pathOf(top, Buffer.from(randomUUID())));
        renameSync(at, waiting.at(-1) as Buffer);
      } else unlinkSync(at);
    }
    rmdirSync(folder);
  }
}

function openedEntries(folder: Buffer): { readonly at: Buffer; readonly isDirectory: boolean }[] {
  chmodSync(folder, 0o700);
  const entries = readdirSync(folder, { withFileTypes: true, encoding: 'buffer' });
  return entries.map((entry) => ({ at: pathOf(folder, entry.name), isDirectory: entry.isDirectory() }));
}

const pathOf = (folder: Buffer, name: Buffer) => Buffer.concat([folder, Buffer.from('/'), name]);

const isBelow = (path: Buffer, folder: Buffer) => path.indexOf(pathOf(folder, Buffer.alloc(0))) === 0;

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
