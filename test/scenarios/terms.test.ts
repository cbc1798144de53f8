import { describe, expect, it } from 'vitest';
import { termed } from '../../src/scenarios/terms.js';

const TERMS = { works: 'speaks it', broken: 'without it', broke: 'lost', fixed: 'gained' };

describe('a text in the words of a scenario', () => {
  it.each([
    ['First fixed: 2.1.3. Last known broken: 2.1.2.', 'First gained: 2.1.3. Last known without it: 2.1.2.'],
    ['Not fixed: 2.1.3 is still broken.', 'Not gained: 2.1.3 is still without it.'],
    ['Broken in 2.1.3', 'Without it in 2.1.3'],
    ['2.1.147 broke', '2.1.147 lost'],
    ['last known good', 'last known speaks it'],
    ['different failure', 'different failure'],
  ])('%s', (ours, theirs) => {
    expect(termed(ours, TERMS)).toBe(theirs);
  });

  it('leaves a reason as it was given, and all of it where there are no terms', () => {
    expect(termed('2.1.3 works (a broken pipe)', TERMS)).toBe('2.1.3 speaks it (a broken pipe)');
    expect(termed('First fixed: 2.1.3', undefined)).toBe('First fixed: 2.1.3');
    expect(termed('First fixed: 2.1.3, last good', { broken: 'bad' })).toBe('First fixed: 2.1.3, last good');
  });
});
