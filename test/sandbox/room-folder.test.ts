/** What a client without isolation leaves in the place of its room: nothing of anybody else's is ever removed. */
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeRoomFolder, removeRoomFolder } from '../../src/sandbox/leftovers.js';

let room: string;
let elsewhere: string;
beforeEach(() => {
  room = makeRoomFolder();
  elsewhere = mkdtempSync(join(tmpdir(), 'elsewhere-'));
  writeFileSync(join(elsewhere, 'precious'), 'of the user');
});
afterEach(() => {
  expect(readFileSync(join(elsewhere, 'precious'), 'utf8')).toBe('of the user');
  for (const folder of [room, elsewhere]) rmSync(folder, { recursive: true, force: true });
});

describe('the folder of a room', () => {
  it('is emptied of a link in the place of its home, and what that leads to stays', () => {
    mkdirSync(join(room, 'work'));
    symlinkSync(elsewhere, join(room, 'home'));
    symlinkSync(elsewhere, join(room, 'work', 'link'));
    removeRoomFolder(room, { keep: true });
    expect(readdirSync(room)).toEqual([]);
  });

  it('that has become a link itself is left as it is, and said', () => {
    renameSync(room, `${room}-moved`);
    symlinkSync(elsewhere, room);
    for (const keep of [true, false])
      expect(() => removeRoomFolder(room, { keep })).toThrow(
        expect.objectContaining({ code: 'HOST_FAILED', hint: expect.stringContaining('by hand') }),
      );
    rmSync(`${room}-moved`, { recursive: true });
  });

  it('that the client has removed is no obstacle', () => {
    rmSync(room, { recursive: true });
    removeRoomFolder(room);
    expect(readdirSync(tmpdir())).not.toContain(room);
  });
});
