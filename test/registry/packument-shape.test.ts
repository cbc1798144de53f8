import { describe, expect, test } from 'vitest';
import { parsePackument } from '../../src/registry/manifest.js';

const DIST = {
  tarball: 'https://registry.test/client/-/client-1.0.0.tgz',
  integrity: 'sha512-x',
  shasum: 'y',
};
const GOOD = { name: 'client', version: '1.0.0', dist: DIST };

function versionsLeftOf(versions: Record<string, unknown>): string[] {
  return Object.keys(parsePackument('client', { name: 'client', versions })?.versions ?? { none: null });
}

describe('a version', () => {
  test('keeps what is read of it and nothing else', () => {
    const full = {
      ...GOOD,
      bin: { client: 'x' },
      optionalDependencies: { a: '1' },
      deprecated: '',
      scripts: { x: 'y' },
    };
    const { scripts: _, ...expected } = full;
    expect(parsePackument('client', { name: 'client', versions: { '1.0.0': full } })?.versions).toEqual({
      '1.0.0': expected,
    });
  });

  test.each<[string, unknown]>([
    ['null', null],
    ['a string', 'version'],
    ['without dist', { name: 'client', version: '1.0.0' }],
    ['without a tarball', { ...GOOD, dist: {} }],
    ['with a tarball that is no web address', { ...GOOD, dist: { tarball: 'file:///etc/passwd' } }],
    ['with a number as version', { ...GOOD, version: 1 }],
    ['of another package', { ...GOOD, name: 'other' }],
    ['of another version', { ...GOOD, version: '1.0.1' }],
    ['with malformed optionalDependencies', { ...GOOD, optionalDependencies: ['a'] }],
  ])('that is %s is left out, and the others stay', (_, malformed) => {
    const other = { ...GOOD, version: '2.0.0' };
    expect(versionsLeftOf({ '1.0.0': malformed, '2.0.0': other })).toEqual(['2.0.0']);
  });
});

describe('a document', () => {
  test('without tags and times, as some mirrors give it, is a packument', () => {
    expect(parsePackument('client', { name: 'client', versions: { '1.0.0': GOOD } })).toEqual({
      name: 'client',
      'dist-tags': {},
      versions: { '1.0.0': GOOD },
    });
  });

  test('keeps the times that are text', () => {
    const document = {
      name: 'client',
      versions: {},
      time: { '1.0.0': '2026-01-01', '1.1.0': 5, unpublished: {} },
    };
    expect(parsePackument('client', document)?.time).toEqual({ '1.0.0': '2026-01-01' });
  });

  test.each<[string, unknown]>([
    ['null', null],
    ['a list', []],
    ['text', 'x'],
    ['an error', { error: 'not found' }],
    ['of another package', { name: 'other', versions: {} }],
    ['with a list of versions', { name: 'client', versions: ['1.0.0'] }],
    ['with tags that point to numbers', { name: 'client', versions: {}, 'dist-tags': { latest: 1 } }],
  ])('that is %s is none', (_, document) => {
    expect(parsePackument('client', document)).toBeNull();
  });
});
