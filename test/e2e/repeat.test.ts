/** How often each release is run, and what is known of it from earlier. */
import { describe, expect, it } from 'vitest';
import { rowsOf, Scene } from './scene.js';

const scene = Scene.forEach((opened) => {
  opened.publish('good', 'good', 'loses-tools', 'loses-tools');
});

/** How often each release was run, as the table has it. */
const times = (stdout: string) => rowsOf(stdout).map((line) => /tested(?: \d+×)?|inferred/.exec(line)?.[0]);

describe('each release', () => {
  it('is run as often as asked for, and where no confirmation is wanted once', async () => {
    const once = await scene.run('2.1.1', '2.1.4');
    expect(times(once.stdout)).toEqual(['tested', 'tested', 'tested', 'tested']);
    const { code, stdout } = await scene.run('2.1.1', '2.1.4', ['--repeat', '3']);
    expect(times(stdout)).toEqual(['tested 3×', 'tested 3×', 'tested 3×', 'tested 3×']);
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
    const fetched = scene.tarballs().length;
    const { stderr, stdout } = await scene.run('2.1.1', '2.1.4', ['--confirm', '1']);
    expect(stderr).not.toContain('running');
    expect(stderr.split('\n').filter((line) => line.endsWith('(ledger)'))).toHaveLength(4);
    expect(stdout).toMatch(
      /^0 of 4 releases run in [\d.]+ s, 4 known from the ledger\. Report: mcp-bisect report \w{8} --cache-dir ~\/cache$/m,
    );
    const second = await scene.answer('2.1.1', '2.1.4', ['--confirm', '1']);
    expect(second).toMatchObject({ probed: [], downloads: 0, table: first.table });
    expect(scene.tarballs()).toHaveLength(fetched);
  });

  it('that wants more rounds runs only those that are missing', async () => {
    await scene.answer('2.1.1', '2.1.4');
    const document = await scene.answer('2.1.1', '2.1.4', ['--confirm', '1']);
    expect(document.probed).toEqual(['2.1.2', '2.1.3']);
    expect(document.table.map(({ runs }: { runs: number }) => runs)).toEqual([1, 2, 2, 1]);
  });
});
