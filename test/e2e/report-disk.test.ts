/** Reports where nothing, or not enough, can be written. */
import { existsSync, mkdirSync, readdirSync, readFileSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Workplace } from '../helpers/cli.js';
import { failureOf, Scene } from './scene.js';

const scene = Scene.forEach((opened) => {
  opened.publish('good', 'loses-tools');
});

const ran = () => scene.answer('2.1.1', '2.1.2');

/** A small disk at a folder of the user's that is there for the bin alone. @returns how it is reached from outside */
async function diskAt(folder: string, size: string): Promise<string> {
  mkdirSync(folder, { recursive: true });
  return (await scene.mount('mount -t tmpfs -o size="$2" tmpfs "$1"', folder, size))(folder);
}

describe('a disk that becomes full while a report is written', () => {
  it('leaves what was there, and nothing else; the way out is named', async () => {
    await ran();
    const out = join(scene.user.root, 'out');
    const outside = await diskAt(out, '16k');
    writeFileSync(join(outside, 'report.html'), 'the old one');
    const { code, stderr } = await scene.user.run(['report', '--output', join(out, 'report.html')]);
    expect(code).toBe(4);
    expect(stderr).toMatch(/^error: no space left to write .*report\.html\n  free some/);
    expect(readFileSync(join(outside, 'report.html'), 'utf8')).toBe('the old one');
    expect(readdirSync(outside)).toEqual(['report.html']);
  });

  it('does not take the answer with it: one document, then why there is no report', async () => {
    const out = join(scene.user.root, 'out');
    await diskAt(out, '16k');
    const outcome = await scene.run('2.1.1', '2.1.2', ['--json', '--report', join(out, 'report.html')]);
    const document = JSON.parse(outcome.stdout);
    expect(document).toMatchObject({ outcome: 'found', firstBad: '2.1.2' });
    expect(outcome.code).toBe(4);
    expect(outcome.stderr).toContain('no space left to write');
    const { stdout } = await scene.user.run(['report', document.report]);
    expect(stdout).toContain('First broken: 2.1.2');
  });
});

describe('a cache that cannot be written to', () => {
  it('still gives its reports, and shows what it knows', async () => {
    const { report } = await ran();
    await scene.mount('mount --bind "$1" "$1"; mount -o remount,bind,ro "$1"', scene.user.cacheDir);
    for (const args of [
      ['report', report],
      ['report', '--list'],
      ['show', '2.1.2'],
    ]) {
      const { code, stdout } = await scene.user.run(args);
      expect({ args, code }).toEqual({ args, code: 0 });
      expect(stdout).toContain('2.1.2');
    }
  });

  it('because it is full still gives its reports', async () => {
    const outside = await diskAt(scene.user.cacheDir, '4m');
    const { report } = await ran();
    const { bavail, bsize } = statfsSync(outside);
    writeFileSync(join(outside, 'full'), Buffer.alloc(bavail * bsize));
    const { code, stdout } = await scene.user.run(['report', report]);
    expect(code).toBe(0);
    expect(stdout).toContain('First broken: 2.1.2');
  });

  it('or is not there is not made for nothing', async () => {
    const user = new Workplace();
    try {
      await failureOf(user, ['report']);
      await failureOf(user, ['show', '2.1.1']);
      expect(existsSync(user.cacheDir)).toBe(false);
    } finally {
      user.remove();
    }
  });
});
