import { availableParallelism } from 'node:os';
import { execa } from 'execa';
import { beforeAll, describe, expect, it } from 'vitest';
import { keepBusy } from '../helpers/busy.js';
import { PLAIN, tool, toolJson } from './tool.js';

/** The reported regression, on the releases that npm serves. Executables stay in the checkout's own cache. */

const RANGE = ['run', '--good', '2.1.142', '--bad', '2.1.150'];
const PATH = ['2.1.142', '2.1.150', '2.1.146', '2.1.148', '2.1.147'];
const WORKS = 'tool called, result returned, no reconnect';
/** Both faces of the fault; how often a release initializes anew within the time it is watched differs a little. */
const BROKEN =
  /^404 before tools: tools lost(; re-initialized \d+×)? · 404 after tools: re-initialized \d+×$/;

describe('the reported bisection', () => {
  beforeAll(async () => {
    // What npm start starts from in a fresh clone: nothing known. Whatever is known here is asked anew.
    const { code, document } = await toolJson(...RANGE, '--fresh');
    expect(code).toBe(0);
    expect(document.probed).toEqual(PATH);
  });

  it('is what npm start prints: nine releases, 2.1.146 last known good, 2.1.147 first broken', async () => {
    const { exitCode, stdout } = await execa('npm', ['start', '--silent'], PLAIN);
    const lines = stdout.split('\n');
    const table = lines.filter((line) => /^2\.1\.\d+ /.test(line));
    expect(table.map((line) => line.slice(0, 46).trimEnd())).toEqual([
      '2.1.142   2026-05-15 00:43   ✔ works',
      '2.1.143   2026-05-15 23:24   ✔ works',
      '2.1.144   2026-05-19 01:54   ✔ works',
      '2.1.145   2026-05-19 22:29   ✔ works',
      '2.1.146   2026-05-21 02:50   ✔ last known good',
      '2.1.147   2026-05-21 21:31   ✘ first broken',
      '2.1.148   2026-05-22 01:26   ✘ broken',
      '2.1.149   2026-05-23 00:07   ✘ broken',
      '2.1.150   2026-05-23 04:11   ✘ broken',
    ]);
    expect(lines).toContain(
      'First broken: 2.1.147 (published 2026-05-21 21:31 UTC). Last known good: 2.1.146.',
    );
    expect(exitCode).toBe(0);
  });

  it('is answered from the ledger the second time: nothing downloaded, no client started', async () => {
    const { code, document } = await toolJson(...RANGE);
    expect(document).toMatchObject({ outcome: 'found', firstBad: '2.1.147', probed: [], downloads: 0 });
    expect(code).toBe(0);
  });

  it('rests on evidence for each release that was run', async () => {
    const { document } = await toolJson(...RANGE);
    // The ledger of the checkout may know others.
    const run = document.table.filter(({ version }: { version: string }) => PATH.includes(version));
    expect(run).toEqual(
      [
        ['2.1.142', 'good', WORKS],
        ['2.1.146', 'good', WORKS],
        ['2.1.147', 'bad', BROKEN],
        ['2.1.148', 'bad', BROKEN],
        ['2.1.150', 'bad', BROKEN],
      ].map(([version, verdict, reason = '']) =>
        expect.objectContaining({
          version,
          verdict,
          basis: 'tested',
          reason: expect.stringMatching(reason),
        }),
      ),
    );
  });

  it.each([
    ['twice in a row, on a quiet machine', 2, 0],
    ['while every core is kept busy by something else', 1, availableParallelism()],
  ])('has the same answer without a skip %s', async (_, rounds, loops) => {
    const rest = keepBusy(loops);
    try {
      for (let round = 0; round < rounds; round += 1) {
        const { code, document } = await toolJson(...RANGE, '--fresh');
        const { outcome, lastGood, firstBad, probed, downloads, table } = document;
        expect({ code, outcome, lastGood, firstBad, probed, downloads }, `round ${round}`).toEqual({
          code: 0,
          outcome: 'found',
          lastGood: '2.1.146',
          firstBad: '2.1.147',
          probed: PATH,
          downloads: 0,
        });
        expect(table.filter(({ verdict }: { verdict: string }) => verdict === 'skip')).toEqual([]);
      }
    } finally {
      await rest();
    }
  });
});

describe('ends that are not as claimed', () => {
  it('2.1.146 given as bad is refused with exit code 1', async () => {
    const { code, stdout } = await tool('run', '--good', '2.1.142', '--bad', '2.1.146');
    expect(stdout).toContain(`Nothing to bisect: 2.1.146 was given as --bad, but it is good (${WORKS})`);
    expect(code).toBe(1);
  });

  it('2.1.148 given as good is refused with exit code 1', async () => {
    const { code, stdout } = await tool('run', '--good', '2.1.148', '--bad', '2.1.150');
    expect(stdout).toContain(
      'Nothing to bisect: 2.1.148 was given as --good, but it is bad (404 before tools',
    );
    expect(code).toBe(1);
  });
});

describe('a probe', () => {
  it('of 2.1.112 is good, through cli.js and node', async () => {
    const { code, document } = await toolJson('probe', '2.1.112');
    const [probe] = document.probes;
    expect(probe).toMatchObject({ version: '2.1.112', verdict: 'good', runner: 'node' });
    expect(probe.observations[0].command[1]).toMatch(/package\/cli\.js$|cli\.js$/);
    expect(code).toBe(0);
  });

  it('of 1.0.8 is a skip that says why: it does not know HTTP servers', async () => {
    const { code, document } = await toolJson('probe', '1.0.8');
    expect(document.probes[0]).toMatchObject({
      verdict: 'skip',
      cause: 'start',
      reason: expect.stringMatching(
        /^exited with code 1 before its first request: Error: Invalid MCP configuration/,
      ),
    });
    expect(code).toBe(3);
  });

  it('of 2.1.147 is corroborated by what the client itself logged', async () => {
    const { document } = await toolJson('probe', '2.1.147');
    const log = document.probes[0].observations
      .map(({ debugLog }: { debugLog: { text: string } }) => debugLog.text)
      .join('\n');
    expect(log).toContain('MCP session expired (server returned 404), triggering reconnection');
    expect(log).toContain('Closing transport (session expired)');
  });
});

describe('an oracle', () => {
  it('reads the executables: 2.1.122 is the first with --autocompact', async () => {
    const oracle = 'grep -aq -- --autocompact "$MCP_BISECT_EXECUTABLE"';
    const range = ['run', '--find-fix', '--bad', '2.1.121', '--good', '2.1.122', '--confirm', '0'];
    const { code, document } = await toolJson(...range, '--static', '--oracle', oracle);
    expect(document).toMatchObject({ outcome: 'found', lastBad: '2.1.121', firstGood: '2.1.122' });
    expect(code).toBe(0);
  });
});
