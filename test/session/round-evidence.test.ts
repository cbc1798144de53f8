import { describe, expect, it } from 'vitest';
import { RoundEvidence } from '../../src/session/round-evidence.js';
import { journalOf, observationOf } from '../helpers/observations.js';
import { round, type Word } from '../helpers/scripted.js';

const capture = (text: string) => ({ text, bytes: text.length, capped: false });
const recorded = (word: Word) => ({
  judgement: round(word),
  observations: [
    observationOf('trial', {
      journal: journalOf('I N L'),
      debugLog: capture('logged'),
      stdout: capture('said'),
    }),
  ],
});

describe('the evidence of a question', () => {
  it('keeps the newest round of each kind of outcome whole, and of the others the debug log', () => {
    const evidence = new RoundEvidence();
    const rounds = (['bad', 'good', 'other', 'bad'] as const).map(recorded);
    for (const one of rounds) evidence.add('1.0.0', one);
    const kept = rounds.map(({ judgement }) => evidence.of(judgement));
    expect(kept.map(({ isWhole }) => isWhole)).toEqual([false, true, true, true]);
    expect(kept[0]?.observations[0]).toMatchObject({
      journal: [],
      journalOmitted: journalOf('I N L').length,
      debugLog: { text: 'logged' },
      stdout: { text: '' },
    });
    expect(kept[3]?.observations).toEqual(rounds[3]?.observations);
  });

  it('tells releases apart', () => {
    const evidence = new RoundEvidence();
    const [one, other] = [recorded('bad'), recorded('bad')];
    evidence.add('1.0.0', one);
    evidence.add('1.0.1', other);
    expect(evidence.of(one.judgement).isWhole).toBe(true);
    expect(evidence.of(other.judgement).isWhole).toBe(true);
  });

  it('cuts a log that only serves to be compared', () => {
    const evidence = new RoundEvidence();
    const long = 'x'.repeat(2_000_000);
    const first = { ...recorded('bad'), observations: [observationOf('trial', { debugLog: capture(long) })] };
    evidence.add('1.0.0', first);
    evidence.add('1.0.0', recorded('bad'));
    const [seen] = evidence.of(first.judgement).observations;
    expect(seen?.debugLog).toMatchObject({ bytes: 2_000_000, capped: true });
    expect(seen?.debugLog.text.length).toBeLessThan(300_000);
  });

  it('has nothing of a round that could not be run', () => {
    const judgement = round('skip', { runs: 0 });
    expect(new RoundEvidence().of(judgement)).toEqual({ judgement, observations: [], isWhole: true });
  });
});
