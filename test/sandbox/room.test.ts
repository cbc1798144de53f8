/** The command that builds a room, and the environment in it, as values. */
import { describe, expect, test } from 'vitest';
import { clientEnvironment } from '../../src/sandbox/inside.js';
import { roomCommand } from '../../src/sandbox/room.js';
import { roomSteps, sealedLayout, type SystemPlaces } from '../../src/sandbox/steps.js';

const system: SystemPlaces = {
  shown: ['/usr', '/etc/hosts'],
  links: { '/bin': 'usr/bin' },
  hidden: { '/usr/local/etc': 'directory', '/usr/etc/npmrc': 'file' },
  frozen: ['/proc/sys'],
  caller: { uid: 1000, gid: 100 },
};
const layout = sealedLayout(system, ['/home/me/tool/dist', '/home/me/store'], 1_000_000);

describe('the steps that build a room', () => {
  test('show the system first, and what the tool shows after the writable places that may lie above it', () => {
    const order = roomSteps(layout).map((step) => ('path' in step ? `${step.kind} ${step.path}` : step.kind));
    expect(order).toEqual([
      'show /usr',
      'show /etc/hosts',
      'link /bin',
      'hide /usr/local/etc',
      'hide /usr/etc/npmrc',
      'proc',
      'freeze /proc/sys',
      'devices',
      'writable /probe/home',
      'writable /probe/work',
      'writable /tmp',
      'writable /dev/shm',
      'show /home/me/tool/dist',
      'show /home/me/store',
    ]);
  });

  test('show nothing twice: neither what the system has nor what lies in something shown', () => {
    const readOnly = [
      '/usr/bin/node',
      '/usr',
      '/data/store/a',
      '/data/store',
      '/data/store',
      '/data/store-b',
    ];
    const shown = roomSteps(sealedLayout(system, readOnly)).filter(({ kind }) => kind === 'show');
    expect(shown.map((step) => 'path' in step && step.path)).toEqual([
      '/usr',
      '/etc/hosts',
      '/data/store',
      '/data/store-b',
    ]);
  });
});

describe('the command', () => {
  test('of bubblewrap unshares, restrains, mounts, seals and then runs the program', () => {
    const { file, args } = roomCommand('bwrap', layout, ['node', 'host.js']);
    const line = args.join(' ');
    expect(file).toBe('bwrap');
    for (const option of [
      '--unshare-net',
      '--unshare-pid',
      '--unshare-ipc',
      '--unshare-uts',
      '--die-with-parent',
    ]) {
      expect(args).toContain(option);
    }
    expect(line).toContain('--new-session --cap-drop ALL');
    expect(line).toContain('--perms 0700 --size 1000000 --tmpfs /probe/home');
    expect(line).toContain('--ro-bind /home/me/store /home/me/store');
    expect(line).toContain('--ro-bind /dev/null /usr/etc/npmrc');
    expect(line).toMatch(/--remount-ro \/dev --remount-ro \/ --chdir \/probe\/work -- node host\.js$/);
    expect(args).not.toContain('--bind');
    expect(args).not.toContain('--share-net');
  });

  test('of unshare dies with the tool, makes a user namespace for everyone but root, and passes every path as a word', () => {
    const { file, args } = roomCommand('unshare', layout, ['node', 'ho st.js']);
    expect([file, ...args].slice(0, 5)).toEqual(['setpriv', '--pdeathsig', 'KILL', '--', 'unshare']);
    expect(args).toEqual(
      expect.arrayContaining(['--user', '--map-root-user', '--net', '--pid', '--kill-child']),
    );
    expect(args.slice(-3)).toEqual(['--', 'node', 'ho st.js']);
    expect(args.join(' ')).toContain('hide-directory /usr/local/etc hide-file /usr/etc/npmrc');
    const root = { ...system, caller: { uid: 0, gid: 0 } };
    expect(roomCommand('unshare', sealedLayout(root, []), ['node']).args).not.toContain('--user');
  });

  test('without isolation is the program itself', () => {
    expect(roomCommand('none', layout, ['node', 'host.js'])).toEqual({ file: 'node', args: ['host.js'] });
  });
});

describe('the environment of the client', () => {
  const room = { isolation: 'bwrap', home: '/probe/home', temporary: '/tmp', mark: 'the-mark' } as const;

  test('is made from nothing', () => {
    expect(clientEnvironment(room, {}, '/usr/bin/node')).toEqual({
      PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/run/current-system/sw/bin',
      HOME: '/probe/home',
      TMPDIR: '/tmp',
      TERM: 'dumb',
      LANG: 'C.UTF-8',
    });
  });

  test('takes what the adapter adds, but not what the room decides', () => {
    const env = clientEnvironment(room, { TERM: 'xterm', DEBUG: '1', HOME: '/root', PATH: '/evil' });
    expect(env).toMatchObject({ TERM: 'xterm', DEBUG: '1', HOME: '/probe/home' });
    expect(env['PATH']).not.toContain('evil');
  });

  test('finds node, wherever that is', () => {
    expect(clientEnvironment(room, {}, '/home/me/.nvm/v22/bin/node')['PATH']).toMatch(
      /:\/home\/me\/\.nvm\/v22\/bin$/,
    );
  });

  test('carries the mark of the room only where there is no namespace to tell its processes by', () => {
    expect(Object.values(clientEnvironment(room))).not.toContain('the-mark');
    expect(Object.values(clientEnvironment({ ...room, isolation: 'none' }))).toContain('the-mark');
  });
});
