import { describe, expect, it } from 'vitest';
import { cut, keptOf, keptOfSeen, omittedText } from '../../src/report/cut.js';
import { printable } from '../../src/report/printable.js';

describe('a text that is too long', () => {
  it('is kept from its beginning, and the rest is counted', () => {
    expect(keptOf('abcdef', 4)).toEqual({ kept: 'abcd', omitted: 2 });
    expect(keptOf('abcd', 4)).toEqual({ kept: 'abcd', omitted: 0 });
    expect(cut('abcdef', 4)).toBe('abcd … 2 more characters');
    expect(cut('abcde', 4)).toBe('abcd … 1 more character');
    expect(cut('abcd', 4)).toBe('abcd');
  });

  it('is never cut in the middle of a character', () => {
    expect(keptOf('ab🎫c', 3)).toEqual({ kept: 'ab', omitted: 3 });
    expect(keptOf('ab🎫c', 4)).toEqual({ kept: 'ab🎫', omitted: 1 });
  });

  it('has as many characters as can be seen: escape sequences do not count', () => {
    expect(keptOfSeen('\u001B[31mred\u001B[0m and more', 3, printable)).toEqual({ kept: 'red', omitted: 9 });
  });

  it('is cut before it is looked at', () => {
    let looked = 0;
    const { omitted } = keptOfSeen('x'.repeat(1_000_000), 10, (text) => {
      looked = text.length;
      return text;
    });
    expect(looked).toBe(80);
    expect(omitted).toBe(999_990);
  });

  it('has no half of a character, wherever it came from', () => {
    expect(keptOfSeen('a\uD800b', 10, String).kept).toBe('a\uFFFDb');
  });

  it('is said to be, in one way', () => {
    expect(omittedText(0)).toBe('');
    expect(omittedText(1)).toBe('… (1 more character)');
    expect(omittedText(1_234)).toBe('… (1,234 more characters)');
  });
});
