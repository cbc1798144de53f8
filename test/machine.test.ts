/** Where the packages are that the room shows for a terminal, wherever npm has put them; and who runs the tool. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  assertTerminal,
  defaultCacheDir,
  hostReadOnlyPaths,
  ownIdentity,
  packageFolder,
  packageRoot,
  terminalPackages,
} from '../src/machine.js';

let root: string;
beforeAll(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'installation-')));
});
afterAll(() => rmSync(root, { recursive: true }));

function install(folder: string): string {
  mkdirSync(join(root, folder), { recursive: true });
  writeFileSync(join(root, folder, 'package.json'), '{}');
  return join(root, folder);
}

it('a checkout keeps its cache in itself, and none of it in git; an installed copy in the user’s cache folder', async () => {
  expect(defaultCacheDir()).toBe(join(packageRoot, 'cache'));
  const { stdout } = await execa('git', ['ls-files', '--cached', '--others', '--exclude-standard', 'cache'], {
    cwd: packageRoot,
  });
  expect(stdout).toBe('cache/.gitignore');
  await execa('git', ['check-ignore', 'cache/ledger.db', 'cache/v1/content/a'], { cwd: packageRoot });

  const installed = defaultCacheDir(join(root, 'node_modules/mcp-bisect'));
  expect(installed.endsWith('mcp-bisect')).toBe(true);
  expect(installed.startsWith(root)).toBe(false);
});

describe('a package is found', () => {
  it('in the folder’s own node_modules before any above it', () => {
    const tool = install('own/node_modules/mcp-bisect');
    install('own/node_modules/@a/b');
    const nested = install('own/node_modules/mcp-bisect/node_modules/@a/b');
    expect(packageFolder('@a/b', tool)).toBe(nested);
  });

  it('beside the folder, where npm hoists it to', () => {
    const tool = install('hoisted/node_modules/mcp-bisect');
    const hoisted = install('hoisted/node_modules/@a/b');
    expect(packageFolder('@a/b', tool)).toBe(hoisted);
  });

  it('not where there is an empty folder of its name, and nowhere if it is not installed', () => {
    const tool = install('none/node_modules/mcp-bisect');
    mkdirSync(join(root, 'none/node_modules/@a/b'), { recursive: true });
    expect(packageFolder('@a/b', tool)).toBeUndefined();
  });
});

describe('what a terminal takes is found', () => {
  const BINDING = `@lydell/node-pty-${process.platform}-${process.arch}`;

  it('where pnpm has put it: each package beside what it imports, and links in node_modules', () => {
    const store = (name: string) => `pnpm/node_modules/.pnpm/${name.replace('/', '+')}@1/node_modules`;
    const tool = install(`${store('mcp-bisect')}/mcp-bisect`);
    const link = (name: string, from: string) => {
      const place = join(root, store(from), name);
      mkdirSync(dirname(place), { recursive: true });
      symlinkSync(install(`${store(name)}/${name}`), place);
      return place;
    };
    const pty = link('@lydell/node-pty', 'mcp-bisect');
    const emulator = link('@xterm/headless', 'mcp-bisect');
    const binding = link(BINDING, '@lydell/node-pty');
    expect(terminalPackages(tool)).toEqual({
      '@lydell/node-pty': pty,
      '@xterm/headless': emulator,
      [BINDING]: binding,
    });
  });

  it('or said to be missing, one by one', () => {
    const tool = install('partly/node_modules/mcp-bisect');
    const pty = install('partly/node_modules/@lydell/node-pty');
    expect(terminalPackages(tool)).toEqual({
      '@lydell/node-pty': pty,
      '@xterm/headless': undefined,
      [BINDING]: undefined,
    });
  });
});

describe('this checkout', () => {
  it('shows its code to rooms, and of its packages the three that make a terminal', () => {
    expect(hostReadOnlyPaths.map((path) => path.slice(packageRoot.length + 1))).toEqual([
      'dist/bundle',
      'package.json',
      'node_modules/@lydell/node-pty',
      'node_modules/@xterm/headless',
      `node_modules/@lydell/node-pty-${process.platform}-${process.arch}`,
    ]);
  });

  it('has what a terminal takes', () => {
    expect(assertTerminal).not.toThrow();
  });
});

describe('who runs the tool', () => {
  it('is told with the real places behind links', () => {
    mkdirSync(join(root, 'disk/anna'), { recursive: true });
    symlinkSync(join(root, 'disk'), join(root, 'homes'));
    const home = join(root, 'homes/anna');
    const identity = ownIdentity(
      join(home, 'cache'),
      () => home,
      () => 'anna',
    );
    expect(identity).toMatchObject({
      user: 'anna',
      home,
      realHome: join(root, 'disk/anna'),
      cacheDir: join(home, 'cache'),
      realCacheDir: join(home, 'cache'),
    });
  });

  it('may have neither a name nor a home: a number that the system does not know', () => {
    const unknown = () => {
      throw Object.assign(new Error('uv_os_homedir returned ENOENT'), { code: 'ERR_SYSTEM_ERROR' });
    };
    expect(ownIdentity(root, unknown, unknown)).toEqual({
      user: '',
      host: hostname(),
      home: '',
      cacheDir: root,
      realHome: '',
      realCacheDir: root,
    });
  });
});
