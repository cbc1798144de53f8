import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bin } from '../helpers/cli.js';
import { startMirror, type Mirror } from '../helpers/mirror.js';

/** The nights in which 2.1.147 and its fix would have been found: real releases, published one at a time. */

const PATCHES = [146, 147, 148, 149, 150, 152, 153, 154, 156, 157, 158, 159, 160];
const RELEASES = PATCHES.map((patch) => `2.1.${patch}`);
const CLIENT = '@anthropic-ai/claude-code';
const PLATFORM = `${CLIENT}-linux-x64`;

let folder = '';
let mirror: Mirror;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'mcp-bisect-nights-'));
  mkdirSync(join(folder, 'tarballs'));
  mirror = await startMirror([CLIENT, PLATFORM], join(folder, 'tarballs'));
  mirror.fetchAhead(PLATFORM, RELEASES);
});

afterAll(async () => {
  await mirror.close();
  rmSync(folder, { recursive: true, force: true });
});

interface TableRow {
  readonly version: string;
  readonly cells: readonly { readonly result: string; readonly rounds: object; readonly reason: string }[];
}

/** The real bin against the mirror, in a folder of its own. */
async function tool(place: string, ...args: string[]) {
  const cwd = join(folder, place);
  mkdirSync(cwd, { recursive: true });
  const argv = [bin, ...args, '--cache-dir', 'cache', '--json', '--quiet'];
  const { exitCode, stdout } = await execa(process.execPath, argv, {
    cwd,
    reject: false,
    env: { NO_COLOR: '1' },
  });
  const document = JSON.parse(stdout);
  expect({ args, error: document.error }).toEqual({ args, error: undefined });
  return { code: exitCode, document };
}

const textOf = (...path: string[]) => readFileSync(join(folder, ...path), 'utf8');
const tableOf = (place: string) => JSON.parse(textOf(place, 'nightly', 'table.json')).clients[0];

/** Every file below a folder with all that a change of it would change. */
function filesBelow(place: string): string[] {
  return readdirSync(join(folder, place), { recursive: true, encoding: 'utf8' })
    .map((path) => [path, statSync(join(folder, place, path))] as const)
    .filter(([, stats]) => stats.isFile())
    .map(([path, { size, mtimeMs, ino }]) => `${path} ${size} ${mtimeMs} ${ino}`)
    .toSorted();
}

describe('nights with one new release each', () => {
  const night = () => {
    const asked = ['--since', '2.1.140', '--scenario', 'get-stream-404', '--on-change', 'cat >> told.jsonl'];
    return tool('one-by-one', 'nightly', '--registry', mirror.url, ...asked);
  };
  const busy: unknown[] = [];

  beforeAll(async () => {
    for (const version of RELEASES) {
      mirror.published.add(version);
      const { code, document } = await night();
      const news = document.news.map(
        ({ kind, after }: { kind: string; after: string }) => `${kind} ${after}`,
      );
      if (code !== 0 || news.length > 0) busy.push([version, code, news]);
    }
  }, 600_000);

  it('tell of one regression on the night it appears, of its fix on that of the first good one, and of nothing else', () => {
    expect(busy).toEqual([
      ['2.1.147', 1, ['regression 2.1.147']],
      ['2.1.153', 0, ['fix 2.1.153']],
    ]);
    const told = textOf('one-by-one', 'told.jsonl')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(told).toMatchObject([
      { kind: 'regression', before: '2.1.146', after: '2.1.147', about: null },
      { kind: 'fix', before: '2.1.152', after: '2.1.153', about: told[0].id },
    ]);
    expect(told[0].report).toContain('MCP session expired (server returned 404), triggering reconnection');
  });

  it('leave the table that a scan of all of them makes', async () => {
    const { document } = await tool(
      'one-by-one',
      'table',
      '--scan',
      '--from',
      '2.1.146',
      '--registry',
      mirror.url,
    );
    expect(document.probed).toEqual([]);
    const { rows, changes } = tableOf('one-by-one');
    const nightly = rows.map(({ version, cells: [cell] }: TableRow) => [
      version,
      cell?.result,
      cell?.rounds,
      cell?.reason,
    ]);
    expect(nightly.toReversed()).toEqual(
      document.table.map(({ version, verdict, rounds, reason }: Record<string, unknown>) => [
        version,
        verdict,
        rounds,
        reason,
      ]),
    );
    expect(changes.map(({ before, after }: Record<string, string>) => [before, after]).toReversed()).toEqual(
      document.boundaries.map(({ before, after }: Record<string, string>) => [before, after]),
    );
  });

  it('are over at once when nothing is new: one conditional request, nothing started, no file changed', async () => {
    const before = filesBelow('one-by-one');
    mirror.requests.length = 0;
    const { code, document } = await night();
    expect({ code, ...document }).toMatchObject({
      code: 0,
      quiet: true,
      news: [],
      downloads: 0,
      cacheHits: 0,
    });
    expect(document.rounds).toEqual({ good: 0, bad: 0, skip: 0 });
    expect(mirror.requests).toEqual([`GET 304 /${CLIENT}`]);
    expect(filesBelow('one-by-one')).toEqual(before);
  });

  it('link every cell to evidence that is there', () => {
    const links = [...textOf('one-by-one', 'nightly', 'table.md').matchAll(/\]\(([^)#]+)/g)].map(
      ([, path = '']) => path,
    );
    const own = links.filter((path) => !/^https?:/.test(path));
    expect(own.length).toBeGreaterThan(RELEASES.length);
    expect(own.filter((path) => !existsSync(join(folder, 'one-by-one', 'nightly', path)))).toEqual([]);
  });
});

describe('one night with everything at once', () => {
  it('runs four scenarios over the twelve newest releases in a small store, and fetches no tarball twice', async () => {
    mirror.requests.length = 0;
    const scenarios = ['get-stream-404', 'get-405', 'session-expired', 'bearer-static-headers'];
    const named = scenarios.flatMap((name) => ['--scenario', name]);
    const asked = [...named, '--cache-limit', '1G', '--confirm', '1'];
    const { code, document } = await tool('at-once', 'nightly', '--registry', mirror.url, ...asked);
    expect({ code, errors: document.errors, untestable: document.untestable }).toEqual({
      code: 0,
      errors: [],
      untestable: [],
    });
    const tarballs = mirror.requests.filter((line) => line.endsWith('.tgz'));
    expect(tarballs).toHaveLength(12);
    expect(new Set(tarballs).size).toBe(12);
    const kept = await tool('at-once', 'cache', 'ls');
    expect(kept.document.bytes).toBeLessThanOrEqual(2 ** 30);
    const { rows } = tableOf('at-once');
    const results = rows.map(({ version, cells }: TableRow) => [
      version,
      ...cells.map(({ result }) => result),
    ]);
    expect(results.toReversed()).toEqual(
      RELEASES.slice(1).map((version) => [
        version,
        RELEASES.indexOf(version) < 6 ? 'bad' : 'good',
        'good',
        'good',
        'good',
      ]),
    );
  }, 600_000);
});
