import { describe, expect, it } from 'vitest';
import type { Rule } from '../../src/search/question.js';
import { askTable } from '../../src/session/scan.js';
import { never, ONCE, sessionOf, type Script } from '../helpers/scripted.js';

/** What a scan takes for the side of a change, and how often it runs one: scan.test.ts has the rest. */

async function scan(scripts: readonly Script[], rule: Partial<Rule> = {}) {
  const { session, ran } = sessionOf(scripts);
  const question = { from: '1.0.0', scan: true, fresh: false, rule: { ...ONCE, ...rule } };
  const { answer } = await askTable(session, question, 2, {}, never);
  const boundaries = answer.changes.map(({ boundary }) => `${boundary?.before} ${boundary?.after}`);
  return { answer, boundaries, times: (version: string) => ran.filter((name) => name === version).length };
}

describe('a flaky release', () => {
  it('is no side of a change without a clear majority, but a suspect', async () => {
    const { answer, boundaries } = await scan(['good', 'good bad good', 'bad'], { repeat: 3 });
    expect(boundaries).toEqual(['1.0.0 1.0.2']);
    expect(answer.changes[0]?.suspects).toEqual(['1.0.1']);
    expect(answer.outcome).toBe('inconclusive');
  });

  it('is one with a clear majority', async () => {
    const { boundaries, answer } = await scan(['good', 'good', 'good bad bad bad bad bad bad bad'], {
      repeat: 8,
    });
    expect(boundaries).toEqual(['1.0.1 1.0.2']);
    expect(answer.outcome).toBe('found');
    expect(answer.rows[2]).toMatchObject({ label: 'first broken', flaky: true });
  });

  it('between two that agree is no change', async () => {
    const { boundaries, answer } = await scan(['good', 'bad good bad', 'good'], { repeat: 3 });
    expect(boundaries).toEqual([]);
    expect(answer.rows[1]?.label).toBe('flaky');
  });
});

describe('the rounds that confirm a change', () => {
  it('are clear ones: those without a verdict are made up for', async () => {
    const { times, answer } = await scan(['good', 'good skip good skip good', 'bad'], { confirm: 2 });
    expect(times('1.0.1')).toBe(5);
    expect(answer.rows[1]?.rounds).toEqual({ good: 3, bad: 0, skip: 2 });
    expect(times('1.0.2')).toBe(3);
  });

  it('end where a release is skipped time and again', async () => {
    const { times } = await scan(['good', 'good skip', 'bad'], { confirm: 2 });
    expect(times('1.0.1')).toBe(6);
  });
});

describe('neighbouring bad releases', () => {
  it('that fail in different ways are named as such, and are no change', async () => {
    const { answer, boundaries } = await scan(['good', 'bad', 'other', 'other', 'bad']);
    expect(boundaries).toEqual(['1.0.0 1.0.1']);
    expect(answer.differences).toEqual([
      { before: '1.0.1', after: '1.0.2' },
      { before: '1.0.3', after: '1.0.4' },
    ]);
  });

  it('are neighbours across one that could not be tested, and not across a good one', async () => {
    expect((await scan(['bad', 'skip', 'other'])).answer.differences).toEqual([
      { before: '1.0.0', after: '1.0.2' },
    ]);
    expect((await scan(['bad', 'good', 'other'])).answer.differences).toEqual([]);
  });
});
