import { describe, expect, it } from 'vitest';
import { linkTo } from '../../src/report/links.js';
import {
  cut,
  jsonText,
  keptOf,
  omittedText,
  printable,
  printableLine,
  seen,
  seenLine,
} from '../../src/report/text.js';

describe('text of others, before it is printed', () => {
  it.each([
    ['escape sequences', '\u001b[2J\u001b]0;title\u0007'],
    ['control characters', '\u0000\u0007\u007f\u009b'],
    ['what changes the direction', '\u061c\u200e\u200f\u202a\u202e\u2066\u2069'],
    ['what takes no place', '\u00ad\u200b\u200d\u2060'],
    ['annotations, of which a part is hidden', '\ufff9\ufffa\ufffb'],
    ['tags, which are letters that nobody sees', '\u{e0001}\u{e0041}\u{e007f}'],
  ])('loses %s', (_, hidden) => {
    expect(printable(`a${hidden}b`)).toBe('ab');
    expect(printableLine(`a${hidden}b`)).toBe('ab');
  });

  it('keeps letters of every script, signs and marks', () => {
    const text = '✓ Ärger 日本 שלום é 🎫';
    expect(printable(text)).toBe(text);
  });

  it('has its white space folded, or kept as blanks on a line of a screen', () => {
    expect(printable(' a \t\n b ')).toBe('a b');
    expect(printableLine(' a\tb ')).toBe(' a b ');
  });
});

describe('a text that is too long', () => {
  it('is kept from its beginning, and the rest is counted', () => {
    expect(keptOf('abcdef', 4)).toEqual({ kept: 'abcd', omitted: 2 });
    expect(keptOf('abcd', 4)).toEqual({ kept: 'abcd', omitted: 0 });
    expect(cut('abcdef', 4)).toBe('abcd … 2 more characters');
    expect(cut('abcde', 4)).toBe('abcd … 1 more character');
    expect(cut('abcd', 4)).toBe('abcd');
    expect(omittedText(0)).toBe('');
    expect(omittedText(1)).toBe('… (1 more character)');
    expect(omittedText(1_234)).toBe('… (1,234 more characters)');
  });

  it('is never cut in the middle of a character, and has no half of one', () => {
    expect(keptOf('ab🎫c', 3)).toEqual({ kept: 'ab', omitted: 3 });
    expect(keptOf('ab🎫c', 4)).toEqual({ kept: 'ab🎫', omitted: 1 });
    expect(seen('a\uD800b', 10).kept).toBe('a\uFFFDb');
  });

  it('has as many characters as can be seen: escape sequences do not count', () => {
    expect(seen('\u001B[31mred\u001B[0m and more', 3)).toEqual({ kept: 'red', omitted: 9 });
  });

  it('is cut before it is looked at: escape sequences without an end cost nothing', () => {
    const raw = '\u001B]8;;'.repeat(2_000_000);
    const before = process.cpuUsage();
    seen(raw, 200);
    seenLine(raw, 200);
    // Of the processor's time, which does not hang on what else the machine does.
    expect(process.cpuUsage(before).user).toBeLessThan(1_000_000);
  });
});

describe('the text of a document', () => {
  it('escapes what JSON would leave: C1, directions, hidden characters, those beyond the first plane as well', () => {
    const hidden = '\u009B31m\u202E\u2066\u200B\uFEFF\u2028\u{E0041}\u007F';
    const text = jsonText({ hidden });
    // oxlint-disable-next-line no-control-regex
    expect(text).toMatch(/^[\n\u0020-\u007E]+$/);
    expect(JSON.parse(text)).toEqual({ hidden });
  });

  it('has no command to the runner of GitHub in it, and holds the values unchanged', () => {
    const commands = { a: '##[add-mask]x', b: 'x ##[group]' };
    expect(jsonText(commands)).not.toContain('##[');
    expect(JSON.parse(jsonText(commands))).toEqual(commands);
  });
});

describe('a link in the output folder', () => {
  it.each([
    ['evidence/a/1.0.0.html', {}, 'evidence/a/1.0.0.html'],
    ['evidence/a/1.0.0.html', { anchor: 'key' }, 'evidence/a/1.0.0.html#key'],
    ['index.html', { from: 'evidence/a/1.0.0.html' }, '../../index.html'],
    ['table.md', { from: 'index.html' }, 'table.md'],
    ['', { anchor: 'a b' }, '#a%20b'],
    ['1.0.0+build (1).html', {}, '1.0.0%2Bbuild%20%281%29.html'],
  ])('to %j (%j) is %s', (to, more, expected) => {
    expect(linkTo(to, more)).toBe(expected);
  });

  it('stays in it, whatever the file is called', () => {
    expect(linkTo('//evil.example/../x')).toBe('evil.example/x');
    expect(linkTo('javascript:alert(1)')).toBe('javascript%3Aalert%281%29');
    expect(linkTo('\uD83D')).toBe('%EF%BF%BD');
  });
});
