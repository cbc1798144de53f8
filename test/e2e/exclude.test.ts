/** Releases that the user wants left out. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Scene } from './scene.js';

const scene = Scene.forEach();

it('an excluded release is never fetched, never blamed, and a suspect where the change may be in it', async () => {
  const published = scene.publish('good', 'good', 'loses-tools', 'loses-tools');
  const fetched = () => scene.registry.requests.filter(({ path }) => path === published[2]?.path);
  const exclude = ['--confirm', '0', '--exclude', '2.1.3'];

  const { code, stdout } = await scene.run('2.1.1', '2.1.4', [...exclude, '--report', 'report.md']);
  expect(stdout).toContain(
    'Inconclusive: the first broken release is 2.1.3 or 2.1.4, since 2.1.3 was excluded. Last known good: 2.1.2.',
  );
  expect(stdout).toMatch(/^2\.1\.3 .* – excluded +excluded$/m);
  expect(code).toBe(3);
  const report = readFileSync(join(scene.user.cwd, 'report.md'), 'utf8');
  expect(report).toContain('No verdict, left out of the search: 2.1.3 (excluded).');
  expect(report).toContain(' --exclude 2.1.3 ');

  expect(await scene.document('table', '--scan', '--from', '2.1.1', ...exclude)).toMatchObject({
    code: 3,
    boundaries: [{ before: '2.1.2', after: '2.1.4', suspects: ['2.1.3'] }],
    table: [{}, {}, { version: '2.1.3', verdict: 'skip', basis: null, runs: 0, reason: 'excluded' }, {}],
  });
  expect(fetched()).toEqual([]);

  expect(await scene.failure('2.1.1', '2.1.3', exclude)).toMatchObject({
    exitCode: 2,
    message: '2.1.3 is an end of the range, and excluded',
  });
  expect(await scene.failure('2.1.1', '2.1.4', ['--exclude', '2.1.33'])).toMatchObject({
    exitCode: 2,
    code: 'UNKNOWN_VERSION',
  });
});
