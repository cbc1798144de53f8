/** `doctor` says of everything that a run needs whether it is there, and how to get it. */
import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { Scene } from './scene.js';

const scene = Scene.forAll((opened) => {
  opened.publish('good', 'good');
});

interface Checks {
  readonly checks: readonly { readonly name: string; readonly state: string; readonly detail: string }[];
}
const stateOf = ({ checks }: Checks, name: string) => checks.find((check) => check.name === name);

/** A port where nobody listens. */
async function closedPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}

describe('doctor', () => {
  it('tells of registry, proxy and terminal as well', async () => {
    const found = await scene.document('doctor');
    expect(found.code).toBe(0);
    expect(stateOf(found, 'registry')).toEqual({
      name: 'registry',
      state: 'ok',
      detail: `${scene.registry.url} knows 2 releases of @anthropic-ai/claude-code`,
    });
    expect(stateOf(found, 'proxy')).toMatchObject({ state: 'ok', detail: 'none is configured' });
    expect(stateOf(found, 'terminal')).toMatchObject({ state: 'ok' });
  });

  it('ends with 4 where registry and proxy cannot be reached, each with the way out, and asks nobody when offline', async () => {
    const port = await closedPort();
    const env = { npm_config_proxy: `http://user:secret@127.0.0.1:${port}`, npm_config_fetch_retries: '0' };
    const asked = ['doctor', '--registry', `http://registry.invalid:${port}`, '--json'];
    const { code, stdout } = await scene.user.run(asked, env);
    expect(code).toBe(4);
    const found: Checks = JSON.parse(stdout);
    expect(stateOf(found, 'registry')).toMatchObject({
      state: 'fail',
      detail: expect.stringMatching(/^the proxy 127\.0\.0\.1:\d+ refused the connection: .*HTTPS_PROXY/),
    });
    expect(stateOf(found, 'proxy')).toEqual({
      name: 'proxy',
      state: 'fail',
      detail: expect.stringMatching(/^127\.0\.0\.1:\d+ cannot be reached \(ECONNREFUSED\); correct proxy/),
    });
    expect(stdout).not.toContain('secret');

    const offline = await scene.user.run([...asked, '--offline'], env);
    expect(offline.code).toBe(0);
    expect(stateOf(JSON.parse(offline.stdout), 'registry')).toMatchObject({
      detail: 'not asked (--offline)',
    });
  });
});
