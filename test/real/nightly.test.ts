import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bin } from '../helpers/cli.js';
import { startMirror, type Mirror } from '../helpers/mirror.js';

/** The nights in which 2.1.147 and its fix would have been found: real releases, published one at a time. */

const RELEASES = [146, 147, 148, 149, 150, 152, 153, 154, 156, 157, 158, 159, 160].map((patch) => `2.1.${patch}`);
const PACKAGES = ['@anthropic-ai/claude-code', '@anthropic-ai/claude-code-linux-x64'];

let folder = '';
let mirror: Mirror;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mcp-bisect-nights-'));
  mkdirSync(join(folder, 'tarballs'));
  mirror = await startMirror(PACKAGES, join(folder, 'tarballs'));
});

afterAll(async () => {
  await mirror.close();
  rmSync(folder, { recursive: true, force: true });
});

async function tool(command: string, ...args: string[]) {
  const common = ['--registry', mirror.url, '--cache-dir', join(folder, 'cache'), '--json'];
  const { exitCode, stdout, stderr } = await execa(process.execPath, [bin, command, ...common, ...args], {
    cwd: folder,
    reject: false,
    env: { NO_COLOR: '1' },
  });
  if (process.env['NIGHTS_LOG']) appendFileSync(process.env['NIGHTS_LOG'], `${stderr}\n${stdout}\n`);
  return { code: exitCode, stderr, document: JSON.parse(stdout) };
}

const night = (...args: string[]) =>
  tool('nightly', '--since', '2.1.140', '--on-change', 'cat >> told.jsonl', ...args);

describe('thirteen nights with one new release each', () => {
  const codes: [string, number | undefined, string[]][] = [];
  beforeAll(async () => {
    for (const version of RELEASES) {
      mirror.published.add(version);
      const { code, document } = await night('--scenario', 'get-stream-404');
      const news = document.news.map(({ kind, after }: { kind: string; after: string }) => `${kind} ${after}`);
      codes.push([version, code, news]);
    }
  });

  it('tell of one regression on the night it appears, and of one fix: nothing else', () => {
    const busy = codes.filter(([, code, news]) => code !== 0 || news.length > 0);
    expect(busy).toEqual([
      ['2.1.147', 1, ['regression 2.1.147']],
      ['2.1.153', 0, ['fix 2.1.153']],
    ]);
  });
});
