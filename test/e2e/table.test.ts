/** The version table: from the ledger alone, and with every release of a range run. */
import { describe, expect, it } from 'vitest';
import { failureOf, rowsOf, Scene } from './scene.js';

const scene = Scene.forEach();

describe('the table of what is known', () => {
  it('is empty at first, and says how to fill it', async () => {
    scene.publish('good', 'loses-tools');
    const { code, stdout } = await scene.command('table');
    expect(stdout).toBe(
      [
        'claude-code · get-stream-404 · linux-x64 · headless · sealed by bubblewrap',
        '',
        `Nothing is known yet. "mcp-bisect table --scan --from <bound> --registry ${scene.registry.url} --cache-dir ~/cache" tests every release of a range.`,
      ].join('\n'),
    );
    expect(code).toBe(0);
    expect(await scene.document('table')).toMatchObject({ code: 0, boundaries: [], table: [], probed: [] });
  });

  it('has after a run all that it found, and nothing is run for it', async () => {
    scene.publish('good', 'good', 'good', 'loses-tools', 'loses-tools', 'loses-tools');
    await scene.run('2.1.1', '2.1.5');
    const fetched = scene.tarballs().length;
    const { code, stdout } = await scene.command('table');
    expect(rowsOf(stdout)).toEqual([
      expect.stringMatching(/^2\.1\.1 .* ✔ works +tested +tool called/),
      expect.stringMatching(/^2\.1\.2 .* not tested$/),
      expect.stringMatching(/^2\.1\.3 .* ✔ last known good +tested +tool called/),
      expect.stringMatching(/^2\.1\.4 .* ✘ first broken +tested +404 before tools: tools lost$/),
      expect.stringMatching(/^2\.1\.5 .* ✘ broken +tested /),
    ]);
    expect(stdout).toContain('First broken: 2.1.4');
    expect(stdout).toMatch(/^0 of 5 releases run in [\d.]+ s, 4 known from the ledger\.$/m);
    expect(code).toBe(0);
    expect(scene.tarballs()).toHaveLength(fetched);
  });

  it('leaves open what nobody has run', async () => {
    scene.publish('good', 'good', 'loses-tools');
    await scene.command('probe', '2.1.1', '2.1.3');
    const { code, stdout } = await scene.command('table');
    expect(stdout).toContain(
      'Inconclusive: the first broken release is 2.1.2 or 2.1.3, since 2.1.2 was not tested. Last known good: 2.1.1.',
    );
    expect(rowsOf(stdout)[1]).toMatch(/^2\.1\.2 +2026-01-02 00:00 +not tested$/);
    expect(code).toBe(3);
  });
});

describe('a scan', () => {
  it('runs every release of the range and names every boundary of it', async () => {
    scene.publish('good', 'good', 'loses-tools', 'good', 're-initializes', 'good');
    const args = ['table', '--scan', '--from', '2.1.2', '--to', '2.1.5', '--confirm', '1'];
    const { code, stdout } = await scene.command(...args);
    expect(rowsOf(stdout).map((row) => row.split('   ')[0])).toEqual(['2.1.2', '2.1.3', '2.1.4', '2.1.5']);
    for (const row of rowsOf(stdout)) expect(row).toContain('  tested 2×  ');
    expect(stdout).toContain(
      [
        'First broken: 2.1.3 (published 2026-01-03 00:00 UTC). Last known good: 2.1.2.',
        'First fixed: 2.1.4 (published 2026-01-04 00:00 UTC). Last known broken: 2.1.3.',
        'First broken: 2.1.5 (published 2026-01-05 00:00 UTC). Last known good: 2.1.4.',
      ].join('\n'),
    );
    expect(stdout).toMatch(/^4 of 4 releases run in /m);
    expect(code).toBe(0);

    const again = await scene.document(...args);
    expect(again).toMatchObject({
      code: 0,
      outcome: 'found',
      differences: [],
      boundaries: [
        { direction: 'regression', before: '2.1.2', after: '2.1.3', suspects: [] },
        { direction: 'fix', before: '2.1.3', after: '2.1.4', suspects: [] },
        { direction: 'regression', before: '2.1.4', after: '2.1.5', suspects: [] },
      ],
      probed: [],
      downloads: 0,
    });
  });

  it('runs both sides of a boundary as often as a bisection would', async () => {
    scene.publish('good', 'good', 'loses-tools');
    const { stdout } = await scene.command('table', '--scan', '--from', '2.1.1', '--confirm', '1');
    expect(rowsOf(stdout).map((row) => /tested(?: \d×)?/.exec(row)?.[0])).toEqual([
      'tested',
      'tested 2×',
      'tested 2×',
    ]);
  });

  it('leaves the boundary open where a release at it cannot be tested: exit code 3', async () => {
    scene.publish('good', 'crashes', 'loses-tools');
    const document = await scene.document('table', '--scan', '--from', '2.1.1', '--confirm', '0');
    expect(document).toMatchObject({
      code: 3,
      boundaries: [{ before: '2.1.1', after: '2.1.3', suspects: ['2.1.2'] }],
    });
  });

  it('names neighbours that fail in different ways, which is no change from good to bad', async () => {
    scene.publish('good', 'loses-tools', 're-initializes');
    const args = ['table', '--scan', '--from', '2.1.1', '--confirm', '0'];
    const { code, stdout } = await scene.command(...args);
    expect(stdout).toContain('2.1.2 and 2.1.3 fail in different ways.');
    expect(stdout).toContain(' Not confirmed: 2.1.1 and 2.1.2 gave one verdict only.');
    expect(code).toBe(0);
    expect(await scene.document(...args)).toMatchObject({
      boundaries: [{ before: '2.1.1', after: '2.1.2' }],
      differences: [{ before: '2.1.2', after: '2.1.3' }],
    });
  });

  it('refuses a range that is the wrong way round', async () => {
    scene.publish('good', 'good');
    const args = ['table', '--from', '2.1.2', '--to', '2.1.1', '--registry', scene.registry.url];
    expect(await failureOf(scene.user, args)).toMatchObject({
      exitCode: 2,
      code: 'BAD_BOUND',
      message: '--from 2.1.2 and --to 2.1.1 are the wrong way round',
    });
  });
});
