/** Runs the real bin as a user would, in an environment of its own. */
import { on } from 'node:events';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';

export const bin = fileURLToPath(new URL('../../bin/mcp-bisect.js', import.meta.url));

export interface Outcome {
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** A cache, a home and a working folder of a user's, gone after `remove`. */
export class Workplace {
  readonly root = mkdtempSync(join(tmpdir(), 'mcp-bisect-e2e-'));
  readonly cacheDir = join(this.root, 'cache');
  /** Put before the command line, for example to run it in another mount namespace. */
  wrapper: readonly string[] = [];
  /** Where it is run. */
  cwd = this.root;

  /** The environment of this user: nothing of the machine's npm configuration or cache. */
  get env(): Record<string, string> {
    return { PATH: process.env['PATH'] ?? '', HOME: this.root, LANG: 'C.UTF-8' };
  }

  /** Runs to the end. `--cache-dir` is this workplace's, but for a command line without any argument. */
  async run(args: readonly string[], env: Record<string, string> = {}): Promise<Outcome> {
    const { exitCode, stdout, stderr } = await this.start(args, env);
    return { code: exitCode, stdout, stderr };
  }

  /** Starts it, for tests that watch or end it. */
  start(args: readonly string[], env: Record<string, string> = {}) {
    const place = args.length === 0 ? [] : ['--cache-dir', this.cacheDir];
    const [file = '', ...rest] = [...this.wrapper, process.execPath, bin, ...args, ...place];
    return execa(file, rest, {
      env: { ...this.env, ...env },
      extendEnv: false,
      cwd: this.cwd,
      reject: false,
    });
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

/** The same user in a place of its own. */
export function copyOf({ root }: Workplace): Workplace {
  const user = new Workplace();
  cpSync(root, user.root, { recursive: true });
  return user;
}

/** Its outcome, and the most memory that it took, in bytes. */
export async function withPeak<Result>(
  running: Promise<Result> & { readonly pid?: number | undefined },
): Promise<[Result, peak: number]> {
  let peak = 0;
  const watch = setInterval(() => {
    try {
      const status = readFileSync(`/proc/${running.pid}/status`, 'utf8');
      peak = Math.max(peak, Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? 0) * 1024);
    } catch {
      // It has ended.
    }
  }, 20);
  try {
    return [await running, peak];
  } finally {
    clearInterval(watch);
  }
}

/** Resolves once the running command has said `text` on stderr. */
export async function untilSaid({ stderr }: ReturnType<Workplace['start']>, text: string): Promise<void> {
  let said = '';
  for await (const [chunk] of on(stderr, 'data', { close: ['end'] }))
    if ((said += String(chunk)).includes(text)) return;
  throw new Error(`it ended before it said "${text}", but: ${said}`);
}

/** Command lines of running processes that contain `text`, other than this one. */
export function processesNaming(text: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      } catch {
        return '';
      }
    })
    .filter((line) => line.includes(text));
}
