import { describe, expect, it } from 'vitest';
import { printable, printableLine } from '../../src/report/printable.js';

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
