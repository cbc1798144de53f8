import { describe, expect, it } from 'vitest';
import { allOf, counted, listed, oneOf, percent } from '../../src/report/words.js';

const versions = (count: number) => Array.from({ length: count }, (_, index) => `1.0.${index}`);

describe('numbers of things', () => {
  it.each([
    [0, '0 tools'],
    [1, '1 tool'],
    [2, '2 tools'],
  ])('%d', (count, text) => {
    expect(counted(count, 'tool')).toBe(text);
  });
});

describe('several releases in a sentence', () => {
  it('are listed, in a way that says whether all are meant or one of them', () => {
    expect(listed([], 'and')).toBe('');
    expect(allOf(versions(3))).toBe('1.0.0, 1.0.1 and 1.0.2');
    expect(oneOf(versions(3))).toBe('1.0.0, 1.0.1 or 1.0.2');
  });

  it('are told by their ends where they are many', () => {
    expect(allOf(versions(7))).toBe('releases from 1.0.0 to 1.0.6');
    expect(oneOf(versions(7))).toBe('one of 7, from 1.0.0 to 1.0.6');
  });
});

describe('how sure something is', () => {
  it('is never said to be more', () => {
    expect(percent(0.999)).toBe('99 %');
  });
});
