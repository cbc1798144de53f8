import { describe, expect, it } from 'vitest';
import { nightNumbers, type NightOutcome } from '../../src/cli/night-text.js';
import { exitCodeOf } from '../../src/cli/nightly.js';
import { BisectError } from '../../src/errors.js';
import { NightLog } from '../../src/nightly/log.js';
import { round } from '../helpers/scripted.js';
import { SUBJECT, toldChange } from '../nightly/setting.js';

const regression = toldChange({ id: 'a' });
const fix = toldChange({ id: 'b', kind: 'fix' });
const full = new BisectError('DISK_FULL', 'no space left');
const bad = new BisectError('BAD_OPTION', 'no such thing');

describe('the exit code of a night', () => {
  it.each([
    ['nothing new', [], [], 0],
    ['good news', [fix], [], 0],
    ['a regression', [fix, regression], [], 1],
    ['a regression, whatever failed', [regression], [full], 1],
    ['good news, and a failure', [fix], [full], 4],
    ['a failure', [], [full], 4],
    ['several failures: that of the first', [], [bad, full], 2],
  ])('is for %s', (_, news, failures, expected) => {
    expect(exitCodeOf({ news, failures })).toBe(expected);
  });
});

describe('the last line of --log-json', () => {
  it('has in numbers what the night found and took', () => {
    const log = new NightLog(() => {});
    for (const word of ['good', 'bad', 'bad', 'skip'] as const) log.round(SUBJECT, '1.0.0', round(word));
    const told = (error: string | null) => ({ id: 'a', channel: '--on-change', error, place: null });
    const night = {
      news: [regression],
      untold: [fix, fix],
      told: [told(null), told('down'), told(null)],
      downloads: 1,
      cacheHits: 2,
      filesWritten: 3,
    };
    expect(nightNumbers({ night, options: { log }, elapsedMs: 4 } as unknown as NightOutcome)).toEqual({
      elapsedMs: 4,
      rounds: { good: 1, bad: 2, skip: 1 },
      downloads: 1,
      cacheHits: 2,
      filesWritten: 3,
      news: 1,
      told: 2,
      untold: 2,
    });
  });
});
