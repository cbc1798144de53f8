import { describe, expect, it } from 'vitest';
import type { Asked } from '../../src/search/answer.js';
import { pathOf, rangesOf, type PathStep } from '../../src/report/path.js';
import { keptRun } from '../helpers/kept-runs.js';
import { sampleRun } from '../helpers/reports.js';

const step = (version: string, verdict: 'good' | 'bad' | 'skip', search = 1): PathStep => ({
  search,
  side: null,
  atMs: null,
  why: '',
  asked: [{ version, rounds: 1, verdict }],
});
const lefts = (path: readonly PathStep[], asked: Asked = 'regression') =>
  rangesOf({ ...sampleRun.answer, changes: [], asked }, path);

describe('the range that is left', () => {
  it('narrows with every verdict, and not with a skip', () => {
    expect(
      lefts([
        step('2.1.142', 'good'),
        step('2.1.150', 'bad'),
        step('2.1.149', 'skip'),
        step('2.1.147', 'bad'),
        step('2.1.146', 'good'),
      ]),
    ).toEqual([
      'what comes after 2.1.142',
      '2.1.142 to 2.1.150, 5 releases between them',
      '2.1.142 to 2.1.150, 5 releases between them',
      '2.1.142 to 2.1.147, 2 releases between them',
      '2.1.146 and 2.1.147, which are neighbours',
    ]);
  });

  it('of a fix lies after the last broken release', () => {
    expect(lefts([step('2.1.147', 'bad'), step('2.1.149', 'good')], 'fix')).toEqual([
      'what comes after 2.1.147',
      '2.1.147 to 2.1.149, 1 release between them',
    ]);
  });

  it('is all of it where the verdicts contradict each other, and where no end is known', () => {
    expect(lefts([step('2.1.150', 'good'), step('2.1.142', 'bad')]).at(-1)).toBe(
      'all of them, since verdicts contradict each other',
    );
    expect(lefts([step('2.1.147', 'skip'), step('2.1.145', 'bad')])).toEqual([
      'all of them',
      'what comes before 2.1.145',
    ]);
  });

  it('of each search is its own', () => {
    expect(lefts([step('2.1.142', 'good'), step('2.1.150', 'bad', 2)])).toEqual([
      'what comes after 2.1.142',
      'what comes before 2.1.150',
    ]);
  });
});

it('of a window each step says on which side of the bad release it is', () => {
  const one = { atMs: 1, why: 'middle', rounds: [{ version: '2.1.147', count: 1 }] } as const;
  const sides = (asked: Asked) =>
    pathOf(keptRun({ asked, paths: [[one], [one]] })).map(({ search, side }) => [search, side]);
  expect(sides('window')).toEqual([
    [1, 'before'],
    [2, 'after'],
  ]);
  expect(sides('regression').map(([, side]) => side)).toEqual([null, null]);
});
