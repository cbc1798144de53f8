import { describe, expect, it } from 'vitest';
import { widthOf, wrapped } from '../../src/report/width.js';

describe('the width of a line', () => {
  it.each([
    ['plain', 5],
    ['', 0],
    ['漢字', 4],
    ['한글', 4],
    ['ｆｕｌｌ', 8],
    ['ｱ', 1],
    ['✔ ✘ ≠ – … ×', 11],
    ['e\u0301', 1],
    ['\u0301', 0],
    ['⌚🫠🥹', 6],
    ['👨‍👩‍👧', 2],
    ['🇩🇪', 2],
    ['☀\uFE0F', 2],
    ['☀', 1],
    ['\u001B[31mred\u001B[39m', 3],
  ])('of %j is %i', (line, width) => expect(widthOf(line)).toBe(width));
});

describe('a line that is wrapped', () => {
  it('breaks at blanks, as late as it can', () => {
    expect(wrapped('aa bb cc dd', 5)).toEqual(['aa bb', 'cc dd']);
    expect(wrapped('aa bb cc dd', 4)).toEqual(['aa', 'bb', 'cc', 'dd']);
  });

  it('counts wide characters as two', () => expect(wrapped('漢字 漢字 漢', 9)).toEqual(['漢字 漢字', '漢']));

  it('gives a word that is too long a line of its own, whole', () => {
    expect(wrapped('a muchtoolong b', 4)).toEqual(['a', 'muchtoolong', 'b']);
  });

  it('has no lines where there is no text', () => expect(wrapped(' ', 10)).toEqual([]));
});
