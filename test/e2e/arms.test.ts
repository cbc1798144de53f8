/** Some arms of a scenario, through the real bin. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Scene } from './scene.js';

const scene = Scene.forEach();

it('is asked about the arms that are named and the control, says so, and is no answer about all arms', async () => {
  scene.publish('good', 're-initializes');
  const some = ['--arm', '404-after-tools'];
  const options = [...some, '--confirm', '0', '--report', 'report.md'];
  const answer = await scene.answer('2.1.1', '2.1.2', options);
  expect(answer).toMatchObject({ code: 0, firstBad: '2.1.2', arms: ['control', '404-after-tools'] });
  expect(answer.table[1].reason).toMatch(/^404 after tools: re-initialized \d+×$/);
  const report = readFileSync(join(scene.user.cwd, 'report.md'), 'utf8');
  expect(report).toContain(
    'Not all arms of the scenario were asked about: these are control and 404-after-tools.',
  );
  expect(report).toContain('--arm 404-after-tools');
  const whole = await scene.document('table');
  expect(whole).toMatchObject({ arms: null, table: [] });
  const { stdout } = await scene.command('table', ...some);
  expect(stdout).toContain('get-stream-404 · arms control, 404-after-tools · linux-x64');
  expect(stdout).toMatch(/^2\.1\.2 .* ✘ first broken +tested /m);
});
