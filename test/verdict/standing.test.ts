import { describe, expect, it } from 'vitest';
import {
  commonFailure,
  failsOtherwise,
  failureOf,
  standingOf,
  tallyOf,
  withInferred,
} from '../../src/verdict/standing.js';
import type { Verdict } from '../../src/verdict/round.js';
import { round, roundsOf, versionsOf } from '../helpers/scripted.js';

const asked = failureOf(round('bad'));

describe('the rounds of one release', () => {
  it('come to the verdict that they agree on, with the reason and the evidence of the newest', () => {
    const rounds = [round('bad', { reason: 'older' }), round('bad', { reason: 'newer' })];
    expect(standingOf(rounds, null)).toEqual({
      verdict: 'bad',
      flaky: false,
      otherFailure: false,
      reason: 'newer',
      runs: 2,
      rounds: { good: 0, bad: 2, skip: 0 },
      judgement: rounds[1],
    });
  });

  it('come to nothing where there are none', () => {
    expect(standingOf([], null)).toBeUndefined();
  });

  it('count every run, also those of arms that were repeated within a round', () => {
    expect(standingOf([round('good', { runs: 2 }), round('good')], null)?.runs).toBe(3);
  });

  it('are flaky where they disagree: the majority is the verdict, and the reason counts both', () => {
    expect(standingOf(roundsOf('good bad good'), null)).toMatchObject({
      verdict: 'good',
      flaky: true,
      reason: 'good in 2 of 3 rounds, bad in 1 (trial: tools-lost)',
      judgement: { verdict: 'good' },
    });
  });

  it('are counted without those that gave no verdict where they are flaky', () => {
    expect(standingOf(roundsOf('good skip bad good'), null)?.reason).toBe(
      'good in 2 of 3 rounds, bad in 1 (trial: tools-lost)',
    );
  });

  it('have no verdict where as many are good as bad', () => {
    expect(standingOf(roundsOf('bad good'), null)).toMatchObject({ verdict: 'skip', flaky: true });
  });

  it('are not flaky for a skip among them, which has no vote', () => {
    expect(standingOf(roundsOf('good skip skip'), null)).toMatchObject({
      verdict: 'good',
      flaky: false,
      reason: 'good (2 of 3 rounds did not say so)',
      rounds: { good: 1, bad: 0, skip: 2 },
    });
  });

  it('are a skip where each of them is one', () => {
    expect(standingOf(roundsOf('skip skip'), asked)).toMatchObject({
      verdict: 'skip',
      otherFailure: false,
      reason: 'who knows',
    });
  });
});

describe('a failure other than the one that was asked about', () => {
  it('is counted as no verdict', () => {
    expect(tallyOf(roundsOf('bad other good'), asked)).toEqual({ good: 1, bad: 1, skip: 1 });
  });

  it('is said to be one, with what was seen', () => {
    expect(standingOf(roundsOf('other other'), asked)).toMatchObject({
      verdict: 'skip',
      otherFailure: true,
      flaky: false,
      reason: 'a different failure: trial: re-initialized',
    });
  });

  it('is not said of a release that is good in other rounds', () => {
    expect(standingOf(roundsOf('good other'), asked)).toMatchObject({ verdict: 'good', otherFailure: false });
  });

  it('is bad like any other where no failure was named', () => {
    expect(standingOf(roundsOf('other'), null)).toMatchObject({ verdict: 'bad', otherFailure: false });
  });
});

describe('the failure that rounds have in common', () => {
  const symptoms = (words: string) => [...(commonFailure(roundsOf(words))?.get('trial') ?? [])];

  it.each([
    ['what most of them show, though the first one shows another', 'other bad bad', 'tools-lost'],
    ['that of the oldest where there are as many of each', 'other bad', 're-initialized'],
    ['that of the only bad one', 'good skip other good', 're-initialized'],
  ])('is %s', (_, words, symptom) => {
    expect(symptoms(words)).toEqual([symptom]);
  });

  it('is none where none is bad', () => {
    expect(commonFailure(roundsOf('good skip'))).toBeNull();
    expect(commonFailure([])).toBeNull();
  });

  it('tells a round that fails otherwise from one that fails so, or not at all', () => {
    expect(failsOtherwise(roundsOf('good skip other'), asked)).toBe(true);
    expect(failsOtherwise(roundsOf('good skip bad'), asked)).toBe(false);
    expect(failsOtherwise(roundsOf('other'), null)).toBe(false);
  });
});

describe('the standing of releases that were not run', () => {
  it('is inferred only between two tested releases that agree', () => {
    const known = new Map<string, Verdict>([
      ['1.0.1', 'good'],
      ['1.0.3', 'good'],
      ['1.0.5', 'bad'],
    ]);
    expect(withInferred(versionsOf(7), known)).toEqual([
      { verdict: null, basis: null },
      { verdict: 'good', basis: 'tested' },
      { verdict: 'good', basis: 'inferred' },
      { verdict: 'good', basis: 'tested' },
      { verdict: null, basis: null },
      { verdict: 'bad', basis: 'tested' },
      { verdict: null, basis: null },
    ]);
  });

  it('is not disturbed by a skip between them, and a skip stays a skip', () => {
    const known = new Map<string, Verdict>([
      ['1.0.0', 'bad'],
      ['1.0.1', 'skip'],
      ['1.0.3', 'bad'],
    ]);
    expect(withInferred(versionsOf(4), known).map(({ verdict }) => verdict)).toEqual([
      'bad',
      'skip',
      'bad',
      'bad',
    ]);
  });
});
