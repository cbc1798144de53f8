import { describe, expect, it } from 'vitest';
import { linkTo } from '../../../src/report/nightly/links.js';

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
