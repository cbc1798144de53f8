/** Where an oracle may be run: its folder is what the room shows to the client. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { showableDirectory } from '../../src/sandbox/system.js';

let root: string;
let home: string;
beforeAll(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'showable-')));
  home = join(root, 'people/ada');
  mkdirSync(join(home, 'project'), { recursive: true });
  mkdirSync(join(home, '..x'));
  symlinkSync(home, join(root, 'link-to-home'));
  symlinkSync(join(home, 'project'), join(root, 'link-to-project'));
});
afterAll(() => rmSync(root, { recursive: true }));

describe('a folder is refused', () => {
  test.each([
    ['the home folder itself', 'people/ada'],
    ['what the home folder is in', 'people'],
    ['the home folder by another name', 'link-to-home'],
  ])('that is %s', (_, folder) => {
    expect(() => showableDirectory(join(root, folder), home)).toThrow(
      expect.objectContaining({
        code: 'BAD_OPTION',
        message: `the oracle would be run in ${join(root, folder)}, with your home folder in sight`,
      }),
    );
  });

  test('that is the home folder, though HOME names it by a link', () => {
    expect(() => showableDirectory(home, join(root, 'link-to-home'))).toThrow(/your home folder in sight/);
    expect(() => showableDirectory(join(root, 'people'), join(root, 'link-to-home'))).toThrow(/home folder/);
  });

  test('that is the home folder of whoever runs this', () => {
    expect(() => showableDirectory(homedir())).toThrow(/your home folder in sight/);
  });

  test.each([
    '/',
    '/proc',
    '/proc/self',
    '/sys',
    '/sys/kernel',
    '/dev',
    '/run',
    '/etc',
    '/etc/ssl',
    '/var',
    '/tmp',
    '/dev/shm',
  ])('that is %s, which a room has of its own or never shows', (folder) => {
    expect(() => showableDirectory(folder, home)).toThrow(
      expect.objectContaining({
        code: 'BAD_OPTION',
        message: expect.stringMatching(/ in sight$/) as unknown,
      }),
    );
  });

  test('that is not there', () => {
    expect(() => showableDirectory(join(root, 'absent'), home)).toThrow(
      expect.objectContaining({
        code: 'BAD_OPTION',
        message: expect.stringMatching(/which is not there$/) as unknown,
      }),
    );
  });
});

describe('a folder is shown', () => {
  test('that is below the home folder, whatever it is called', () => {
    expect(showableDirectory(join(home, 'project'), home)).toBe(join(home, 'project'));
    expect(showableDirectory(join(home, '..x'), home)).toBe(join(home, '..x'));
  });

  test('by its real path', () => {
    expect(showableDirectory(join(root, 'link-to-project'), home)).toBe(join(home, 'project'));
  });

  test('that is beside the home folder, though called like the way up', () => {
    const beside = join(home, '..x', 'y');
    mkdirSync(beside);
    expect(showableDirectory(beside, join(home, 'project'))).toBe(beside);
  });

  test.each(['/tmp', '/var/tmp', '/dev/shm'])('that is an ordinary one below %s', (place) => {
    const folder = mkdtempSync(join(place, 'showable-'));
    try {
      expect(showableDirectory(folder, home)).toBe(folder);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('of the programs that every room shows anyhow', () => {
    expect(showableDirectory('/usr/lib', home)).toBe('/usr/lib');
  });
});
