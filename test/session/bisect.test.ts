import { describe, expect, it } from 'vitest';
import type { Rule } from '../../src/search/question.js';
import { BisectError } from '../../src/errors.js';
import type { TestableRelease } from '../../src/registry/releases.js';
import { askReleases } from '../../src/session/probe.js';
import type { ProbedRelease } from '../../src/session/probe.js';
import { askRange } from '../../src/session/bisect.js';
import type { Bounds } from '../../src/session/range.js';
import { answerDocument } from '../../src/report/json.js';
import type { RunFacts } from '../../src/run/run.js';
import { sentenceOf } from '../../src/report/sentence.js';
import { never, ONCE, round, sessionOf, type Script } from '../helpers/scripted.js';

const WINDOW = ['good', 'good', 'bad', 'bad', 'bad', 'good', 'good'];

async function ask(
  scripts: readonly Script[],
  bounds: Bounds,
  { fresh = false, rule = ONCE }: { fresh?: boolean; rule?: Rule } = {},
  changes: Parameters<typeof sessionOf>[1] = {},
) {
  const scripted = sessionOf(scripts, changes);
  const told: string[] = [];
  const result = await askRange(
    scripted.session,
    { ...bounds, fresh, rule },
    {
      onVerdict: (version, { verdict }, source, why) => told.push(`${version} ${verdict} ${source} ${why}`),
    },
    never,
  );
  return { ...result, ...scripted, told };
}

describe('the question for a window', () => {
  const bounds: Bounds = { wanted: 'window', bad: '1.0.3' };

  it('runs the bad release once for both of its sides, and tells of it once', async () => {
    const { ran, told, probed } = await ask(WINDOW, bounds);
    expect(ran.filter((version) => version === '1.0.3')).toHaveLength(1);
    expect(told.filter((line) => line.startsWith('1.0.3'))).toEqual(['1.0.3 bad run ends']);
    expect(probed.filter((version) => version === '1.0.3')).toHaveLength(1);
  });

  it('confirms with the same rounds a release that both sides rest on', async () => {
    const { ran } = await ask(
      ['good', 'bad', 'good'],
      { wanted: 'window', bad: '1.0.1' },
      {
        rule: { ...ONCE, confirm: 2 },
      },
    );
    expect(ran.toSorted()).toEqual(['0', '0', '0', '1', '1', '1', '2', '2', '2'].map((n) => `1.0.${n}`));
  });

  it('tells how each of its two searches went', async () => {
    const { paths } = await ask(WINDOW, bounds);
    const versions = paths.map((steps) =>
      steps.flatMap(({ rounds }) => rounds.map(({ version }) => version)),
    );
    expect(versions).toEqual([
      ['1.0.3', '1.0.2', '1.0.1'],
      ['1.0.3', '1.0.4', '1.0.5'],
    ]);
    expect(paths[0]?.map(({ why }) => why)).toEqual(['ends', 'walk', 'walk']);
  });

  it('compares the failures of both sides with that of its bad release', async () => {
    const { answer } = await ask(['good', 'other', 'bad', 'other', 'good'], {
      wanted: 'window',
      bad: '1.0.2',
    });
    expect(answer.rows.map(({ label }) => label)).toEqual([
      'last known good',
      'different failure',
      'last known broken',
      'different failure',
      'works',
    ]);
  });

  it('asks both sides about one failure, though its bad release failed otherwise in the first round', async () => {
    const scripts = ['good', 'bad', 'other bad bad bad', 'other', 'good'];
    const { answer, probed, ran } = await ask(
      scripts,
      { wanted: 'window', bad: '1.0.2' },
      { rule: { ...ONCE, confirm: 3 } },
    );
    const [broke, mended] = answer.changes;
    expect(broke?.boundary).toEqual({ before: '1.0.0', after: '1.0.1' });
    // 1.0.3 fails in that other way: it is no last broken release of this failure, and nobody knows where it was fixed.
    expect(mended).toMatchObject({ outcome: 'inconclusive', suspects: ['1.0.3'] });
    expect(answer.outcome).toBe('inconclusive');
    expect(probed.toSorted()).toEqual([...new Set(ran)].toSorted());
  });

  it('ends its other side when one cannot go on, waits for that, and tells the first error', async () => {
    const down = new Error('the disk is full');
    const events: string[] = [];
    const examine = async ({ version }: { version: string }, signal: AbortSignal) => {
      events.push(`run ${version}`);
      if (version === '1.0.2') throw down;
      if (version === '1.0.4') await new Promise((resolve) => signal.addEventListener('abort', resolve));
      if (signal.aborted) {
        await Promise.resolve();
        events.push(`ended ${version}: ${String(signal.reason.message)}`);
        throw new Error('given up');
      }
      return { judgement: round('bad'), observations: [] };
    };
    expect(await ask(WINDOW, bounds, {}, { examine })).toMatchObject({ error: down });
    expect(events).toEqual(['run 1.0.3', 'run 1.0.2', 'run 1.0.4', 'ended 1.0.4: the disk is full']);
  });

  it('ends both of its sides when its asker gives up', async () => {
    const stop = new AbortController();
    const enough = new Error('enough');
    const examine = async (_: unknown, signal: AbortSignal) => {
      stop.abort(enough);
      signal.throwIfAborted();
      return { judgement: round('bad'), observations: [] };
    };
    const { session } = sessionOf(WINDOW, { examine });
    const question = { ...bounds, fresh: false, rule: ONCE };
    expect(await askRange(session, question, {}, stop.signal)).toMatchObject({ error: enough });
  });
});

describe('a question that an error ends', () => {
  it('has the table so far, and claims nothing: of a window the side that was found', async () => {
    const scripts = ['good', 'good', 'good', 'bad', 'DISK_FULL'];
    const { answer, error, probed } = await ask(scripts, { wanted: 'window', bad: '1.0.3' });
    expect(error).toMatchObject({ code: 'DISK_FULL' });
    expect(answer).toMatchObject({ outcome: 'inconclusive', isUnfinished: true });
    expect(probed).toEqual(['1.0.3', '1.0.2']);
    expect(answer.rows.map(({ version, label }) => `${version} ${label}`)).toEqual([
      '1.0.2 last known good',
      '1.0.3 first broken',
      '1.0.4 not tested',
    ]);
    expect(sentenceOf(answer)).toMatch(
      /^Not finished: this is what is known so far\. First broken: 1\.0\.3 /,
    );
    expect(answerDocument(answer, {} as RunFacts)).toMatchObject({
      lastGood: '1.0.2',
      firstBad: '1.0.3',
      lastBad: null,
      firstGood: null,
    });
  });
});

describe('a question without a network', () => {
  const scripts = ['good', 'good', 'good', 'good', 'bad', 'bad', 'bad'];
  const bounds: Bounds = { wanted: 'regression', good: '1.0.0', bad: '1.0.6' };
  const without = (...gone: string[]) => ({
    isHere: async ({ version }: TestableRelease) => !gone.includes(version),
  });

  it('goes by what is in the cache, and names what is not where the change may be there', async () => {
    const absent = ['1.0.2', '1.0.3', '1.0.5'];
    const { answer, ran } = await ask(scripts, bounds, {}, without(...absent));
    expect(ran.filter((version) => absent.includes(version))).toEqual([]);
    expect(answer).toMatchObject({
      outcome: 'inconclusive',
      changes: [{ lastKnown: '1.0.1', suspects: ['1.0.2', '1.0.3'], boundary: { after: '1.0.4' } }],
    });
    expect(answer.rows.map(({ label }) => label)).toEqual([
      'works',
      'last known good',
      'suspect',
      'suspect',
      'broken',
      'broken',
      'broken',
    ]);
    expect(answer.rows[2]?.reason).toBe('not in the cache, and nothing is fetched offline');
  });

  it('has its answer where all that matters is in the cache', async () => {
    const { answer } = await ask(scripts, bounds, {}, without('1.0.1', '1.0.5'));
    expect(answer).toMatchObject({ outcome: 'found', changes: [{ boundary: { after: '1.0.4' } }] });
  });
});

describe('what earlier runs know', () => {
  const bounds: Bounds = { wanted: 'regression', good: '1.0.0', bad: '1.0.4' };
  const KNOWN = ['good|', 'good|', 'good|', 'bad|', 'bad|'];

  it('is all there is to it where they know enough: nothing is run', async () => {
    const { ran, probed, answer, told } = await ask(KNOWN, bounds);
    expect(ran).toEqual([]);
    expect(probed).toEqual([]);
    expect(answer.changes[0]?.boundary).toEqual({ before: '1.0.2', after: '1.0.3' });
    expect(told).toContain('1.0.0 good ledger ends');
  });

  it('is shown of every release of the range, asked about or not', async () => {
    const { answer } = await ask(KNOWN, bounds);
    expect(answer.rows.map(({ basis }) => basis)).toEqual(Array(5).fill('tested'));
  });

  it('is put aside by a fresh question', async () => {
    const scripts = KNOWN.map((script) => script + script.replace('|', ''));
    const { ran, answer } = await ask(scripts, bounds, { fresh: true });
    expect(ran).toEqual(['1.0.0', '1.0.4', '1.0.2', '1.0.3']);
    expect(answer.rows[1]?.basis).toBe('inferred');
  });
});

describe('a release whose tarball cannot be had', () => {
  it('is in the table with the cause, and as one that was not run', async () => {
    const scripts = ['good', 'TARBALL_MISSING', 'good', 'bad'];
    const { answer, probed } = await ask(scripts, { wanted: 'regression', good: '1.0.0', bad: '1.0.3' });
    expect(answer.rows[1]).toMatchObject({
      verdict: 'skip',
      basis: null,
      label: 'untestable',
      runs: 0,
      reason: 'it was TARBALL_MISSING',
    });
    expect(probed).not.toContain('1.0.1');
    expect(answer.outcome).toBe('found');
  });
});

describe('an open side', () => {
  it('is shown as far as it was looked at, with what was passed over on the way', async () => {
    const { answer } = await ask([...Array<string>(6).fill('good'), 'bad', 'missing', 'bad', 'bad', 'bad'], {
      wanted: 'regression',
      bad: '1.0.10',
    });
    // 1, 2 and 4 testable releases back, and then between the last two of them.
    expect(answer.rows.map(({ version, label }) => `${version} ${label}`)).toEqual([
      '1.0.5 last known good',
      '1.0.6 first broken',
      '1.0.7 not available',
      '1.0.8 broken',
      '1.0.9 broken',
      '1.0.10 broken',
    ]);
  });
});

describe('the question for named releases', () => {
  it('runs each of them once, whatever the ledger knows, in the order of the command line', async () => {
    const { session, ran } = sessionOf(['good|bad', 'good', 'bad|good']);
    const told: string[] = [];
    const probed: string[] = [];
    const listener = {
      onVerdict: (version: string) => told.push(version),
      onProbed: ({ judgement }: ProbedRelease) => probed.push(judgement.verdict),
    };
    await askReleases(session, ['latest', '1.0.0', '1.0.2'], listener, never);
    expect(ran).toEqual(['1.0.2', '1.0.0']);
    expect(probed).toEqual(['good', 'bad']);
    expect(told).toEqual(['1.0.2', '1.0.0']);
  });

  it('checks the health in the arm that failed, if one did', async () => {
    const asked: (string | undefined)[] = [];
    const checkHealth = async (_: TestableRelease, failed: string | undefined) => void asked.push(failed);
    const { session } = sessionOf(['good', 'bad'], { checkHealth });
    await askReleases(session, ['1.0.0', '1.0.1'], {}, never);
    expect(asked).toEqual([undefined, 'trial']);
  });

  it('has its verdict though the health check cannot be run, and says why that was not', async () => {
    const checkHealth = () => Promise.reject(new BisectError('HOST_FAILED', 'the room broke'));
    const { session } = sessionOf(['bad'], { checkHealth });
    const probed: ProbedRelease[] = [];
    await askReleases(session, ['1.0.0'], { onProbed: (one) => probed.push(one) }, never);
    expect(probed[0]).toMatchObject({ judgement: { verdict: 'bad' }, health: { fault: 'the room broke' } });
  });

  it('is ended by an interruption and by a mistake of ours also in the health check', async () => {
    const mistake = new TypeError('ours');
    const { session } = sessionOf(['bad'], { checkHealth: () => Promise.reject(mistake) });
    await expect(askReleases(session, ['1.0.0'], {}, never)).rejects.toBe(mistake);
    const interruption = new AbortController();
    const checkHealth = async () => {
      interruption.abort(new BisectError('INTERRUPTED', 'interrupted'));
      throw new BisectError('HOST_FAILED', 'the room broke');
    };
    const interrupted = sessionOf(['bad'], { checkHealth });
    const ended = askReleases(interrupted.session, ['1.0.0'], {}, interruption.signal);
    await expect(ended).rejects.toMatchObject({ code: 'HOST_FAILED' });
  });

  it('refuses what cannot be run before it runs anything', async () => {
    const { session, ran } = sessionOf(['good', 'missing']);
    await expect(askReleases(session, ['1.0.0', '1.0.1'], {}, never)).rejects.toMatchObject({
      code: 'BAD_BOUND',
      message: '1.0.1 cannot be tested: no linux-x64 package was published',
    });
    expect(ran).toEqual([]);
  });
});
