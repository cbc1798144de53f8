import { describe, expect, it } from 'vitest';
import { claudeCode } from '../../src/clients/claude-code.js';
import type { Bounds } from '../../src/session/range.js';
import { claimsOf, type First } from '../../src/report/claims.js';
import { conclusionOf } from '../../src/report/title.js';
import { reportOf } from '../../src/report/report.js';
import { goldenRun } from '../golden/runs.js';
import { keptRun, type RunChanges } from '../helpers/kept-runs.js';
import { told } from '../helpers/reports.js';
import type { Script } from '../helpers/scripted.js';
import { asked, FIX, REGRESSION, scanned, window } from './asked.js';

/** What a report says of every kind of answer: never more than the answer does. */

const OPEN: Bounds = { wanted: 'regression', bad: 'latest' };
const SUBJECT = 'GET listening stream answered with 404';
const many = (...scripts: readonly Script[]) => [...scripts, ...Array<Script>(11).fill('bad')];

async function reportOn(scripts: readonly Script[], bounds: Bounds, changes: RunChanges = {}) {
  const answer = await asked(scripts, bounds);
  return reportOf({ ...keptRun(changes), answer, releases: {} }, claudeCode);
}

interface Case {
  readonly scripts: readonly Script[];
  readonly bounds: Bounds;
  readonly title: string;
  readonly isRegression: 'yes' | 'no' | 'unknown';
  readonly result: string;
}

const CASES: Readonly<Record<string, Case>> = {
  'a release in which it broke': {
    scripts: ['good', 'good', 'bad'],
    bounds: REGRESSION,
    title: '1.0.2 broke',
    isRegression: 'yes',
    result: 'failed, regression',
  },
  'one before which a release is not available': {
    scripts: ['good', 'missing', 'bad'],
    bounds: REGRESSION,
    title: 'broke between 1.0.0 and 1.0.2',
    isRegression: 'yes',
    result: 'failed, regression',
  },
  suspects: {
    scripts: ['good', 'skip', 'bad'],
    bounds: REGRESSION,
    title: 'changed between 1.0.0 and 1.0.2',
    isRegression: 'unknown',
    result: 'undecided, inconclusive',
  },
  'more than one change': {
    scripts: ['good', 'bad|', 'good', 'bad', 'bad'],
    bounds: REGRESSION,
    title: 'changed between 1.0.2 and 1.0.3, and not only there',
    isRegression: 'unknown',
    result: 'undecided, inconclusive',
  },
  'an end that cannot be tested': {
    scripts: ['good', 'good', 'skip'],
    bounds: REGRESSION,
    title: '(no answer)',
    isRegression: 'unknown',
    result: 'undecided, inconclusive',
  },
  'ends that work, with nothing between them': {
    scripts: ['good', 'good'],
    bounds: REGRESSION,
    title: '(no release that fails was seen)',
    isRegression: 'no',
    result: 'passed',
  },
  'ends that work, and a middle that nobody tested': {
    scripts: ['good', 'good', 'good'],
    bounds: REGRESSION,
    title: '(no release that fails was seen)',
    isRegression: 'unknown',
    result: 'passed',
  },
  'ends that are broken': {
    scripts: ['bad', 'bad'],
    bounds: REGRESSION,
    title: '1.0.1 fails',
    isRegression: 'unknown',
    result: 'failed, broken',
  },
  'ends that are the other way round': {
    scripts: ['bad', 'good'],
    bounds: REGRESSION,
    title: '1.0.0 fails, and 1.0.1 works',
    isRegression: 'unknown',
    result: 'passed',
  },
  'no release that works, all of them tested': {
    scripts: ['bad', 'bad', 'bad'],
    bounds: OPEN,
    title: '1.0.2 fails',
    isRegression: 'no',
    result: 'failed, broken',
  },
  'no release that works, some of them tested': {
    scripts: many('bad'),
    bounds: OPEN,
    title: '1.0.11 fails',
    isRegression: 'unknown',
    result: 'failed, broken',
  },
  'a window': {
    scripts: ['good', 'bad', 'good'],
    bounds: window('1.0.1'),
    title: '1.0.1 broke, and 1.0.2 fixed',
    isRegression: 'yes',
    result: 'failed, regression',
  },
  'a window before which nothing works': {
    scripts: ['bad', 'bad', 'good'],
    bounds: window('1.0.1'),
    title: '1.0.2 fixed',
    isRegression: 'no',
    result: 'passed',
  },
  'a window whose fix is not sure': {
    scripts: ['good', 'bad', 'skip', 'good'],
    bounds: window('1.0.1'),
    title: '1.0.1 broke',
    isRegression: 'yes',
    result: 'undecided, inconclusive',
  },
  'a fix': {
    scripts: ['bad', 'good'],
    bounds: FIX,
    title: '1.0.1 fixed',
    isRegression: 'unknown',
    result: 'passed',
  },
  'a fix after a release that is not available': {
    scripts: ['bad', 'missing', 'good'],
    bounds: FIX,
    title: 'was fixed between 1.0.0 and 1.0.2',
    isRegression: 'unknown',
    result: 'passed',
  },
  'a fix where nothing was broken': {
    scripts: ['good', 'good'],
    bounds: FIX,
    title: '(no release that fails was seen)',
    isRegression: 'unknown',
    result: 'undecided, inconclusive',
  },
  'a fix that is not there yet': {
    scripts: ['bad', 'bad'],
    bounds: FIX,
    title: '1.0.1 fails',
    isRegression: 'unknown',
    result: 'failed, broken',
  },
};

describe('what is claimed of', () => {
  it.each(Object.entries(CASES))('%s', async (_, { scripts, bounds, title, isRegression, result }) => {
    const report = await reportOn(scripts, bounds);
    expect(told(report)).toMatchObject({ title: `Claude Code ${title}: ${SUBJECT}`, isRegression });
    const concluded = conclusionOf(report);
    expect([concluded.result, concluded.type].filter(Boolean).join(', ')).toBe(result);
  });

  it('runs that disagree: the place may be a guess, and is called one', async () => {
    const coins = Array<Script>(5).fill('good bad '.repeat(30));
    const answer = await asked(coins, REGRESSION, { confirm: 2, maxRounds: 40 });
    const report = reportOf({ ...keptRun(), answer, releases: {} }, claudeCode);
    expect(told(report).title).toMatch(/^Claude Code may have changed between /);
    expect(told(report).isRegression).toBe('unknown');
  });

  it('releases that came out both ways: how often, and not that one fails where the other works', async () => {
    const { wrong } = told(reportOf(await goldenRun('noise'), claudeCode));
    expect(wrong).toMatch(/^Claude Code 1\.0\.3 fails in 5 of 10 rounds, and 1\.0\.0 in 2 of 5: /);
  });

  it('the first broken release, by nobody who has no proof of it', () => {
    // @ts-expect-error: claimsOf alone can say so
    const first: First = { version: '1.0.1', before: '1.0.0' };
    expect(first).not.toEqual(claimsOf(keptRun().answer).broke);
  });

  it('a scan in which every release was tested and works', async () => {
    const on = async (scripts: readonly Script[]) =>
      told(reportOf({ ...keptRun(), answer: await scanned(scripts), releases: {} }, claudeCode)).isRegression;
    expect(await on(['good', 'good', 'good'])).toBe('no');
    expect(await on(['good', 'missing', 'good'])).toBe('unknown');
  });

  it('a command that judged: its verdicts change, and which releases ran is not proved', async () => {
    const oracle = `./check.sh ${'x'.repeat(400)}`;
    const report = await reportOn(['good', 'bad'], REGRESSION, { oracle });
    const { title, isRegression, wrong, warnings } = told(report);
    expect(title).toMatch(/^Claude Code changes at 1\.0\.1, as judged by the command "\.\/check\.sh x+ … /);
    expect(isRegression).toBe('unknown');
    expect(wrong).not.toMatch(/broke\b/);
    expect(warnings[0]).toMatch(/^No control arm was run: /);
    expect(warnings).toContain(
      'That it was these releases that ran is not proved of 1.0.0 and 1.0.1: no client made itself known to the servers.',
    );
  });
});

describe('without two releases to compare', () => {
  it.each([
    ['all that ran work', ['good', 'good'], 'Every release of Claude Code that was run works: '],
    [
      'one gave no verdict',
      ['good', 'good', 'skip'],
      'Of the releases of Claude Code that were run, 1.0.0 works, and 1.0.2 (who knows) gave no verdict: ',
    ],
    ['one fails', ['bad', 'bad'], 'Claude Code 1.0.1 fails: '],
  ])('it is said that %s', async (_, scripts, said) => {
    const { wrong, expected } = told(await reportOn(scripts, REGRESSION));
    expect(wrong.startsWith(said)).toBe(true);
    expect(wrong).not.toMatch(/\bNo release of Claude Code/);
    expect(expected).not.toContain('how the behaviour differs');
    expect(expected).toContain('does not claim that any release violates it');
  });

  it('only what is known of the newest release is a message for machines, with the range', async () => {
    const { message } = conclusionOf(await reportOn(['good', 'good', 'good'], REGRESSION));
    expect(message).toBe('the newest release that was tested, 1.0.2, works (asked of 1.0.0 to 1.0.2)');
    const one = await reportOn(['good', 'good'], REGRESSION);
    const { answer } = one.run;
    const single = { ...one, run: { ...one.run, answer: { ...answer, rows: answer.rows.slice(0, 1) } } };
    expect(conclusionOf(single).message).toBe(
      'the newest release that was tested, 1.0.0, works (asked of 1.0.0)',
    );
  });
});
