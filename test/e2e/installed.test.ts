/** What npm installs of this package: the bundle, and the few packages that it names. */
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import semver from 'semver';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { packageRoot } from '../../src/machine.js';
import { publishScript } from '../helpers/fake-client.js';
import { startRegistry } from '../helpers/registry.js';

interface Locked {
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly engines?: { readonly node?: string };
}

const lock = JSON.parse(readFileSync(join(packageRoot, 'package-lock.json'), 'utf8'));
const locked = Object.entries(lock.packages as Readonly<Record<string, Locked>>).filter(
  ([path]) => path !== '',
);

const root = mkdtempSync(join(tmpdir(), 'installed-'));
const tool = join(root, 'node_modules/mcp-bisect');
const installed = locked
  .filter(([path, { dev }]) => !dev && statSync(join(packageRoot, path), { throwIfNoEntry: false }))
  .map(([path]) => path);

beforeAll(async () => {
  const pack = ['pack', '--ignore-scripts', '--json', '--pack-destination', root];
  const { stdout } = await execa('npm', pack, { cwd: packageRoot });
  mkdirSync(tool, { recursive: true });
  const [{ filename }] = JSON.parse(stdout);
  await execa('tar', ['xzf', join(root, filename), '--strip-components=1', '-C', tool]);
  for (const path of installed) cpSync(join(packageRoot, path), join(root, path), { recursive: true });
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

it('is at most 60 MB and 120 packages', () => {
  const files = readdirSync(join(root, 'node_modules'), { recursive: true, encoding: 'utf8' });
  const bytes = files.reduce((sum, file) => sum + statSync(join(root, 'node_modules', file)).size, 0);
  expect(bytes).toBeLessThan(60e6);
  expect(installed.length).toBeLessThan(120);
});

it('runs a release, and needs nothing of the checkout', async () => {
  const registry = await startRegistry();
  try {
    publishScript(registry, '2.1.1', 'good');
    const args = ['probe', '2.1.1', '--registry', registry.url, '--cache-dir', join(root, 'cache')];
    const env = { PATH: process.env['PATH'] ?? '', HOME: root };
    const bin = join(tool, 'bin/mcp-bisect.js');
    const { stdout } = await execa(process.execPath, [bin, ...args], { cwd: root, env, extendEnv: false });
    expect(stdout).toMatch(/2\.1\.1\s+good/);
  } finally {
    await registry.close();
  }
});

it('tells a TypeScript user what an answer is', async () => {
  const program = [
    "import type { Answer, NightlyConfig } from 'mcp-bisect';",
    'export const rows = (answer: Answer): number => answer.rows.length;',
    '// @ts-expect-error an answer has no such field',
    'export const nothing = (answer: Answer): unknown => answer.nothing;',
    '// @ts-expect-error nor has a configuration',
    'export const config: NightlyConfig = { nothing: 1 };',
  ];
  writeFileSync(join(root, 'user.ts'), program.join('\n'));
  const tsc = join(packageRoot, 'node_modules/typescript/bin/tsc');
  const options = ['--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext'];
  const { stdout } = await execa(process.execPath, [tsc, ...options, 'user.ts'], {
    cwd: root,
    reject: false,
  });
  expect(stdout).toBe('');
});

it('is built by packages that run on the oldest Node of both lines that are promised', () => {
  const oldest = ['20.19.0', '22.12.0'];
  const refused = locked.filter(
    ([, { engines, optional }]) =>
      !optional && oldest.some((node) => !semver.satisfies(node, engines?.node ?? '*')),
  );
  expect(refused.map(([path]) => path)).toEqual([]);
});
