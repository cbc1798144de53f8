/** How often each release is run, and what is known of it from earlier. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Scene } from './scene.js';

let scene: Scene;
beforeEach(async () => {
  scene = await Scene.open();
  scene.publish('good', 'good', 'loses-tools', 'loses-tools');
});
afterEach(() => scene.close());

/** How often each release was run, as the table has it. */
const times = (stdout: string) =>
  stdout
    .split('\n')
    .filter((line) => line.startsWith('2.1.'))
    .map((line) => /tested(?: \d+×)?|inferred/.exec(line)?.[0]);

describe('each release', () => {
  it('is run as often as asked for', async () => {
    const { code, stdout } = await scene.run('2.1.1', '2.1.4', ['--repeat', '3', '--confirm', '0']);
    expect(times(stdout)).toEqual(['tested 3×', 'tested 3×', 'tested 3×', 'tested 3×']);
    expect(code).toBe(0);
  });

  it('is run once, where no confirmation is wanted', async () => {
    const { code, stdout } = await scene.run('2.1.1', '2.1.4', ['--confirm', '0']);
    expect(times(stdout)).toEqual(['tested', 'tested', 'tested', 'tested']);
    expect(code).toBe(0);
  });

  it('at the boundary is run again, to confirm it', async () => {
    const document = await scene.answer('2.1.1', '2.1.4', ['--confirm', '2']);
    expect(document.table.map(({ runs }: { runs: number }) => runs)).toEqual([1, 3, 3, 1]);
    const [{ steps }] = document.searches;
    expect(steps.map(({ why }: { why: string }) => why)).toEqual(['ends', 'middle', 'middle', 'confirm']);
    expect(steps.at(-1).rounds).toEqual([
      { version: '2.1.2', count: 2 },
      { version: '2.1.3', count: 2 },
    ]);
  });
});

describe('a second run', () => {
  it('takes every round from the ledger, tells of each release once, and starts nothing', async () => {
    const first = await scene.answer('2.1.1', '2.1.4', ['--confirm', '1']);
    const fetched = scene.registry.requests.filter(({ path }) => path.endsWith('.tgz')).length;
    const { stderr, stdout } = await scene.run('2.1.1', '2.1.4', ['--confirm', '1']);
    expect(stderr).not.toContain('running');
    expect(stderr.split('\n').filter((line) => line.endsWith('(ledger)'))).toHaveLength(4);
    expect(stdout).toMatch(
      /^0 of 4 releases run in [\d.]+ s, 4 known from the ledger\. Report: mcp-bisect report \w{8} --cache-dir ~\/cache$/m,
    );
    const second = await scene.answer('2.1.1', '2.1.4', ['--confirm', '1']);
    expect(second).toMatchObject({ probed: [], downloads: 0, table: first.table });
    expect(scene.registry.requests.filter(({ path }) => path.endsWith('.tgz'))).toHaveLength(fetched);
  });

  it('that wants more rounds runs only those that are missing', async () => {
    await scene.answer('2.1.1', '2.1.4', ['--confirm', '0']);
    const document = await scene.answer('2.1.1', '2.1.4', ['--confirm', '1']);
    expect(document.probed).toEqual(['2.1.2', '2.1.3']);
    expect(document.table.map(({ runs }: { runs: number }) => runs)).toEqual([1, 2, 2, 1]);
  });
});
