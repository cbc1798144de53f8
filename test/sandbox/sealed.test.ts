/** What a program in a sealed room cannot do, tried by programs that want to. The same for both ways to build the room. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { once } from 'node:events';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { openRoom, DIST, PROJECT, type TrialRoom } from './trial-room.js';

interface Found {
  readonly env: Record<string, string>;
  readonly home: string;
  readonly hostname: string;
  readonly root: readonly string[];
  readonly environments: readonly string[];
  readonly status: string;
  readonly interfaces: string;
  readonly read: Record<string, string | string[]>;
  readonly write: Record<string, string>;
}

const secret = `secret-${randomUUID()}`;
const callersHome = mkdtempSync(join(tmpdir(), 'caller-'));
// In /tmp on purpose: inside, that is a writable place.
const store = mkdtempSync('/tmp/store-');

beforeAll(() => {
  writeFileSync(join(callersHome, 'token'), secret);
  writeFileSync(join(store, 'executable'), 'contents');
  writeFileSync(join(tmpdir(), `${secret}.txt`), secret);
  vi.stubEnv('HOME', callersHome);
  vi.stubEnv('MCP_BISECT_SECRET', secret);
  vi.stubEnv('SSH_AUTH_SOCK', '/run/agent');
});

afterAll(() => {
  vi.unstubAllEnvs();
  for (const path of [callersHome, store, join(tmpdir(), `${secret}.txt`)]) rmSync(path, { recursive: true });
});

describe.each(['bwrap', 'unshare'] as const)('in a room sealed by %s', (isolation) => {
  let trial: TrialRoom;
  beforeAll(async () => {
    trial = await openRoom(isolation, [store]);
  });
  afterAll(() => trial.room.close());

  async function lookAround(paths: { read?: string[]; write?: string[] } = {}): Promise<Found> {
    const run = await trial.run([
      process.execPath,
      `${PROJECT}/test/fixtures/clients/look-around.mjs`,
      JSON.stringify(paths),
    ]);
    expect(run).toMatchObject({ exit: { kind: 'exited', code: 0 }, stderr: { text: '' } });
    return JSON.parse(run.stdout.text) as Found;
  }

  describe('a program that wants to reach the outside', () => {
    const abstract = `\0mcp-bisect-${randomUUID()}`;
    const socket = join(callersHome, 'agent.sock');
    const servers: Server[] = [];

    beforeAll(async () => {
      for (const where of [{ port: 0, host: '127.0.0.1' }, { path: socket }, { path: abstract }]) {
        const server = createServer().listen(where);
        await once(server, 'listening');
        servers.push(server);
      }
    });
    afterAll(() => {
      for (const server of servers) server.close();
    });

    test('reaches neither the network, nor the loopback and the sockets of the caller, nor a name server', async () => {
      const port = portOf(servers);
      const attempts = {
        loopback: { port, host: '127.0.0.1' },
        network: { port: 80, host: '192.0.2.1' },
        network6: { port: 80, host: '2001:db8::1' },
        socket: { path: socket },
        abstract: { path: abstract },
        docker: { path: '/run/docker.sock' },
      };
      const program = `${PROJECT}/test/fixtures/clients/reach-outside.mjs`;
      const run = await trial.run([process.execPath, program, JSON.stringify(attempts)]);
      expect(JSON.parse(run.stdout.text)).toEqual({
        loopback: 'ECONNREFUSED',
        network: 'ENETUNREACH',
        network6: expect.stringMatching(/ENETUNREACH|EADDRNOTAVAIL/),
        socket: 'ENOENT',
        abstract: 'ECONNREFUSED',
        docker: 'ENOENT',
        name: expect.stringMatching(/EAI_AGAIN|ENOTFOUND/),
      });
    });

    test('would have reached them without the room', async () => {
      const unsealed = await openRoom('none');
      const port = portOf(servers);
      const attempts = {
        loopback: { port, host: '127.0.0.1' },
        socket: { path: socket },
        abstract: { path: abstract },
      };
      const program = `${PROJECT}/test/fixtures/clients/reach-outside.mjs`;
      const run = await unsealed.run([process.execPath, program, JSON.stringify(attempts)]);
      await unsealed.room.close();
      expect(JSON.parse(run.stdout.text)).toMatchObject({
        loopback: 'connected',
        socket: 'connected',
        abstract: 'connected',
      });
    });

    test('finds a loopback of its own and no other interface', async () => {
      const { interfaces } = await lookAround();
      const names = [...interfaces.matchAll(/^\s*(\w+):/gm)].map(([, name]) => name);
      expect(names).toContain('lo');
      expect(names).not.toContain('eth0');
    });
  });

  test('a program finds an environment made from nothing, in its own process and in every other', async () => {
    const { env, environments } = await lookAround();
    expect(Object.keys(env).toSorted()).toEqual(['HOME', 'LANG', 'PATH', 'TERM', 'TMPDIR']);
    expect(environments.length).toBeGreaterThanOrEqual(3);
    expect(environments.join()).not.toContain(secret);
    const names = environments.flatMap((text) => text.split('\0').map((line) => line.split('=')[0]));
    expect(names).not.toContain('SSH_AUTH_SOCK');
    expect(names).not.toContain('npm_config_user_agent');
  });

  test('a program does not see the caller’s home, project, temporary files or anything else of the machine', async () => {
    const paths = [
      callersHome,
      join(callersHome, 'token'),
      join(tmpdir(), `${secret}.txt`),
      userInfo().homedir,
      join(PROJECT, 'package-lock.json'),
      join(PROJECT, 'src'),
      '/root',
      '/var',
      '/mnt',
      '/srv',
      '/opt',
      '/sys',
      '/run/dbus',
      '/etc/shadow',
      '/etc/ssh',
      '/etc/ssl/private',
      '/etc/npmrc',
    ].filter((path) => !leadsToShown(path));
    const { read, home, hostname } = await lookAround({ read: paths });
    expect(read).toEqual(Object.fromEntries(paths.map((path) => [path, 'ENOENT'])));
    expect(home).toBe('/probe/home');
    expect(hostname).toBe('room');
  });

  test('a program may read what the tool shows, and write neither that nor the system', async () => {
    const executable = join(store, 'executable');
    const forbidden = [
      executable,
      join(store, 'new'),
      join(DIST, 'errors.js'),
      ...(PROJECT.startsWith('/tmp/') ? [] : [join(PROJECT, 'new')]),
      '/new',
      '/probe/new',
      '/dev/new',
      '/etc/hosts',
      '/usr/bin/new',
      '/usr/local/etc/new',
      '/proc/sys/kernel/core_pattern',
      '/proc/sysrq-trigger',
    ];
    const allowed = ['/probe/home/new', '/probe/work/new', '/tmp/new', '/dev/shm/new', '/dev/null'];
    const { read, write } = await lookAround({ read: [executable], write: [...forbidden, ...allowed] });
    expect(read).toEqual({ [executable]: 'contents' });
    for (const path of forbidden) expect([path, write[path]]).toEqual([path, expect.stringMatching(/^E/)]);
    for (const path of allowed) expect([path, write[path]]).toEqual([path, 'done']);
  });

  test('a program may use the devices, and change nothing of them: they are those of the machine', async () => {
    const { stdout } = await trial.run([
      '/bin/sh',
      '-c',
      'for name in null zero full random urandom tty; do chmod 666 /dev/$name 2>/dev/null && echo changed $name; done; head -c 3 /dev/zero | wc -c',
    ]);
    expect(stdout.text).toBe('3\n');
  });

  test('a program has no capability and no way to get one', async () => {
    const { status } = await lookAround();
    expect(status).toMatch(/^NoNewPrivs:\s+1$/m);
    for (const set of ['CapInh', 'CapPrm', 'CapEff', 'CapAmb'])
      expect(status).toMatch(new RegExp(`^${set}:\\s+0+$`, 'm'));
  });

  test('a writable place holds only so much', async () => {
    const write = 'head -c 400000000 /dev/zero >/tmp/large; wc -c </tmp/large; rm /tmp/large';
    const run = await trial.run(['/bin/sh', '-c', write]);
    expect(run.stderr.text).toContain('No space left on device');
    expect(Number(run.stdout.text)).toBeLessThanOrEqual(256 * 1024 * 1024);
  });

  test('a probe finds nothing of the one before it', async () => {
    const places = ['/probe/home', '/probe/work', '/tmp', '/dev/shm'];
    const littered = await trial.run(['litter.sh', ...places]);
    expect(littered).toMatchObject({ exit: { kind: 'exited', code: 0 }, stderr: { text: '' } });
    await trial.ask('endEverything');
    await trial.ask('empty');
    const { stdout } = await trial.run(['list.sh', '/probe/home', '/probe/work', '/dev/shm']);
    expect(stdout.text).toBe('700\n700\n1777\n');
    // The store of this test lies in /tmp, and a checkout may: what the room shows stays.
    const shown = [store, PROJECT].flatMap((path) => /^\/tmp\/([^/]+)/.exec(path)?.[1] ?? []);
    const { read } = await lookAround({ read: ['/tmp', join(store, 'executable')] });
    expect(new Set(read['/tmp'] as string[])).toEqual(new Set(shown));
    expect(read[join(store, 'executable')]).toBe('contents');
  });

  test('the host refuses to kill or empty anything unless it is proven to be in namespaces of its own', async () => {
    const { stdout } = await trial.run(['/bin/sh', '-c', 'readlink /proc/self/ns/pid /proc/self/ns/mnt']);
    const [pid, mnt] = stdout.text.split('\n');
    const nowhere = { pid: null, mnt: null };
    for (const outside of [{ pid, mnt }, nowhere]) {
      await expect(trial.ask('endEverythingElsewhere', { outside })).rejects.toMatchObject({
        code: 'HOST_FAILED',
      });
      await expect(trial.ask('emptyElsewhere', { outside })).rejects.toMatchObject({ code: 'HOST_FAILED' });
    }
  });
});

function portOf([server]: readonly Server[]): number {
  const address = server?.address();
  return typeof address === 'object' && address ? address.port : 0;
}

/** The directories above what is shown are there, with nothing else in them. */
function leadsToShown(path: string): boolean {
  return [PROJECT, process.execPath].some((shown) => shown.startsWith(`${path}/`));
}
