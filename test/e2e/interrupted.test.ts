/** Runs that are killed, interrupted, or not alone: the next one has the right answer, and nothing is left running. */
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { processesNaming, untilSaid } from '../helpers/cli.js';
import { publishScript } from '../helpers/fake-client.js';
import { Scene } from './scene.js';

const scene = Scene.forEach();

/** Death is quick after SIGKILL, but not immediate, and has no event. */
const nothingRuns = () =>
  vi.waitFor(() => expect(processesNaming(scene.user.root)).toEqual([]), { timeout: 60_000 });

/** Command lines of the clients that run now. */
const clients = () => processesNaming(scene.user.root).filter((line) => /^\S+node \S+\/cli\.js /.test(line));

const unfinished = () =>
  ['temporary', 'leases', 'claims'].flatMap((name) => readdirSync(join(scene.user.cacheDir, 'v1', name)));

describe('a run that is killed', () => {
  it.each([
    ['at its first download', '2.1.1  downloading'],
    ['in the middle of the search', '2.1.2  running'],
    ['at its last release', '2.1.3  running'],
  ])('%s leaves nothing running, and the next one goes on where it was', async (_, moment) => {
    // The last one to be run keeps it from coming to its end before it is killed.
    scene.publish('good', 'good', 'hangs', 'loses-tools');
    const running = scene.user.start(scene.args('2.1.1', '2.1.4'));
    await untilSaid(running, moment);
    running.kill('SIGKILL');
    const { signal, stderr } = await running;
    expect(signal).toBe('SIGKILL');
    await nothingRuns();

    publishScript(scene.registry, '2.1.3', 'loses-tools');
    const answer = await scene.answer('2.1.1', '2.1.4');
    expect(answer).toMatchObject({ code: 0, lastGood: '2.1.2', firstBad: '2.1.3', stderr: '' });
    const announced = new Set([...stderr.matchAll(/^(\S+)  (?:good|bad)  /gm)].map(([, version]) => version));
    expect(answer.probed.filter((version: string) => announced.has(version))).toEqual([]);
    expect(unfinished()).toEqual([]);
  });

  it.each(['unshare', 'none'])(
    'takes its clients with it without bubblewrap too: isolation %s',
    async (isolation) => {
      scene.publish('hangs', 'loses-tools');
      const temporary = join(scene.user.root, 'temporary');
      mkdirSync(temporary);
      // The three runs of the hanging one leave a room to the other, whose verdict tells that all have started.
      const args = scene.args('2.1.1', '2.1.2', '--isolation', isolation, '--jobs', '4');
      const running = scene.user.start(args, { TMPDIR: temporary });
      await untilSaid(running, '2.1.2  bad');
      await vi.waitFor(() => expect(clients()).toHaveLength(3), { timeout: 60_000 });
      running.kill('SIGKILL');
      await running;
      await nothingRuns();
      await vi.waitFor(() => expect(readdirSync(temporary)).toEqual([]), { timeout: 60_000 });
    },
  );
});

describe('Ctrl-C', () => {
  it('during a download that has gone silent ends the run at once, and loses nothing', async () => {
    const [, second] = scene.publish('good', 'loses-tools');
    scene.registry.fault(second?.path ?? '', { kind: 'stall', afterBytes: 100 });
    const running = scene.user.start(scene.args('2.1.1', '2.1.2', '--json'));
    await untilSaid(running, '2.1.1  good');
    running.kill('SIGINT');
    const { exitCode, stdout, stderr } = await running;
    expect(JSON.parse(stdout)).toMatchObject({
      schema: 1,
      outcome: 'inconclusive',
      firstBad: null,
      table: [
        { version: '2.1.1', verdict: 'good' },
        { version: '2.1.2', verdict: null },
      ],
      error: {
        code: 'INTERRUPTED',
        message: 'interrupted; every verdict so far is kept',
        hint: 'the same command goes on where it was',
      },
    });
    expect(stderr).toContain('error: interrupted');
    expect(exitCode).toBe(130);
    expect(unfinished()).toEqual([]);

    scene.registry.clearFaults();
    const answer = await scene.answer('2.1.1', '2.1.2');
    expect(answer).toMatchObject({ code: 0, firstBad: '2.1.2', probed: ['2.1.2'], downloads: 1 });
  });
});

describe('a probe that is interrupted', () => {
  it('says that it will run everything anew, and where what it found out is', async () => {
    scene.publish('good', 'hangs');
    const running = scene.user.start(['probe', '2.1.1', '2.1.2', '--registry', scene.registry.url]);
    await untilSaid(running, '2.1.1  good');
    running.kill('SIGINT');
    const { exitCode, stderr } = await running;
    expect(stderr).toContain(
      'error: interrupted; every verdict so far is kept\n  the same command runs everything anew; "mcp-bisect show <version> --cache-dir ~/cache" has what is kept',
    );
    expect(exitCode).toBe(130);
    expect(await scene.user.run(['show', '2.1.1'])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('2.1.1  good'),
    });
  });
});

describe('two runs at once', () => {
  it('on one empty cache give the same answer, and leave a whole cache', async () => {
    scene.publish('good', 'good', 'loses-tools', 'loses-tools');
    const answers = await Promise.all([scene.answer('2.1.1', '2.1.4'), scene.answer('2.1.1', '2.1.4')]);
    for (const answer of answers)
      expect(answer).toMatchObject({ code: 0, lastGood: '2.1.2', firstBad: '2.1.3', stderr: '' });
    expect(unfinished()).toEqual([]);

    const after = await scene.answer('2.1.1', '2.1.4');
    expect(after).toMatchObject({ code: 0, firstBad: '2.1.3', probed: [], downloads: 0 });
    const { code, stdout } = await scene.user.run(['cache', 'verify', '--json']);
    const states = JSON.parse(stdout).results.map(({ state }: { state: string }) => state);
    expect({ code, states }).toEqual({ code: 0, states: ['intact', 'intact', 'intact', 'intact'] });
  });
});
