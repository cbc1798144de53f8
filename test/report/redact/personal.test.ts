import { describe, expect, it } from 'vitest';
import type { Identity } from '../../../src/machine.js';
import { masked } from '../../../src/report/redact/mask.js';
import { identityMasks } from '../../../src/report/redact/known.js';
import { textRedactor } from '../../../src/report/redact/redact.js';

const IDENTITY: Identity = {
  user: 'annabel',
  host: 'annas-laptop.example.net',
  home: '/home/annabel',
  cacheDir: '/home/annabel/src/mcp-bisect/cache',
};
const redacted = (text: string, identity: Partial<Identity> = {}) =>
  textRedactor({ ...IDENTITY, ...identity })(text);

describe('who ran it, and where', () => {
  it.each([
    ['the home', '/home/annabel/.npmrc', '~/.npmrc'],
    ['the cache', 'path=/home/annabel/src/mcp-bisect/cache/v1/x', 'path=[cache]/v1/x'],
    ['the user', 'user=annabel, Annabel’s', 'user=[user], [user]’s'],
    ['the host, with and without its domain', 'annas-laptop.example.net ANNAS-LAPTOP', '[host] [host]'],
    ['a folder named after a path', '.claude/projects/-home-annabel-src', '.claude/projects/~-src'],
    ['other homes', 'in /home/bob/x, /Users/eve and "/home/zoe"', 'in ~/x, ~ and "~"'],
    ['homes above which there is something', '/mnt/c/Users/bob/x /var/home/bob /export/home/bob', '~/x ~ ~'],
    ['homes in addresses', 'file:///home/bob/x ?p=%2Fhome%2Fannabel%2Fx', 'file://~/x ?p=~%2Fx'],
    ['homes on Windows', String.raw`C:\Users\Bob\x and "C:\\Users\\Bob\\x"`, String.raw`~\x and "~\\x"`],
    [
      'names with blanks on Windows',
      String.raw`C:\Users\Anna Bell\x in C:\Users\Bob it`,
      String.raw`~\x in ~ it`,
    ],
    [
      'names in JSON',
      JSON.stringify('cwd:\n/home/bob/src\nannabel\tannabel'),
      String.raw`"cwd:\n~/src\n[user]\t[user]"`,
    ],
    ['slashes of JSON', String.raw`"\/home\/annabel\/x"`, String.raw`"~\/x"`],
    ['names in addresses', 'q=%22annabel%22&h=%20annas-laptop', 'q=%22[user]%22&h=%20[host]'],
    [
      'names behind a number with dots',
      '10.0.0.5-annas-laptop 1.2.3-annabel',
      '10.0.0.5-[host] 1.2.3-[user]',
    ],
    [
      'names in colours',
      '\u001b[1mannabel\u001b[0m anna\u001b[1mbel [1mannabel[0m',
      '[user] [user] [1m[user][0m',
    ],
  ])('is not told: %s', (_, text, expected) => {
    expect(redacted(text)).toBe(expected);
  });

  it.each([
    '/probe/home/.claude/settings.json',
    'https://example.com/home/page',
    'annabella annabel_x Xannabel',
    '72e90bbe-d6bd-4003-bf64-4c05e34c6389',
    'sha512-annabel+annabel/annabel==',
  ])('is not seen in what is none: %s', (text) => {
    expect(redacted(text)).toBe(text);
  });

  it.each('root runner ci al 147 gateway session http debug will mark beta'.split(' '))(
    'is not known by a name that says nothing: %s',
    (name) => {
      const text = `${name} .${name} as ${name}: 2.1.147-beta.1`;
      expect(redacted(text, { user: name, host: name, home: `/home/${name}` })).toBe(text);
      expect(redacted(`/home/${name}/x`, { user: name, home: `/home/${name}` })).toBe('~/x');
    },
  );

  it('is not told by a name with dots in it, as Claude Code names its folders', () => {
    const identity = { user: 'anna.bell', home: '/data/people/anna.bell' };
    expect(redacted('-data-people-anna-bell-src -x-anna-bell anna.bell', identity)).toBe(
      '~-src -x-[user] [user]',
    );
  });

  it('is not told by the places to which its paths lead', () => {
    const masks = identityMasks({
      ...IDENTITY,
      realHome: '/data/people/a1',
      realCacheDir: '/big/cache',
    });
    expect(masked('/data/people/a1/x /big/cache/v1 /home/annabel', masks)).toBe('~/x [cache]/v1 ~');
  });

  it('is not told by paths on Windows, however they are written', () => {
    const identity = { user: 'x', host: 'y', home: 'D:\\people\\Bob Ray', cacheDir: 'D:\\cache' };
    const text = String.raw`D:\people\Bob Ray\x "D:\\people\\Bob Ray\\x" D:/people/Bob%20Ray D:/cache/v1`;
    expect(redacted(text, identity)).toBe(String.raw`~\x "~\\x" ~ [cache]/v1`);
  });
});
