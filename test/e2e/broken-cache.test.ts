/** Caches that are full, read-only, damaged or no folders: exit code 4, and nothing that was learned is lost. */
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import Database from 'libsql';
import { describe, expect, it } from 'vitest';
import { clientSource } from '../helpers/fake-client.js';
import { failureOf, Scene } from './scene.js';

const scene = Scene.forEach();

const ledger = () => join(scene.user.cacheDir, 'ledger.db');

const ELSEWHERE = expect.stringContaining('--cache-dir');
const cacheFailure = (code: string) => ({
  exitCode: 4,
  code,
  message: expect.stringContaining(scene.user.cacheDir),
  hint: ELSEWHERE,
});

/** Fills the disk below `folder` up to so many bytes. @returns the file to remove again */
function fill(folder: string, spared = 0): string {
  const path = join(folder, 'full');
  const { bavail, bsize } = statfsSync(folder);
  writeFileSync(path, Buffer.alloc(bavail * bsize - spared));
  return path;
}

/** A small disk at a folder of the user's, there for the bin alone. @returns how it is reached from outside */
async function diskAt(folder: string, size: string): Promise<string> {
  mkdirSync(folder, { recursive: true });
  return (await scene.mount('mount -t tmpfs -o size="$2" tmpfs "$1"', folder, size))(folder);
}

describe('a full disk', () => {
  it('below the store ends the run when an executable is to be stored; the verdicts are kept', async () => {
    scene.publish('good', 'good', 'loses-tools');
    await scene.run('2.1.1', '2.1.2');
    fill(await diskAt(join(scene.user.cacheDir, 'v1', 'temporary'), '16k'));
    expect(await scene.failure('2.1.1', '2.1.3')).toEqual({
      exitCode: 4,
      code: 'DISK_FULL',
      message: `The disk that holds the cache ${scene.user.cacheDir} is full (ENOSPC).`,
      hint: expect.stringMatching(/mcp-bisect cache prune.* or name another place with --cache-dir/),
    });

    scene.user.wrapper = [];
    const answer = await scene.answer('2.1.1', '2.1.3');
    expect(answer).toMatchObject({ code: 0, lastGood: '2.1.2', probed: ['2.1.3'], downloads: 1 });
  });

  it.each([
    ['to open it', 0],
    ['for another verdict', 48 * 1024],
  ])(
    'without room in the ledger %s ends the run; once there is room nothing is missing',
    async (_, spared) => {
      scene.publish('good', 'loses-tools');
      const { cacheDir } = scene.user;
      const outside = await diskAt(cacheDir, '4m');
      expect(await scene.answer('2.1.1', '2.1.2')).toMatchObject({ code: 0, firstBad: '2.1.2' });
      const filler = fill(outside, spared);
      const failure = await scene.failure('2.1.1', '2.1.2', ['--fresh']);
      expect(failure).toMatchObject({ exitCode: 4, code: 'DISK_FULL', hint: ELSEWHERE });
      expect(failure.message).toContain(cacheDir);

      // The way out that is named is one even here.
      const pruned = await scene.user.run(['cache', 'prune', '--all', '--json']);
      expect(pruned.code).toBe(0);
      const { removed, registry } = JSON.parse(pruned.stdout);
      expect(removed).toHaveLength(2);
      expect(registry).toEqual({ bytes: expect.any(Number), remaining: 0 });

      rmSync(filler);
      const answer = await scene.answer('2.1.1', '2.1.2');
      expect(answer).toMatchObject({ code: 0, firstBad: '2.1.2', probed: [], downloads: 0 });
    },
  );

  it('from the start is named, with the way out', async () => {
    fill(await diskAt(scene.user.cacheDir, '16k'));
    expect(await scene.failure('2.1.1', '2.1.2')).toEqual(cacheFailure('DISK_FULL'));
    const { stdout } = await scene.user.run(['doctor', '--offline']);
    expect(stdout).toMatch(/^! cache: .* 0\.0 GB free; .*make room/m);
  });
});

it('lists of releases count as executables do: the limit of a run holds for them, and prune --to', async () => {
  scene.publish('good');
  const lists = join(scene.user.cacheDir, 'npm');
  mkdirSync(lists, { recursive: true });
  const old = join(lists, 'old.packument');
  const leaveOld = () => {
    writeFileSync(old, Buffer.alloc(3 * 2 ** 20));
    utimesSync(old, 0, 0);
  };
  leaveOld();
  expect(await scene.command('probe', '2.1.1', '--cache-limit', '2M')).toMatchObject({ code: 0 });
  const [list, ...more] = readdirSync(lists);
  expect(more).toEqual([]);

  leaveOld();
  const { code, stdout } = await scene.user.run(['cache', 'prune', '--to', '2M', '--json']);
  expect({ code, ...JSON.parse(stdout) }).toMatchObject({ code: 0, registry: { bytes: 3 * 2 ** 20 } });
  expect(readdirSync(lists)).toEqual([list]);
});

describe('a cache that cannot be written to', () => {
  it('because it is read-only is named, with the way out', async () => {
    scene.publish('good', 'loses-tools');
    await scene.run('2.1.1', '2.1.2');
    await scene.mount('mount --bind "$1" "$1"; mount -o remount,bind,ro "$1"', scene.user.cacheDir);
    expect(await scene.failure('2.1.1', '2.1.2')).toEqual(cacheFailure('CACHE_NOT_WRITABLE'));
    scene.user.wrapper = [];
    expect(await scene.answer('2.1.1', '2.1.2')).toMatchObject({ code: 0, firstBad: '2.1.2', probed: [] });
  });

  it('because it is no folder is named, with the way out', async () => {
    writeFileSync(scene.user.cacheDir, 'a file');
    expect(await scene.failure('2.1.1', '2.1.2')).toEqual(cacheFailure('CACHE_NOT_WRITABLE'));
    expect(readFileSync(scene.user.cacheDir, 'utf8')).toBe('a file');
  });
});

describe('a ledger', () => {
  const HINT =
    '"mcp-bisect ledger check --repair --cache-dir ~/cache" saves what can be read, and keeps the damaged one aside';

  /** In the file itself, and not in the log that is written ahead of it. */
  function spoil(change: (bytes: Buffer) => void): void {
    sql('PRAGMA wal_checkpoint(TRUNCATE)');
    const bytes = readFileSync(ledger());
    change(bytes);
    writeFileSync(ledger(), bytes);
  }

  it('that is damaged in the middle is named by every command that meets it, and what is readable is saved', async () => {
    scene.publish('good', 'loses-tools');
    await scene.run('2.1.1', '2.1.2');
    // Behind the first page, which says what the others are.
    spoil((bytes) => bytes.fill(0xa5, 4096));
    const registry = ['--registry', scene.registry.url];
    const commands = [
      scene.args('2.1.1', '2.1.2'),
      ['table', ...registry],
      ['probe', '2.1.1', ...registry],
      ['show', '2.1.1'],
      ['report'],
      ['ledger', 'ls'],
    ];
    for (const command of commands)
      expect(await failureOf(scene.user, command)).toEqual({
        exitCode: 4,
        code: 'LEDGER_UNREADABLE',
        message: `the ledger ${ledger()} is damaged`,
        hint: HINT,
      });
    const night = await scene.command('nightly', '--scenario', 'get-stream-404');
    expect(night.code).toBe(4);
    expect(night.stderr).toContain(HINT);
  });

  it('is checked, saved, listed and forgotten in parts by hand', async () => {
    scene.publish('good', 'loses-tools');
    await scene.run('2.1.1', '2.1.2');
    sql(`UPDATE verdicts SET judgement = '{"verdict":' WHERE version = '2.1.2'`);
    const damaged = await scene.user.run(['ledger', 'check']);
    expect(damaged).toMatchObject({
      code: 4,
      stdout: expect.stringMatching(/is damaged\. 1 rounds and 1 runs can be read/),
    });
    const { code, stdout } = await scene.user.run(['ledger', 'check', '--repair', '--json']);
    const keptAside = `${ledger()}.damaged`;
    expect({ code, ...JSON.parse(stdout) }).toEqual({
      code: 0,
      schema: 1,
      state: 'damaged',
      rounds: 1,
      runs: 1,
      keptAside,
    });
    expect(statSync(keptAside).size).toBeGreaterThan(0);
    expect(await scene.answer('2.1.1', '2.1.2')).toMatchObject({
      code: 0,
      firstBad: '2.1.2',
      probed: ['2.1.2'],
    });

    const listed = await scene.user.run(['ledger', 'ls', '--json']);
    const group = { client: 'claude-code', scenario: 'get-stream-404', mode: 'headless', skip: 0 };
    expect(JSON.parse(listed.stdout).rounds).toMatchObject([
      { ...group, version: '2.1.1', good: 1, bad: 0 },
      { ...group, version: '2.1.2', good: 0, bad: 1 },
    ]);
    expect(await failureOf(scene.user, ['ledger', 'forget'])).toMatchObject({
      exitCode: 2,
      code: 'BAD_OPTION',
    });
    const forgotten = await scene.user.run(['ledger', 'forget', '2.1.1', '--scenario', 'get-stream-404']);
    expect(forgotten.stdout).toMatch(
      /^2\.1\.1 .*\n1 round removed\.\nReports that rest on them stay as they were: (\w{8}), (\w{8})\./m,
    );
    const resting = /ledger forget (--run .*)$/m.exec(forgotten.stdout)?.[1]?.split(' ') ?? [];
    expect((await scene.user.run(['ledger', 'forget', ...resting])).stdout).toMatch(
      /^Runs removed: \w{8}, \w{8}\.$/,
    );
    expect(await failureOf(scene.user, ['report'])).toMatchObject({ code: 'UNKNOWN_RUN' });
    expect(await scene.answer('2.1.1', '2.1.2')).toMatchObject({ code: 0, probed: ['2.1.1'] });
  });

  it('of a newer version of the tool is left alone', async () => {
    scene.publish('good', 'loses-tools');
    await scene.run('2.1.1', '2.1.2');
    sql('PRAGMA user_version = 99');
    expect(await scene.failure('2.1.1', '2.1.2')).toEqual({
      exitCode: 4,
      code: 'LEDGER_UNREADABLE',
      message: `${ledger()} was written by a newer version of mcp-bisect`,
      hint: 'update mcp-bisect, or name another folder with --cache-dir',
    });
    sql('PRAGMA user_version = 1');
    expect(await scene.answer('2.1.1', '2.1.2')).toMatchObject({ code: 0, probed: [] });
  });
});

describe('an executable in the store', () => {
  it('that was damaged is fetched again, and never run', async () => {
    scene.publish('good', 'good', 'loses-tools');
    const before = await scene.answer('2.1.1', '2.1.3');
    // What it has become would turn the answer round.
    writeFileSync(programOf('2.1.2'), clientSource('2.1.2', 'loses-tools'));
    flipLastByte(programOf('2.1.3'));
    const listed = JSON.parse((await scene.user.run(['cache', 'ls', '--json'])).stdout);
    expect(listed.entries.map(({ path }: { path: string }) => path).toSorted()).toEqual(
      ['2.1.1', '2.1.2', '2.1.3'].map(programOf).toSorted(),
    );
    expect(listed.registry.bytes).toBeGreaterThan(0);
    const after = await scene.answer('2.1.1', '2.1.3', ['--fresh']);
    expect(after).toMatchObject({ code: 0, lastGood: '2.1.2', firstBad: '2.1.3', downloads: 2 });
    expect(after.table).toEqual(before.table);
  });
});

function sql(statement: string): void {
  const database = new Database(ledger());
  database.exec(statement);
  database.close();
}

/** The program of a version in the store. */
function programOf(version: string): string {
  const store = join(scene.user.cacheDir, 'v1', 'content');
  const programs = readdirSync(store, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('cli.js'))
    .map((name) => join(store, name));
  return programs.find((path) => readFileSync(path, 'utf8').includes(`VERSION = '${version}'`)) ?? '';
}

function flipLastByte(path: string): void {
  const bytes = readFileSync(path);
  const at = bytes.length - 1;
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  writeFileSync(path, bytes);
}
