/** What clients may do (docs/faults.md): the verdict that is written there, nothing left, and no failure of the tool. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { processesNaming, withPeak, type Outcome } from '../helpers/cli.js';
import { type Act, ACTS, LEFTOVER, OUTSIDE, publishActs } from '../helpers/client-acts.js';
import { faultRows, said } from '../helpers/faults.js';
import { makeMounts, type Mounts } from './mounts.js';
import { Scene } from './scene.js';

const MIB = 2 ** 20;

let scene: Scene;
let rooms: string;
let mounts: Mounts;
let versions: ReadonlyMap<string, string>;
beforeAll(async () => {
  scene = await Scene.open();
  versions = publishActs(scene.registry);
  // Rooms without isolation lie here, so that a client can fill them.
  rooms = join(scene.user.root, 'rooms');
  mkdirSync(rooms);
  mounts = await makeMounts('mount -t tmpfs -o size=48m tmpfs "$1"', rooms);
  mkdirSync(mounts.outside(join(rooms, OUTSIDE)));
  writeFileSync(mounts.outside(join(rooms, OUTSIDE, 'precious')), 'of the user');
});
afterAll(async () => {
  await mounts.close();
  await scene.close();
});

/** @returns its document, and the most memory that the tool took */
async function probed(isolation: string, which: 'hangs' | 'writes' | undefined) {
  const ofThese = ({ hangs, writes }: Act) => which === (hangs ? 'hangs' : writes && 'writes');
  const asked = ACTS.filter(ofThese).map(({ title }) => versions.get(title) ?? '');
  const more = [
    '--json',
    '--quiet',
    '--jobs',
    '2',
    '--isolation',
    isolation,
    '--registry',
    scene.registry.url,
  ];
  const running = scene.user.start(
    ['probe', ...asked, ...more, ...(which === 'hangs' ? ['--timeout', '1'] : [])],
    {
      TMPDIR: rooms,
    },
  );
  const [{ exitCode, stdout, stderr }, peak] = await withPeak(running);
  const outcome: Outcome = { code: exitCode, stdout, stderr };
  return {
    outcome,
    peak,
    probes: JSON.parse(stdout).probes as { version: string; verdict: string; reason: string }[],
  };
}

describe.each(['bwrap', 'unshare', 'none'])('under isolation %s', (isolation) => {
  it('every act of a client comes to the verdict of docs/faults.md, and nothing is left of it', async () => {
    scene.user.wrapper = isolation === 'none' ? mounts.wrapper : [];
    const runs = [
      await probed(isolation, undefined),
      await probed(isolation, 'writes'),
      await probed(isolation, 'hangs'),
    ];
    for (const { outcome, peak } of runs) {
      expect(outcome).toMatchObject({ code: 3 });
      expect(peak).toBeGreaterThan(20 * MIB);
      expect(peak).toBeLessThan(250 * MIB);
    }
    const probes = new Map(runs.flatMap((run) => run.probes).map((probe) => [probe.version, probe]));
    const rows = faultRows('What a client does');
    expect(rows.map(([title]) => title)).toEqual(ACTS.map(({ title }) => title));
    for (const [title = '', verdict, exitCode, words] of rows) {
      const { reason, ...probe } = probes.get(versions.get(title) ?? '') ?? { reason: '', verdict: '' };
      expect({
        title,
        verdict: probe.verdict,
        exitCode: probe.verdict === 'skip' ? '3' : '0',
        reason,
      }).toEqual({
        title,
        verdict,
        exitCode,
        reason: expect.stringMatching(said(words)),
      });
    }
    expect(processesNaming(LEFTOVER)).toEqual([]);
    expect(processesNaming(scene.user.root)).toEqual([]);
    expect(readdirSync(mounts.outside(rooms))).toEqual([OUTSIDE]);
    expect(readFileSync(mounts.outside(join(rooms, OUTSIDE, 'precious')), 'utf8')).toBe('of the user');
  }, 600_000);
});
