import { describe, expect, it } from 'vitest';
import type { JournalEntry, RequestEntry } from '../../src/fixture/journal.js';
import { defineScenario } from '../../src/custom/define.js';
import type { ScenarioDefinition } from '../../src/custom/definition.js';
import { dryRun } from '../../src/custom/problem.js';
import { frozen } from '../../src/scenarios/frozen.js';
import { fail, pass, type Arm } from '../../src/scenarios/scenario.js';
import { journalOf } from '../helpers/observations.js';
import { shortest, withFields } from './definitions.js';

const isQuestion = (entry: JournalEntry): entry is RequestEntry =>
  entry.kind === 'request' && entry.fixture === 'model';

const judgedBy = (judge: ScenarioDefinition['judge'], shorthand = 'I N L') => {
  const scenario = defineScenario(withFields({ judge }));
  const [, arm] = scenario.arms as [Arm, Arm];
  const journal = journalOf(shorthand);
  return { journal, ask: () => scenario.judge({ arm, journal, modelToolName: 't', mode: 'headless' }) };
};

describe('a judge', () => {
  it('gives a finding, and cannot change what was recorded', () => {
    const { ask, journal } = judgedBy((record) => {
      (record.journal as unknown[]).reverse();
      return fail('lost', 'tools-lost');
    });
    expect(ask()).toEqual({ outcome: 'fail', evidence: 'lost', symptoms: ['tools-lost'] });
    expect(journal).toEqual(journalOf('I N L'));
  });

  it('cannot change an entry of it either, nor a list in one', () => {
    const changes: readonly ((journal: JournalEntry[]) => unknown)[] = [
      ([entry]) => Object.assign(entry as object, { rpc: 'FAKE' }),
      (journal) =>
        journal.filter(isQuestion).map(({ offeredTools }) => (offeredTools as string[]).push('FAKE')),
    ];
    for (const change of changes) {
      const { ask, journal } = judgedBy((record) => {
        change(record.journal as JournalEntry[]);
        return pass('changed');
      }, 'I model(Bash)');
      expect(ask).toThrow('judge: in arm "broken" it threw TypeError: Cannot');
      expect(journal).toEqual(journalOf('I model(Bash)'));
    }
  });

  it('is given entries that are frozen already as they are', () => {
    let given: unknown;
    const { ask, journal } = judgedBy((record) => {
      [given] = record.journal;
      return pass('seen');
    });
    frozen(journal);
    ask();
    expect(given).toBe(journal[0]);
  });

  it.each<[string, object]>([
    [
      'its finding',
      {
        get outcome() {
          throw new Error('boo');
        },
      },
    ],
    [
      'its symptoms',
      {
        ...fail('x', 'y'),
        get symptoms() {
          throw new Error('boo');
        },
      },
    ],
  ])('that throws when %s is read is a failure of the scenario', (_, returned) => {
    const { ask } = judgedBy(() => returned as never);
    expect(ask).toThrow('scenario "get-404": judge: in arm "broken" it threw Error: boo');
  });

  it('that throws what cannot be looked at is a failure of the scenario', () => {
    const { ask } = judgedBy(() => {
      throw Object.defineProperty(new Error('x'), 'stack', {
        get: () => {
          throw new Error('boo');
        },
      });
    });
    expect(ask).toThrow('judge: in arm "broken" it threw something that throws when it is looked at');
  });

  it.each<[string, unknown, string]>([
    ['nothing', undefined, 'returned undefined, which is no finding'],
    ['a word', 'good', 'returned "good", which is no finding'],
    ['another outcome', { ...pass('x'), outcome: 'good' }, 'returned outcome "good"'],
    ['no evidence', { ...pass('x'), evidence: ' ' }, 'returned evidence " "'],
    [
      'a stray key',
      { ...pass('x'), symptons: [] },
      'returned a finding with an unknown key "symptons" (did you mean "symptoms"?)',
    ],
    ['a fail without symptoms', { ...pass('x'), outcome: 'fail' }, 'returned a fail without symptoms'],
    ['a symptom that counts', fail('x', 're-initialized 2×'), 'returned symptom "re-initialized 2×"'],
  ])('that returns %s is a failure of the scenario', (_, returned, message) => {
    const { ask } = judgedBy(() => returned as never);
    expect(ask).toThrow(`scenario "get-404": judge: in arm "broken" it ${message}`);
  });

  it('that is async is a failure of the scenario, and what it throws later is nobody’s business', async () => {
    const { ask } = judgedBy((async () => {
      throw new Error('late');
    }) as never);
    expect(ask).toThrow('judge: in arm "broken" it returned a promise: a judge is not async');
    await new Promise(setImmediate);
  });

  it('that throws is a failure of the scenario', () => {
    const { ask } = judgedBy(() => {
      throw new RangeError('too much');
    });
    expect(ask).toThrow('scenario "get-404": judge: in arm "broken" it threw RangeError: too much');
  });

  it.each(['pass', 'fail'] as const)('must not call a client that did nothing a %s', (outcome) => {
    const judge = () => (outcome === 'pass' ? pass('x') : fail('x', 'y'));
    expect(dryRun(defineScenario(withFields({ judge })))[0]?.text).toMatch(
      new RegExp(`^in arm "control" it ${outcome}e?s a client that did nothing at all`),
    );
  });
});

describe('settled', () => {
  it.each<[unknown, string]>([
    [null, 'null'],
    [Number.NaN, 'NaN'],
    [-1, '-1'],
    ['500', '"500"'],
  ])('that returns %s is a failure of the scenario', (returned, shown) => {
    const scenario = defineScenario(withFields({ settled: () => returned }));
    const [arm] = scenario.arms as [Arm];
    expect(() => scenario.settled({ arm, journal: [], modelToolName: 't', mode: 'headless' })).toThrow(
      `settled: in arm "control" it returned ${shown}, where milliseconds`,
    );
  });

  it('may use its neighbours through this', () => {
    const scenario = defineScenario({
      ...shortest,
      settled(record) {
        return this.judge(record).outcome === 'unclear' ? undefined : 0;
      },
    });
    const [arm] = scenario.arms as [Arm];
    expect(scenario.settled({ arm, journal: [], modelToolName: 't', mode: 'headless' })).toBeUndefined();
  });
});
