import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { chooseIsolation, type IsolationTrial } from '../../src/sandbox/isolation.js';
import { roomCommand, spawnRoom } from '../../src/sandbox/room.js';
import { sealedLayout } from '../../src/sandbox/steps.js';
import { findProgram, systemPlaces } from '../../src/sandbox/system.js';
import { processesWith, remaining } from './trial-room.js';

/** A machine on which what is named does not work. */
function machine(broken: Record<string, string>): IsolationTrial {
  return { platform: 'linux', tryRoom: (isolation) => Promise.resolve(broken[isolation] ?? null) };
}

describe('the choice of an isolation', () => {
  const bare = machine({ bwrap: 'bwrap is not installed', unshare: 'Operation not permitted' });

  test('is bubblewrap where that works, without a word', async () => {
    expect(await chooseIsolation('auto', machine({}))).toEqual({ isolation: 'bwrap', notes: [] });
  });

  test('falls back to unshare and says why', async () => {
    const choice = await chooseIsolation('auto', machine({ bwrap: 'bwrap is not installed' }));
    expect(choice).toEqual({
      isolation: 'unshare',
      notes: ['bubblewrap is not usable: bwrap is not installed'],
    });
  });

  test('is never none by itself: with neither, every reason and the way out are said', async () => {
    await expect(chooseIsolation('auto', bare)).rejects.toMatchObject({
      code: 'ISOLATION_UNAVAILABLE',
      exitCode: 4,
      message: expect.stringMatching(/bwrap is not installed.*Operation not permitted/),
      hint: expect.stringMatching(/apt install bubblewrap.*--isolation none/),
    });
  });

  test('that is demanded but absent is an error with a way out', async () => {
    for (const [demanded, reason, hint] of [
      ['bwrap', 'bwrap is not installed', 'apt install bubblewrap'],
      ['unshare', 'Operation not permitted', 'user namespaces'],
    ] as const) {
      await expect(chooseIsolation(demanded, bare)).rejects.toMatchObject({
        code: 'ISOLATION_UNAVAILABLE',
        exitCode: 4,
        message: expect.stringContaining(reason),
        hint: expect.stringContaining(hint),
      });
    }
  });

  test('that is demanded is not replaced by a better one', async () => {
    expect(await chooseIsolation('unshare', machine({}))).toEqual({ isolation: 'unshare', notes: [] });
    expect(await chooseIsolation('none', machine({}))).toMatchObject({
      isolation: 'none',
      notes: [expect.any(String)],
    });
  });

  test.each(['auto', 'bwrap'] as const)(
    'by %s is refused on other systems, which are not even tried',
    async (kind) => {
      const mac: IsolationTrial = { platform: 'darwin', tryRoom: () => Promise.reject(new Error('tried')) };
      await expect(chooseIsolation(kind, mac)).rejects.toMatchObject({
        code: 'ISOLATION_UNAVAILABLE',
        exitCode: 4,
        hint: expect.stringContaining('--isolation none'),
      });
    },
  );

  test('is tried for real', async () => {
    expect(await chooseIsolation('bwrap')).toEqual({ isolation: 'bwrap', notes: [] });
    expect(await chooseIsolation('unshare')).toEqual({ isolation: 'unshare', notes: [] });
  });
});

describe.each(['bwrap', 'unshare'] as const)('for an ordinary user, %s', (isolation) => {
  const ordinary = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : systemPlaces().caller;
  const become = [`--reuid=${ordinary.uid}`, `--regid=${ordinary.gid}`, '--keep-groups'];

  /** A command in a room, run by that user through a shell that stays its parent. */
  function inRoom(script: string, ...args: string[]): string[] {
    const layout = sealedLayout({ ...systemPlaces(), caller: ordinary }, []);
    const command = roomCommand(isolation, layout, ['/bin/sh', '-c', script, ...args]);
    return [
      ...become,
      '--',
      '/bin/sh',
      '-c',
      '"$@"; exit $?',
      'parent',
      findProgram(command.file),
      ...command.args,
    ];
  }

  test('builds the same room, in which the user is still that user', async () => {
    const script = [
      'id -u',
      'touch /probe/home/a /probe/work/a /tmp/a /dev/shm/a && echo writable',
      'touch /a /usr/a /dev/a /probe/a 2>/dev/null || echo sealed',
      'grep -E "NoNewPrivs|CapEff" /proc/self/status',
      'grep -c : /proc/net/dev',
    ].join('; ');
    const { stdout, stderr } = await execa('setpriv', inRoom(script), { cwd: '/' });
    expect(stderr).toBe('');
    const [uid, writable, sealed, capabilities, privileges] = stdout.split('\n');
    expect([uid, writable, sealed]).toEqual([String(ordinary.uid), 'writable', 'sealed']);
    expect([capabilities, privileges].join()).toMatch(/^CapEff:\s+0+,NoNewPrivs:\s+1$/);
  });

  test('the room dies with its parent', async () => {
    const marker = `marker-${crypto.randomUUID()}`;
    const parent = execa('setpriv', inRoom('mkfifo /tmp/never; read -r _ </tmp/never', 'room', marker), {
      cwd: '/',
      reject: false,
      stdio: 'ignore',
    });
    // Not before the program runs: only the host, by its channel, notices a tool that dies while the room is being built.
    const running = (): boolean =>
      processesWith(marker).some((line) => /^\d+: \/bin\/sh -c mkfifo/.test(line));
    await expect.poll(running, { timeout: 60_000 }).toBe(true);
    parent.kill('SIGKILL');
    await parent;
    expect(await remaining(marker)).toEqual([]);
  });
});

describe('a room that cannot be built', () => {
  test('ends with the reason, and can be closed', async () => {
    const room = spawnRoom({ isolation: 'bwrap', readOnly: [], hostPath: '/absent/host.js' });
    const { code, stderr } = await room.ended;
    expect(code).toBe(1);
    expect(stderr).toContain('/absent/host.js');
    await room.close();
  });

  test('because of what the system lacks, ends with the reason', async () => {
    const system = { ...systemPlaces(), shown: ['/absent'] };
    const room = spawnRoom({ isolation: 'bwrap', readOnly: [], hostPath: '/absent/host.js', system });
    expect((await room.ended).stderr).toContain('/absent');
    await room.close();
  });

  test('because of what the tool lacks, is not even tried', () => {
    const request = { isolation: 'bwrap', readOnly: ['/absent/store'], hostPath: '/absent/host.js' } as const;
    expect(() => spawnRoom(request)).toThrow(expect.objectContaining({ code: 'HOST_FAILED' }));
  });
});
