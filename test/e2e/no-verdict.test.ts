/** Releases that show something else than the question asks about: the search goes on. Each act of a client is client-acts.test.ts's. */
import { describe, expect, it } from 'vitest';
import { processesNaming, untilSaid } from '../helpers/cli.js';
import { Scene } from './scene.js';

const scene = Scene.forEach();

describe('a release that gives no verdict', () => {
  it('is skipped with the cause, and the search goes on: it is a suspect', async () => {
    scene.publishBoth('good', 'good', 'impatient', 'loses-tools', 'loses-tools', 'loses-tools');
    const document = await scene.answer('2.1.1', '2.1.6');
    const row = document.table.find(({ version }: { version: string }) => version === '2.1.3');
    expect(row).toMatchObject({
      verdict: 'skip',
      reason: expect.stringMatching(/control failed: the model was not offered the tool/),
    });
    expect(document).toMatchObject({
      code: 3,
      outcome: 'inconclusive',
      lastGood: '2.1.2',
      firstBad: null,
      suspects: ['2.1.3'],
    });
    // A skip is no answer: the next run tries it again.
    expect((await scene.answer('2.1.1', '2.1.6')).probed).toEqual(['2.1.3']);
  });

  it('is no obstacle when the boundary lies elsewhere', async () => {
    scene.publishBoth('good', 'good', 'crashes', 'good', 'loses-tools');
    const document = await scene.answer('2.1.1', '2.1.5');
    expect(document).toMatchObject({ code: 0, outcome: 'found', lastGood: '2.1.4', firstBad: '2.1.5' });
  });

  it('at an end is named, with the way out, and the exit code is 3', async () => {
    scene.publishBoth('good', 'good', 'crashes');
    const { code, stdout } = await scene.run('2.1.1', '2.1.3');
    expect(stdout).toMatch(
      /Inconclusive: 2\.1\.3 \(was ended by SIGSEGV.*\) could not be tested\. Choose a neighbouring release/,
    );
    expect(code).toBe(3);
  });
});

describe('a release that fails', () => {
  it('in a different way than the bad end is no first broken one: it is named as what it is', async () => {
    scene.publishBoth('good', 'good', 'loses-tools', 're-initializes', 're-initializes');
    const { code, stdout } = await scene.run('2.1.1', '2.1.5');
    expect(stdout).toMatch(
      /^2\.1\.3 .* ≠ different failure +tested +a different failure: 404 before tools: tools lost$/m,
    );
    expect(stdout).toContain(
      'Inconclusive: the first broken release is 2.1.3 or 2.1.4, since 2.1.3 failed in a different way. Last known good: 2.1.2.',
    );
    expect(code).toBe(3);
    const document = await scene.answer('2.1.1', '2.1.5');
    expect(document.table[2]).toMatchObject({ verdict: 'skip', differentFailure: true });
    expect(document).toMatchObject({ firstBad: null, suspects: ['2.1.3'] });
  });

  it('by crashing each time, though its control passes, is bad', async () => {
    scene.publishBoth('good', 'crashes-on-404', 'crashes-on-404');
    const document = await scene.answer('2.1.1', '2.1.3');
    expect(document).toMatchObject({ code: 0, outcome: 'found', lastGood: '2.1.1', firstBad: '2.1.2' });
    expect(document.table[1]).toMatchObject({
      verdict: 'bad',
      runs: 2,
      reason: expect.stringContaining('404 before tools: crashed each time: was ended by SIGSEGV'),
    });
  });
});

describe('processes that a client leaves behind', () => {
  it('are gone after Ctrl-C, the verdicts are kept, and the same command goes on where it was', async () => {
    scene.publishBoth('good', 'hangs', 'loses-tools');
    const running = scene.user.start(scene.args('2.1.1', '2.1.3'));
    await untilSaid(running, '2.1.2  running');
    running.kill('SIGINT');
    const { exitCode, stderr } = await running;
    expect(stderr).toContain('error: interrupted; every verdict so far is kept');
    expect(exitCode).toBe(130);
    expect(processesNaming(scene.user.root)).toEqual([]);
    const document = await scene.answer('2.1.1', '2.1.3', ['--timeout', '1']);
    expect(document.probed).toEqual(['2.1.2']);
  });
});
