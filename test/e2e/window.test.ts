/** Questions with fewer than two ends: what is not named is looked for. */
import { describe, expect, it } from 'vitest';
import { rowsOf, Scene } from './scene.js';

const scene = Scene.forEach();

describe('a maintainer who has nothing but a broken version', () => {
  it('gets the whole window: first broken, first fixed, and the last release before each', async () => {
    scene.publish('good', 'good', 'loses-tools', 'loses-tools', 'loses-tools', 'good');
    const { code, stdout } = await scene.command('run', '--window', '--bad', '2.1.4');
    expect(stdout).toContain(
      'First broken: 2.1.3 (published 2026-01-03 00:00 UTC). First fixed: 2.1.6 (published 2026-01-06 00:00 UTC). Last known good: 2.1.2. Last known broken: 2.1.5.',
    );
    expect(rowsOf(stdout).map((row) => /[✔✘] .*? {2}/.exec(row)?.[0].trim())).toEqual([
      '✔ last known good',
      '✘ first broken',
      '✘ broken',
      '✘ last known broken',
      '✔ first fixed',
    ]);
    expect(code).toBe(0);
    const document = await scene.document('run', '--window', '--bad', '2.1.4');
    expect(document).toMatchObject({
      code: 0,
      direction: 'window',
      outcome: 'found',
      lastGood: '2.1.2',
      firstBad: '2.1.3',
      lastBad: '2.1.5',
      firstGood: '2.1.6',
      probed: [],
      searches: [{}, {}],
    });
  });

  it('whose failure is still there is told so', async () => {
    scene.publish('good', 'loses-tools', 'loses-tools');
    const { code, stdout } = await scene.command('run', '--window', '--bad', '2.1.2');
    expect(stdout).toContain('First broken: 2.1.2');
    expect(stdout).toContain(
      'Not fixed: 2.1.3 (published 2026-01-03 00:00 UTC), the newest release, is still broken.',
    );
    expect(code).toBe(0);
  });

  it('gets to where it began without naming a good one: in growing steps back', async () => {
    scene.publish('good', 'good', 'good', 'good', 'loses-tools', 'loses-tools', 'loses-tools');
    const document = await scene.document('run', '--bad', '2.1.7');
    expect(document).toMatchObject({ code: 0, outcome: 'found', lastGood: '2.1.4', firstBad: '2.1.5' });
    expect(document.probed).toEqual(['2.1.7', '2.1.6', '2.1.5', '2.1.3', '2.1.4']);
  });

  it('which has always been broken is told how far back that was looked at', async () => {
    scene.publish('loses-tools', 'loses-tools');
    const { code, stdout } = await scene.command('run', '--bad', 'latest');
    expect(stdout).toContain(
      'No release works: the oldest one, 2.1.1 (published 2026-01-01 00:00 UTC), is broken as well.',
    );
    expect(code).toBe(1);
  });
});

describe('a maintainer who knows a good release only', () => {
  it('gets the first broken one up to the latest', async () => {
    scene.publish('good', 'good', 'loses-tools');
    const document = await scene.document('run', '--good', '2.1.1');
    expect(document).toMatchObject({ code: 0, lastGood: '2.1.2', firstBad: '2.1.3' });
  });

  it('is told what to ask where the latest works as well', async () => {
    scene.publish('good', 'good');
    const { code, stdout } = await scene.command('run', '--good', '2.1.1');
    expect(stdout).toContain('Nothing to bisect: the latest release, 2.1.2, is good (');
    expect(stdout).toContain('"--window --bad <version>"');
    expect(stdout).toContain('"mcp-bisect table --scan --from 2.1.1"');
    expect(code).toBe(1);
  });
});
