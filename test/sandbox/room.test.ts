/** What of a room can be told from values; the rooms themselves are tried in sealed.test.ts. */
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

test('a room shows nothing twice: neither what the system has nor what lies in something shown', () => {
  const readOnly = ['/usr/bin/node', '/usr', '/data/store/a', '/data/store', '/data/store', '/data/store-b'];
  const shown = roomSteps(sealedLayout(system, readOnly)).filter(({ kind }) => kind === 'show');
  expect(shown.map((step) => 'path' in step && step.path)).toEqual([
    '/usr',
    '/etc/hosts',
    '/data/store',
    '/data/store-b',
  ]);
});

test('a room by unshare makes a user namespace for everyone but root, and passes every path as a word', () => {
  const commandFor = (uid: number) =>
    roomCommand('unshare', sealedLayout({ ...system, caller: { uid, gid: 100 } }, []), ['node', 'ho st.js']);
  expect(commandFor(1000).args).toEqual(expect.arrayContaining(['--user', '--map-root-user']));
  expect(commandFor(1000).args.slice(-3)).toEqual(['--', 'node', 'ho st.js']);
  expect(commandFor(0).args).not.toContain('--user');
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
