/** How clients are sealed off: as demanded or not at all, and never more weakly without it being said. */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { processesNaming } from '../helpers/cli.js';
import { Scene } from './scene.js';

const LOUD =
  'NO ISOLATION: the releases run with your user’s rights, and can read your files and reach the network.';

const scene = Scene.forEach((opened) => {
  opened.publish('good', 'forks', 'loses-tools');
});

/** A PATH on which these programs exist, but fail. */
function pathWithout(...programs: string[]): Record<string, string> {
  const folder = join(scene.user.root, 'programs');
  mkdirSync(folder);
  for (const name of programs) {
    const path = join(folder, name);
    writeFileSync(path, `#!/bin/sh\necho '${name}: not on this machine' >&2\nexit 1\n`);
    chmodSync(path, 0o755);
  }
  return { PATH: `${folder}:${process.env['PATH'] ?? ''}` };
}

describe('isolation', () => {
  it('by unshare works like that by bubblewrap', async () => {
    const answer = await scene.answer('2.1.1', '2.1.3', ['--isolation', 'unshare']);
    expect(answer).toMatchObject({ code: 0, isolation: 'unshare', lastGood: '2.1.2', stderr: '' });
    expect(processesNaming(scene.user.root)).toEqual([]);
  });

  it('none works as well, and is said loudly: in the document, on stderr even when quiet, and above the table', async () => {
    const answer = await scene.answer('2.1.1', '2.1.3', ['--isolation', 'none']);
    expect(answer).toMatchObject({ code: 0, isolation: 'none', lastGood: '2.1.2', firstBad: '2.1.3' });
    expect(answer.stderr).toBe(`note: ${LOUD}`);
    expect(processesNaming(scene.user.root)).toEqual([]);

    const { stdout } = await scene.run('2.1.1', '2.1.3', ['--isolation', 'none']);
    expect(stdout.split('\n')[0]).toContain('NOT SEALED OFF: isolation none');
  });

  it.each([
    [
      'auto',
      'Isolation by bubblewrap is not usable: bwrap: not on this machine, and unshare is not usable: setpriv: not on this machine',
      /^Install bubblewrap 0\.7 or newer .* or pass --isolation none: then the releases run with your user’s rights/,
    ],
    [
      'bwrap',
      'Isolation by bubblewrap is not usable: bwrap: not on this machine',
      /^Install bubblewrap 0\.7 or newer .* or pass --isolation auto\.$/,
    ],
    [
      'unshare',
      'Isolation by unshare is not usable: setpriv: not on this machine',
      /^Install util-linux and iproute2 .* or pass --isolation auto\.$/,
    ],
  ])('by %s that is not to be had ends the run: nothing is run less sealed', async (kind, message, hint) => {
    const env = pathWithout('bwrap', 'setpriv');
    expect(await scene.failure('2.1.1', '2.1.3', ['--isolation', kind], env)).toEqual({
      exitCode: 4,
      code: 'ISOLATION_UNAVAILABLE',
      message,
      hint: expect.stringMatching(hint),
    });
    expect(scene.tarballs()).toEqual([]);
  });

  it('falls back to unshare without bubblewrap, and says why', async () => {
    const answer = await scene.answer('2.1.1', '2.1.3', [], pathWithout('bwrap'));
    expect(answer).toMatchObject({ code: 0, isolation: 'unshare', firstBad: '2.1.3' });
    expect(answer.stderr).toBe('note: bubblewrap is not usable: bwrap: not on this machine');
  });

  it('is refused on another system as well, unless none is asked for', async () => {
    // The ledger's own part is that of this machine.
    const mac = `import ${JSON.stringify(import.meta.resolve('libsql'))};
      Object.defineProperties(process, { platform: { value: 'darwin' }, arch: { value: 'arm64' } });`;
    const env = { NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(mac)}` };
    expect(await scene.failure('2.1.1', '2.1.3', [], env)).toMatchObject({
      exitCode: 4,
      code: 'ISOLATION_UNAVAILABLE',
      hint: expect.stringMatching(/^Run it on Linux, or pass --isolation none/),
    });
    const doctor = await scene.user.run(['doctor', '--registry', scene.registry.url], env);
    expect(doctor.code).toBe(4);
    expect(doctor.stdout).toMatch(/✘ isolation: .* this is darwin/);
  });
});

it('a user who is a number alone, without a name and a home, gets the answer as any other', async () => {
  const nameless = ['unshare', '--user', '--map-user=12345', '--map-group=12345', '--', 'env', '-u', 'HOME'];
  scene.user.wrapper = nameless;
  const answer = await scene.answer('2.1.1', '2.1.3');
  expect(answer).toMatchObject({ code: 0, firstBad: '2.1.3', stderr: '' });
  const [file = '', ...args] = nameless;
  const library = "console.log(typeof (await import('mcp-bisect')).bisect)";
  const { stdout } = await execa(file, [...args, process.execPath, '--input-type=module', '-e', library]);
  expect(stdout).toBe('function');
});
