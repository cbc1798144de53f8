import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findConfig } from '../../src/nightly/config.js';
import { useFolder } from '../helpers/user-folder.js';

const user = useFolder();
const JSON_NAME = 'mcp-bisect.config.json';
const MJS_NAME = 'mcp-bisect.config.mjs';

const find = (path?: string) => findConfig(path, user.path);
const refused = (...parts: string[]) => ({
  code: 'BAD_CONFIG',
  message: expect.stringMatching(parts.map((part) => part.replaceAll('.', '\\.')).join('.*')),
  hint: expect.stringMatching(/./),
});

describe('the configuration', () => {
  it('may be left out', async () => {
    expect(await find()).toEqual({ config: {}, file: null, folder: user.path });
  });

  it.each([
    [JSON_NAME, '{ "releases": 3 }'],
    [JSON_NAME, '\uFEFF{ "releases": 3 }'],
    [MJS_NAME, 'const releases = 3;\nexport default { releases };'],
  ])('is found in the working folder: %s', async (name, text) => {
    user.write(name, text);
    expect(await find()).toEqual({ config: { releases: 3 }, file: join(user.path, name), folder: user.path });
  });

  it('is the file that was named, and its paths begin in its folder', async () => {
    user.write(JSON_NAME, '{ "releases": 3 }');
    mkdirSync(join(user.path, 'ci'));
    user.write('ci/nights.json', '{ "releases": 4 }');
    expect(await find('ci/nights.json')).toEqual({
      config: { releases: 4 },
      file: join(user.path, 'ci/nights.json'),
      folder: join(user.path, 'ci'),
    });
    expect(await find(join(user.path, 'ci/nights.json'))).toMatchObject({ config: { releases: 4 } });
  });

  it('is not guessed at where there are two', async () => {
    user.write(JSON_NAME, '{}');
    user.write(MJS_NAME, 'export default {};');
    await expect(find()).rejects.toMatchObject(refused(MJS_NAME, JSON_NAME, 'both'));
    expect(await find(JSON_NAME)).toMatchObject({ config: {} });
  });

  it.each<[string, string, string, string[]]>([
    ['is not JSON', JSON_NAME, '{ "releases": 3, }', [JSON_NAME, 'not JSON']],
    ['is empty', JSON_NAME, '', [JSON_NAME, 'not JSON']],
    ['has a field that nobody knows', JSON_NAME, '{ "relases": 3 }', [JSON_NAME, 'relases']],
    ['has a field that nobody knows', MJS_NAME, 'export default { relases: 3 };', [MJS_NAME, 'relases']],
    ['cannot be read as a program', MJS_NAME, 'export default {', [MJS_NAME, 'cannot be loaded']],
    ['fails', MJS_NAME, 'throw new Error("no such luck");', [MJS_NAME, 'no such luck']],
    ['exports nothing', MJS_NAME, 'export const config = {};', [MJS_NAME, 'no default export']],
  ])('that %s is refused by name: %s', async (_, name, text, said) => {
    user.write(name, text);
    await expect(find()).rejects.toMatchObject(refused(...said));
  });

  it('that was named and is not there is refused', async () => {
    await expect(find('nowhere.json')).rejects.toMatchObject(refused('nowhere.json', 'ENOENT'));
  });
});
