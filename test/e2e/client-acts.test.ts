/** What clients may do (docs/faults.md): the verdict that is written there, nothing left, and no failure of the tool. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { processesNaming, withPeak } from '../helpers/cli.js';
import { type Act, ACTS, LEFTOVER, OUTSIDE, publishActs } from '../helpers/client-acts.js';
import { faultRows, said } from '../helpers/faults.js';
import { Scene } from './scene.js';

const MIB = 2 ** 20;

let rooms: string;
let outside: (path: string) => string;
let versions: ReadonlyMap<string, string>;
const scene = Scene.forAll(async (opened) => {
  versions = publishActs(opened.registry);
  // Rooms without isolation lie here, so that a client can fill them.
  rooms = join(opened.user.root, 'rooms');
  mkdirSync(rooms);
  outside = await opened.mount('mount -t tmpfs -o size=48m tmpfs "$1"', rooms);
  mkdirSync(outside(join(rooms, OUTSIDE)));
  writeFileSync(outside(join(rooms, OUTSIDE, 'precious')), 'of the user');
});

/** Its document, and the most memory that the tool took. */
async function probed(isolation: string, acts: readonly Act[], ...more: string[]) {
  const asked = acts.map(({ title }) => versions.get(title) ?? '');
  const options = ['--json', '--quiet', '--jobs', '2', '--isolation', isolation, ...more];
  const args = ['probe', ...asked, ...options, '--registry', scene.registry.url];
  const [{ exitCode, stdout }, peak] = await withPeak(scene.user.start(args, { TMPDIR: rooms }));
  const probes: { version: string; verdict: string; reason: string }[] = JSON.parse(stdout).probes;
  return { exitCode, peak, probes };
}

describe.each(['none', 'bwrap', 'unshare'])('under isolation %s', (isolation) => {
  it('every act of a client comes to the verdict of docs/faults.md, and nothing is left of it', async () => {
    if (isolation !== 'none') scene.user.wrapper = [];
    const runs = [
      await probed(
        isolation,
        ACTS.filter(({ hangs }) => !hangs),
      ),
      await probed(
        isolation,
        ACTS.filter(({ hangs }) => hangs),
        '--timeout',
        '1',
      ),
    ];
    for (const { exitCode, peak } of runs) {
      expect(exitCode).toBe(3);
      expect(peak).toBeGreaterThan(20 * MIB);
      expect(peak).toBeLessThan(250 * MIB);
    }
    const probes = new Map(runs.flatMap((run) => run.probes).map((probe) => [probe.version, probe]));
    const rows = faultRows('What a client does');
    expect(rows.map(([title]) => title)).toEqual(ACTS.map(({ title }) => title));
    for (const [title = '', verdict, exitCode, words] of rows) {
      const { verdict: seen, reason } = probes.get(versions.get(title) ?? '') ?? {};
      expect({ title, verdict: seen, exitCode: seen === 'skip' ? '3' : '0', reason }).toEqual({
        title,
        verdict,
        exitCode,
        reason: expect.stringMatching(said(words)),
      });
    }
    expect(processesNaming(LEFTOVER)).toEqual([]);
    expect(processesNaming(scene.user.root)).toEqual([]);
    expect(readdirSync(outside(rooms))).toEqual([OUTSIDE]);
    expect(readFileSync(outside(join(rooms, OUTSIDE, 'precious')), 'utf8')).toBe('of the user');
  }, 600_000);
});
