/** Whatever fails, what is known is printed (issue 10, *Lost answers*). */
import { gzipSync } from 'node:zlib';
import { expect, it, vi } from 'vitest';
import { IMPATIENT, Scene } from './scene.js';

const scene = Scene.forEach();

const PACKUMENT = '/@anthropic-ai/claude-code';

it('of several releases the verdicts are there beside the one whose tarball is none, and a registry that asks for time gets it', async () => {
  const [, none, busy] = scene.publish('good', 'good', 'loses-tools');
  scene.registry.fault(none?.path ?? '', { kind: 'body', body: 'no gzip' });
  const wait = { kind: 'status', status: 429, headers: { 'retry-after': '1' } } as const;
  scene.registry.fault(busy?.path ?? '', wait, 1);
  const asked = ['probe', '2.1.1', '2.1.2', '2.1.3', '--json', '--registry', scene.registry.url];
  const { code, stdout, stderr } = await scene.user.run(asked);
  const { probes } = JSON.parse(stdout);
  expect(probes).toMatchObject([
    { version: '2.1.1', verdict: 'good' },
    {
      version: '2.1.2',
      verdict: 'skip',
      reason: expect.stringContaining('is not the one that the registry promised'),
    },
    { version: '2.1.3', verdict: 'bad' },
  ]);
  expect(code).toBe(3);
  expect(stderr).toMatch(/127\.0\.0\.1:\d+ .*answered 429.*; waiting 1 s, as it asks/);
});

it('a scan whose registry goes away prints the table so far, and ends with 4', async () => {
  const [, second] = scene.publish('good', 'good', 'loses-tools');
  const asked = scene.registry.nextRequest(second?.path ?? '');
  const gone = asked.then(() => scene.registry.stop());
  scene.registry.fault(second?.path ?? '', { kind: 'hold', until: gone });
  const args = ['table', '--scan', '--from', '2.1.1', '--jobs', '1', '--json', '--quiet', ...scene.usual];
  const { code, stdout } = await scene.user.run([...args, '--registry', scene.registry.url], IMPATIENT);
  const document = JSON.parse(stdout);
  expect(document).toMatchObject({ outcome: 'inconclusive', error: { code: 'REGISTRY_UNREACHABLE' } });
  expect(document.table.map(({ version }: { version: string }) => version)).toEqual([
    '2.1.1',
    '2.1.2',
    '2.1.3',
  ]);
  expect(code).toBe(4);
});

it('a list of versions that unpacks to half a gigabyte is left at once by Ctrl-C', async () => {
  scene.publish('good', 'loses-tools');
  const body = gzipSync(Buffer.alloc(512 * 2 ** 20, ' '), { level: 1 });
  const headers = { 'content-encoding': 'gzip' };
  scene.registry.fault(PACKUMENT, { kind: 'drip', bytes: 1024, everyMs: 50, body, headers });
  const asked = scene.registry.nextRequest(PACKUMENT);
  const interrupted = scene.user.start(scene.args('2.1.1', '2.1.2', '--json', '--quiet'));
  const request = await asked;
  await vi.waitFor(() => expect(request.bytesSent).toBeGreaterThan(0));
  interrupted.kill('SIGINT');
  expect(await interrupted).toMatchObject({ exitCode: 130 });
  expect(request.bytesSent).toBeLessThan(body.length / 2);
});
