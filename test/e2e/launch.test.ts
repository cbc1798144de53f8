/** One release by hand, through the real bin at a pseudo-terminal of script(1). */
import { on } from 'node:events';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { bin, processesNaming } from '../helpers/cli.js';
import { Scene } from './scene.js';

const scene = Scene.forEach();

it('gives the client the terminal, and says at the end what its servers saw; nothing of it is left', async () => {
  scene.publish('re-initializes');
  const { root, cacheDir, env } = scene.user;
  const options = `--registry ${scene.registry.url} --cache-dir ${cacheDir} --arm 404-after-tools`;
  const line = `stty cols 100 rows 30; exec ${process.execPath} ${bin} launch 2.1.1 ${options}`;
  const user = execa('script', ['-qefc', line, '/dev/null'], {
    env: { ...env, SHELL: '/bin/sh', TERM: 'xterm', NO_COLOR: '1' },
    extendEnv: false,
    cwd: root,
    reject: false,
  });
  let said = '';
  const answers = [
    ['\u001b[2J\u001b[H❯ ', 'hello'],
    ['❯ hello', '\r'],
    ['● asked: hello', '\u001d'],
  ] as const;
  let next = 0;
  for await (const [chunk] of on(user.stdout, 'data', { close: ['end'] })) {
    said += String(chunk);
    const [awaited, typed] = answers[next] ?? [];
    if (awaited === undefined || !said.includes(awaited)) continue;
    next += 1;
    user.stdin.write(typed ?? '');
  }
  const { exitCode } = await user;
  const [before = '', after = ''] = said.split('● asked: hello');
  expect(before).toContain('claude-code · get-stream-404 · arms 404-after-tools · linux-x64 · interactive');
  expect(before).toContain('Ctrl-] ends the client');
  expect(after).toContain('2.1.1  run by hand, and not judged\r\n  404-after-tools; ended by hand after');
  expect(after).toMatch(/client → gateway +POST tools\/call/);
  expect(exitCode).toBe(0);
  expect(processesNaming(root)).toEqual([]);
});

it('is refused without a terminal, with the way to do without', async () => {
  scene.publish('good');
  const { code, stdout, stderr } = await scene.command('launch', '2.1.1');
  expect(stderr).toMatch(/^error: launch gives the client your terminal, and std(in|out) is none$/m);
  expect(stderr).toMatch(/"mcp-bisect probe.*" runs a release without one/);
  expect({ code, stdout }).toEqual({ code: 4, stdout: '' });
});
