import { describe, expect, it } from 'vitest';
import { unpublishedBetween } from '../../src/report/unpublished.js';

describe('versions that were never published', () => {
  it('are named where counting up tells', () => {
    expect(unpublishedBetween('2.1.150', '2.1.152')).toEqual(['2.1.151']);
    expect(unpublishedBetween('2.1.142', '2.1.145')).toEqual(['2.1.143', '2.1.144']);
  });

  it.each([
    ['neighbours', '2.1.146', '2.1.147'],
    ['the first row', undefined, '2.1.147'],
    ['another minor version', '2.0.76', '2.1.2'],
    ['another major version', '1.0.0', '2.0.2'],
    ['a prerelease before', '2.1.150-beta.1', '2.1.152'],
    ['a prerelease after', '2.1.150', '2.1.152-beta.1'],
    ['so many that nobody has counted', '2.1.1', '2.1.900'],
    ['what is no version', 'x', '2.1.2'],
  ])('are not guessed: %s', (_, before, after) => {
    expect(unpublishedBetween(before, after)).toEqual([]);
  });
});
