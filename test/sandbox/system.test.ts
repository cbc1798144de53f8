import { lstatSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { systemPlaces } from '../../src/sandbox/system.js';

describe('what of the system a room shows', () => {
  it('is all but what the caller may not even look at', () => {
    const usual = systemPlaces();
    const guarded = systemPlaces((path, options) => {
      if (path.startsWith('/usr')) throw Object.assign(new Error(`EACCES: ${path}`), { code: 'EACCES' });
      return lstatSync(path, options);
    });
    expect(usual.shown).toContain('/usr');
    expect(guarded.shown).toEqual(usual.shown.filter((path) => !path.startsWith('/usr')));
  });
});
