import { describe, expect, it } from 'vitest';
import type { Rule } from '../../src/search/question.js';
import { BisectError } from '../../src/errors.js';
import { askTable, type TableQuestion } from '../../src/session/scan.js';
import { never, ONCE, round, sessionOf, type Script } from '../helpers/scripted.js';

type ScriptChanges = Parameters<typeof sessionOf>[1];
const times = (ran: readonly string[], version: string) => ran.filter((name) => name === version).length;

/** Asks for the table of releases that behave by these scripts. */
async function table(
  scripts: readonly Script[],
  question: Partial<TableQuestion> = {},
  jobs = 2,
  changes: ScriptChanges = {},
) {
  const scripted = sessionOf(scripts, changes);
  const told: string[] = [];
  const onVerdict = (version: string) => told.push(version);
  const all = { scan: false, fresh: false, rule: ONCE, ...question };
  const found = await askTable(scripted.session, all, jobs, { onVerdict }, never);
  const { answer, probed } = found;
  const boundaries = answer.changes.map(({ boundary }) => `${boundary?.before} ${boundary?.after}`);
  return { ...found, answer, probed, boundaries, told, ...scripted, most: scripted.most() };
}

/** Scans all of them. */
const scan = (scripts: readonly Script[], rule: Partial<Rule> = {}, ...more: [number?, ScriptChanges?]) =>
  table(scripts, { scan: true, from: '1.0.0', rule: { ...ONCE, ...rule } }, ...more);

describe('a scan', () => {
  it('names every change of a range in which there are several', async () => {
    const { answer, boundaries } = await scan(['good', 'bad', 'good', 'good', 'bad']);
    expect(boundaries).toEqual(['1.0.0 1.0.1', '1.0.1 1.0.2', '1.0.3 1.0.4']);
    expect(answer.changes.map(({ direction }) => direction)).toEqual(['regression', 'fix', 'regression']);
    expect(answer.rows.map(({ basis }) => basis)).toEqual(Array(5).fill('tested'));
    expect(answer.outcome).toBe('found');
  });

  it('takes each failure for a failure: nobody has said which one is meant', async () => {
    const { boundaries } = await scan(['good', 'other', 'bad']);
    expect(boundaries).toEqual(['1.0.0 1.0.1']);
  });

  it('runs both sides of each change as often as a bisection confirms them, and the others once', async () => {
    const { ran } = await scan(['good', 'good', 'bad', 'bad', 'bad'], { confirm: 2 });
    expect(['1.0.0', '1.0.1', '1.0.2', '1.0.3', '1.0.4'].map((version) => times(ran, version))).toEqual([
      1, 3, 3, 1, 1,
    ]);
  });

  it('looks for the changes anew when a confirmation belies one', async () => {
    // 1.0.1 is bad at first, and good ever after.
    const { boundaries, ran, answer } = await scan(['good', 'bad good', 'good', 'bad'], { confirm: 2 });
    expect(boundaries).toEqual(['1.0.2 1.0.3']);
    expect(answer.rows[1]).toMatchObject({ label: 'flaky', verdict: 'good' });
    expect(times(ran, '1.0.3')).toBe(3);
  });

  it('runs each release as often as it was told to', async () => {
    const { ran } = await scan(['good', 'good'], { repeat: 3 });
    expect(ran.toSorted()).toEqual(['1.0.0', '1.0.0', '1.0.0', '1.0.1', '1.0.1', '1.0.1']);
  });

  it('runs only what the ledger does not know', async () => {
    const { ran, probed } = await scan(['good|', 'bad', 'bad bad bad|']);
    expect(ran).toEqual(['1.0.1']);
    expect(probed).toEqual(['1.0.1']);
  });

  it('runs everything anew when it is told to', async () => {
    const { ran } = await table(['bad|good', 'bad|good'], { scan: true, from: '1.0.0', fresh: true });
    expect(ran).toEqual(['1.0.0', '1.0.1']);
  });

  it('has so many in work at once as there are jobs', async () => {
    expect((await scan(Array(8).fill('good'), {}, 3)).most).toBe(3);
  });

  it('goes on to the newest release where no end was named, and is told of each verdict', async () => {
    const { told } = await table(['good', 'good', 'good'], { scan: true, from: '1.0.1' });
    expect(told).toEqual(['1.0.1', '1.0.2']);
  });
});

describe('a release of the range that cannot be tested', () => {
  it('leaves open where the change is, when it lies at one', async () => {
    const { answer, boundaries } = await scan(['good', 'skip', 'bad']);
    expect(boundaries).toEqual(['1.0.0 1.0.2']);
    expect(answer.outcome).toBe('inconclusive');
    expect(answer.rows[1]).toMatchObject({ label: 'suspect', reason: 'who knows' });
  });

  it('changes nothing elsewhere', async () => {
    const { answer } = await scan(['good', 'skip', 'good', 'bad']);
    expect(answer.outcome).toBe('found');
    expect(answer.rows[1]?.label).toBe('untestable');
  });

  it('because nothing is published is shown, and not run', async () => {
    const { answer, ran } = await scan(['good', 'missing', 'bad']);
    expect(ran).toEqual(['1.0.0', '1.0.2']);
    expect(answer.rows[1]?.label).toBe('not available');
    expect(answer.outcome).toBe('found');
  });

  it('because its tarball cannot be had is a skip with the cause', async () => {
    const { answer, probed } = await scan(['good', 'TARBALL_MISSING', 'good']);
    expect(answer.rows[1]).toMatchObject({ verdict: 'skip', basis: null, reason: 'it was TARBALL_MISSING' });
    expect(probed).toEqual(['1.0.0', '1.0.2']);
  });
});

describe('a scan that cannot go on', () => {
  it('because the environment fails starts nothing more, and waits for what is running', async () => {
    const ended: string[] = [];
    const down = new BisectError('REGISTRY_UNREACHABLE', 'the registry is down');
    const examine = async ({ version }: { version: string }) => {
      if (version === '1.0.0') throw down;
      await Promise.resolve();
      ended.push(version);
      return { judgement: round('good'), observations: [] };
    };
    const asked = await scan(Array(6).fill('good'), {}, 2, { examine });
    expect(asked).toMatchObject({ error: down, answer: { outcome: 'inconclusive', isUnfinished: true } });
    expect(asked.answer.rows.map(({ verdict }) => verdict)).toEqual([null, 'good', null, null, null, null]);
    expect(ended).toEqual(['1.0.1']);
  });

  it('names no release as the first broken one: nothing was confirmed', async () => {
    const { answer } = await scan(['good', 'bad', 'REGISTRY_UNREACHABLE'], {}, 1);
    expect(answer.rows.map(({ label }) => label)).toEqual(['works', 'broken', 'not tested']);
  });

  it('because the oracle fails itself says at which release', async () => {
    const aborted = round('skip', { cause: 'oracle-aborted', reason: 'oracle aborted: exit code 127' });
    const examine = async () => ({ judgement: aborted, observations: [] });
    const { error } = await scan(['good'], {}, 2, { examine });
    expect(error).toMatchObject({ code: 'ORACLE_ABORTED', facts: { version: '1.0.0' } });
  });
});

describe('a table that is not scanned', () => {
  const scripts = ['good', 'good|', 'good', 'bad|', 'bad'];

  it('runs nothing, and shows from the oldest to the newest release that is known', async () => {
    const { answer, ran } = await table(scripts);
    expect(answer.rows.map(({ version }) => version)).toEqual(['1.0.1', '1.0.2', '1.0.3']);
    expect(ran).toEqual([]);
  });

  it('says nothing of a release that was not run between two that differ', async () => {
    const { answer } = await table(scripts);
    expect(answer.outcome).toBe('inconclusive');
    expect(answer.rows[1]).toMatchObject({ verdict: null, basis: null, label: 'not tested' });
  });

  it('goes as far as it was told to', async () => {
    const versions = async (question: Partial<TableQuestion>) =>
      (await table(scripts, question)).answer.rows.map(({ version }) => version);
    expect(await versions({ from: '1.0.0' })).toEqual(['1.0.0', '1.0.1', '1.0.2', '1.0.3']);
    expect(await versions({ to: '1.0.2' })).toEqual(['1.0.1', '1.0.2']);
    expect(await versions({ from: '1.0.2', to: '1.0.4' })).toEqual(['1.0.2', '1.0.3', '1.0.4']);
  });

  it('is empty where nothing is known', async () => {
    expect((await table(['good', 'bad'])).answer.rows).toEqual([]);
    expect((await table(['good', 'bad'], { from: '1.0.0' })).answer.rows).toEqual([]);
  });

  it('infers nothing between two releases that agree: a scan looks for more than one change', async () => {
    const { answer } = await table(['good|', 'good', 'good|']);
    expect(answer.rows[1]).toMatchObject({ verdict: null, basis: null, label: 'not tested' });
  });
});

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
    const { ran, answer } = await scan(['good', 'good skip good skip good', 'bad'], { confirm: 2 });
    expect(times(ran, '1.0.1')).toBe(5);
    expect(answer.rows[1]?.rounds).toEqual({ good: 3, bad: 0, skip: 2 });
    expect(times(ran, '1.0.2')).toBe(3);
  });

  it('end where a release is skipped time and again', async () => {
    const { ran } = await scan(['good', 'good skip', 'bad'], { confirm: 2 });
    expect(times(ran, '1.0.1')).toBe(6);
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
