import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressOf, pathInside } from '../../src/store/layout.js';
import { clientTarball, sourceOf } from './workbench.js';

const tarball = clientTarball('one');

describe('the address of an executable', () => {
  it('is the same for the same content under another name', () => {
    const one = addressOf(sourceOf(tarball));
    const other = addressOf(
      sourceOf(tarball, { package: 'mirrored', version: '9.9.9', tarball: 'https://elsewhere/' }),
    );
    expect(other.key).toBe(one.key);
  });

  it('differs for another executable of the same tarball, and for other companions', () => {
    const sources = [{}, { entry: 'package/other' }, { companions: ['package/package.json'] }];
    const keys = new Set(sources.map((more) => addressOf(sourceOf(tarball, more)).key));
    expect(keys.size).toBe(3);
  });

  it.each(['../claude', '/bin/sh', 'package/../../claude', 'package\\claude', 'C:/claude', '', '.'])(
    'refuses the entry %j, which a manifest may have made up',
    (entry) => {
      expect(() => addressOf(sourceOf(tarball, { entry }))).toThrow(
        expect.objectContaining({ code: 'TARBALL_MALFORMED' }),
      );
    },
  );
});

describe('a path of a tarball', () => {
  it('is either refused or stays below the directory, whatever it is', () => {
    const part = fc.constantFrom('..', '.', '', 'a', 'b c', '\\', 'C:', '...', '\0');
    fc.assert(
      fc.property(fc.array(part), (parts) => {
        const inside = pathInside(parts.join('/'));
        if (inside === undefined) return;
        const names = inside.split('/');
        expect(names).not.toContain('..');
        expect(names.every((name) => name !== '' && !name.includes('\\'))).toBe(true);
      }),
    );
  });
});
