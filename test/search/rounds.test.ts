import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextStep } from '../../src/search/search.js';
import { type Rule, missingRounds, RETRIES } from '../../src/search/question.js';
import { DEFAULT, names, ONCE, play, rounds, truthOf, type Truth } from './play.js';

const question = { versions: names(9), direction: 'regression' as const };
const boundary = { before: '1.0.4', after: '1.0.5' };

/** All that a search without repetition has run to find 1.0.5. */
const walked = new Map([
  ['1.0.0', rounds(1)],
  ['1.0.8', rounds(0, 1)],
  ['1.0.4', rounds(1)],
  ['1.0.6', rounds(0, 1)],
  ['1.0.5', rounds(0, 1)],
]);

describe('the rounds of a release', () => {
  it('are as many as the rule repeats, asked for at once', () => {
    const { steps, step } = play(question, truthOf(question.versions, 5), { ...ONCE, repeat: 3 });
    expect(steps.map(({ rounds: asked, why }) => [why, ...asked.map(({ count }) => count)])).toEqual([
      ['ends', 3, 3],
      ['middle', 3],
      ['middle', 3],
      ['middle', 3],
    ]);
    expect(step).toEqual({ kind: 'found', boundary, confidence: null });
  });

  it('are completed where some are known', () => {
    const known = new Map([...walked, ['1.0.6', rounds(0, 3)]]);
    expect(nextStep(question, known, { ...ONCE, repeat: 3 })).toMatchObject({
      rounds: [
        { version: '1.0.0', count: 2 },
        { version: '1.0.8', count: 2 },
      ],
      why: 'repeat',
    });
  });

  it('may be more than were asked for', () => {
    const known = new Map(
      [...walked].map(([version, { good, bad }]) => [version, rounds(good * 50, bad * 50)]),
    );
    expect(nextStep(question, known, DEFAULT)).toEqual({ kind: 'found', boundary, confidence: null });
  });

  it('make up for skipped ones a few times where there was a clear one', () => {
    expect(missingRounds(rounds(1), 3)).toBe(2);
    expect(missingRounds(rounds(1, 0, 2), 3)).toBe(2);
    expect(missingRounds(rounds(1, 0, RETRIES + 1), 3)).toBe(1);
    expect(missingRounds(rounds(1, 0, RETRIES + 2), 3)).toBe(0);
  });

  it('are not repeated where none was clear', () => {
    expect(missingRounds(rounds(0, 0, 1), 3)).toBe(2);
    expect(missingRounds(rounds(0, 0, 3), 3)).toBe(0);
  });
});

describe('a boundary', () => {
  it('is confirmed by further rounds of both releases, together', () => {
    expect(nextStep(question, walked, DEFAULT)).toEqual({
      kind: 'probe',
      rounds: [
        { version: '1.0.4', count: 2 },
        { version: '1.0.5', count: 2 },
      ],
      likely: [],
      why: 'confirm',
    });
  });

  it('needs no more where the rule repeats as often anyway', () => {
    const { steps } = play(question, truthOf(question.versions, 5), { ...DEFAULT, repeat: 3 });
    expect(steps.map(({ why }) => why)).not.toContain('confirm');
  });

  it('is answered at once where the rule confirms nothing', () => {
    expect(nextStep(question, walked, ONCE)).toEqual({ kind: 'found', boundary, confidence: null });
  });

  it('around skipped releases is confirmed as well', () => {
    const { steps, step } = play(question, truthOf(question.versions, 5, new Set([4, 5])), DEFAULT);
    expect(steps.at(-1)).toMatchObject({
      rounds: [
        { version: '1.0.3', count: 2 },
        { version: '1.0.6', count: 2 },
      ],
      why: 'confirm',
    });
    expect(step).toEqual({
      kind: 'suspects',
      boundary: { before: '1.0.3', after: '1.0.6' },
      suspects: ['1.0.4', '1.0.5'],
      confidence: null,
    });
  });

  /** As it is, but for one release, whose rounds after the first one give no verdict. */
  const clearOnce =
    (thin: string, truth = truthOf(question.versions, 5)): Truth =>
    (version, round) =>
      version === thin && round > 0 ? 'skip' : truth(version, round);

  it('is not answered with a release that is skipped time and again: one clear round makes it a suspect', () => {
    const { step, known } = play(question, clearOnce('1.0.5'), DEFAULT);
    expect(step).toEqual({
      kind: 'suspects',
      boundary: { before: '1.0.4', after: '1.0.6' },
      suspects: ['1.0.5'],
      confidence: null,
    });
    expect(known.get('1.0.5')).toEqual(rounds(0, 1, RETRIES + 1));
  });

  it('is answered where a release that is skipped at times makes up for it', () => {
    const truth = truthOf(question.versions, 5);
    const { step, known } = play(
      question,
      (version, round) =>
        version === '1.0.5' && round > 0 && round <= RETRIES ? 'skip' : truth(version, round),
      DEFAULT,
    );
    expect(step).toEqual({ kind: 'found', boundary, confidence: null });
    expect(known.get('1.0.5')).toEqual(rounds(0, 3, RETRIES));
  });

  it('is answered with one clear round where the rule confirms nothing', () => {
    const { step } = play(question, clearOnce('1.0.5'), ONCE);
    expect(step).toEqual({ kind: 'found', boundary, confidence: null });
  });

  it('is not looked for from a claimed end that is skipped time and again, and not as claimed', () => {
    const truth = truthOf(question.versions, 9);
    expect(play(question, clearOnce('1.0.8', truth), DEFAULT).step).toEqual({
      kind: 'untestable-end',
      versions: ['1.0.8'],
    });
  });

  it('at a claimed end that is skipped time and again is none: the end cannot be tested', () => {
    const { step } = play(question, clearOnce('1.0.0', truthOf(question.versions, 1)), DEFAULT);
    expect(step).toEqual({ kind: 'untestable-end', versions: ['1.0.0'] });
  });

  it('is not answered on one flap: the release is run until it is clear what it is', () => {
    const truth = truthOf(question.versions, 5);
    const flap = (version: string, round: number) =>
      version === '1.0.6' && round === 0 ? 'good' : truth(version, round);
    expect(play(question, flap, ONCE).step).toMatchObject({ boundary: { before: '1.0.6', after: '1.0.7' } });
    const { step, steps } = play(question, flap, DEFAULT);
    expect(step).toMatchObject({ kind: 'found', boundary });
    expect(steps.at(-1)?.why).toBe('noise');
  });
});

const rule: fc.Arbitrary<Rule> = fc.record({
  repeat: fc.integer({ min: 1, max: 4 }),
  confirm: fc.integer({ min: 0, max: 4 }),
  confidence: fc.constant(0.95),
  maxRounds: fc.constant(120),
});
const situation = fc
  .integer({ min: 2, max: 60 })
  .chain((count) =>
    fc.record({ count: fc.constant(count), firstBad: fc.integer({ min: 1, max: count - 1 }), rule }),
  );

describe('for every rule', () => {
  it('an interrupted search ends as it would have, after whichever round it was interrupted', () => {
    fc.assert(
      fc.property(situation, fc.infiniteStream(fc.nat(4)), fc.nat(100), (search, die, percent) => {
        const versions = names(search.count);
        const inner = [...versions.keys()].slice(1, -1);
        const truth = truthOf(versions, search.firstBad, new Set(inner.filter(() => die.next().value === 0)));
        const whole = play({ ...question, versions }, truth, search.rule);
        const order = whole.steps.flatMap((step) =>
          step.rounds.flatMap(({ version, count }) => Array.from({ length: count }, () => version)),
        );
        const done = order.slice(0, Math.floor((order.length * percent) / 100));
        const known = new Map(
          [...new Set(done)].map((version) => {
            const runs = done.filter((other) => other === version).length;
            return [version, { ...rounds(0), [truth(version, 0)]: runs }] as const;
          }),
        );
        const resumed = play({ ...question, versions }, truth, search.rule, known);
        expect(resumed.step).toEqual(whole.step);
        expect(resumed.rounds).toBe(whole.rounds - done.length);
      }),
    );
  });

  it('the order in which rounds became known is of no matter', () => {
    fc.assert(
      fc.property(situation, fc.infiniteStream(fc.nat(99)), (search, die) => {
        const versions = names(search.count);
        const known = versions.flatMap((version) =>
          die.next().value < 50
            ? [[version, rounds(die.next().value % 3, die.next().value % 3, die.next().value % 2)] as const]
            : [],
        );
        const step = nextStep({ ...question, versions }, new Map(known), search.rule);
        expect(nextStep({ ...question, versions }, new Map(known.toReversed()), search.rule)).toEqual(step);
      }),
    );
  });
});
