/** Tarballs that are not what the registry promised, or promise no good: never run, never kept, never a verdict. */
import { existsSync, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { processesNaming, withPeak } from '../helpers/cli.js';
import { publishScript } from '../helpers/fake-client.js';
import { faultRows, said } from '../helpers/faults.js';
import { WITHHELD } from '../helpers/registry-faults.js';
import type { Fault, TestRegistry } from '../helpers/registry.js';
import { buildTarball, hostileEntries, packageTarball, type TarEntry } from '../helpers/tarball.js';
import { IMPATIENT, Scene } from './scene.js';

const MAIN = '@anthropic-ai/claude-code';
const PLATFORM = `${MAIN}-linux-x64`;
const WANTED = 'package/claude';
const NOBODYS_INTEGRITY = `sha512-${'A'.repeat(86)}==`;

/** Publishes a release for linux-x64 in this tarball. @returns the tarball's path at the registry */
function publishTarball(
  registry: TestRegistry,
  version: string,
  tarball: Buffer,
  integrity?: string,
): string {
  registry.publish({
    name: MAIN,
    version,
    files: {},
    manifest: { bin: { claude: 'bin/claude.exe' }, optionalDependencies: { [PLATFORM]: version } },
  });
  return registry.publish({ name: PLATFORM, version, tarball, ...(integrity && { integrity }) }).path;
}

/** An honest tarball, of a program that would be noticed if it ever ran; no two releases have the same. */
const honest = (version: string) =>
  packageTarball({ claude: { content: `#!/bin/sh\necho ${version} ran; exit 3\n`, mode: 0o755 } });

const fromEntries = (entries: readonly TarEntry[]) => (registry: TestRegistry, version: string) => {
  publishTarball(registry, version, buildTarball(entries));
};
const withFault = (fault: Fault, times?: number) => (registry: TestRegistry, version: string) =>
  registry.fault(publishTarball(registry, version, honest(version)), fault, times);

type Publish = (registry: TestRegistry, version: string) => void;
type Case = [title: string, publish: Publish, reason: RegExp];

const OTHER = /is not the one that the registry promised: expected sha512-\S+, got sha512-/;
const CUT_SHORT =
  /^127\.0\.0\.1:\d+ (broke off the connection|did not answer in time): cannot get the tarball of/;

const DAMAGED: [string, string, Publish, RegExp][] = [
  ['broken off', 'TARBALL_CUT_SHORT', withFault({ kind: 'truncate', afterBytes: 10 }), CUT_SHORT],
  ['never completed', 'TARBALL_CUT_SHORT', withFault({ kind: 'stall', afterBytes: 10 }), CUT_SHORT],
  ['shortened', 'TARBALL_INTEGRITY', withFault({ kind: 'shorten', afterBytes: 60 }), OTHER],
  ['empty', 'TARBALL_INTEGRITY', withFault({ kind: 'shorten', afterBytes: 0 }), OTHER],
  ['damaged in one byte', 'TARBALL_INTEGRITY', withFault({ kind: 'corrupt', at: 70 }), OTHER],
  [
    'whole, and another one than promised',
    'TARBALL_INTEGRITY',
    (registry, version) => publishTarball(registry, version, honest(version), NOBODYS_INTEGRITY),
    OTHER,
  ],
  [
    'missing',
    'TARBALL_MISSING',
    (registry, version) => registry.removeTarball(publishTarball(registry, version, honest(version))),
    /^127\.0\.0\.1:\d+ does not have the tarball of/,
  ],
  [
    'without the executable',
    'TARBALL_MALFORMED',
    fromEntries([{ path: 'package/README.md', content: 'nothing else' }]),
    /does not hold package\/claude/,
  ],
  [
    'no tarball',
    'TARBALL_MALFORMED',
    (registry, version) => publishTarball(registry, version, Buffer.from('no gzip')),
    /is not a whole gzip file/,
  ],
  [
    'packed twice',
    'TARBALL_MALFORMED',
    (registry, version) => publishTarball(registry, version, gzipSync(honest(version))),
    /is packed twice/,
  ],
];

const hostile = hostileEntries(WANTED);
const HOSTILE: Case[] = [
  ['an absolute path', fromEntries(hostile.absolutePath), /does not hold package\/claude/],
  ['a path that climbs out', fromEntries(hostile.parentPath), /does not hold package\/claude/],
  [
    'a path that climbs back in',
    fromEntries(hostile.parentPathToWanted),
    /holds .+, a path that leads out of it/,
  ],
  ['backslashes in a path', fromEntries(hostile.backslashPath), /does not hold package\/claude/],
  ['a symbolic link', fromEntries(hostile.symlink), /as something else than a file \(SymbolicLink\)/],
  ['a hard link', fromEntries(hostile.hardlink), /as something else than a file \(Link\)/],
  [
    'a character device',
    fromEntries(hostile.characterDevice),
    /as something else than a file \(CharacterDevice\)/,
  ],
  ['a block device', fromEntries(hostile.blockDevice), /as something else than a file \(BlockDevice\)/],
  ['a pipe', fromEntries(hostile.fifo), /as something else than a file \(FIFO\)/],
  ['a directory', fromEntries(hostile.directory), /as something else than a file \(Directory\)/],
  ['two of the same name', fromEntries(hostile.duplicate), /holds package\/claude twice/],
  [
    'less than its header says',
    fromEntries(hostile.shortContent),
    /cannot be read|is not a whole|does not hold/,
  ],
];

/** What is run after all, and with which mode it is in the cache. */
const RUN: Readonly<Record<string, readonly TarEntry[]>> = {
  'a file with setuid and setgid': hostile.setuid,
  'a file that all may write': hostile.worldWritable,
  'a file that is not executable': hostile.notExecutable,
  'a file, and the name of its folder for a link': hostile.symlinkedFolder,
};

const NOT_GIVEN = faultRows('A tarball that is not given').map(([title = '', , words]): Case => {
  const fault = WITHHELD[title];
  if (!fault) throw new Error(`nothing is ordered for "${title}"`);
  return [title, withFault(fault), said(words)];
});

it('every fault is told of in docs/faults.md, and nothing else', () => {
  const titles = faultRows('Tarballs').map(([title, code]) =>
    code?.startsWith('TARBALL_') ? `${title}: ${code}` : title,
  );
  expect(titles).toEqual([
    ...DAMAGED.map(([title, code]) => `${title}: ${code}`),
    ...HOSTILE.map(([title]) => title),
    ...Object.keys(RUN),
  ]);
  expect(NOT_GIVEN.map(([title]) => title)).toEqual(Object.keys(WITHHELD));
});

/** Not all in one range: of so long a row of untestable releases the search tries a sample. */
const RANGES: [string, Case[]][] = [
  ['a damaged', DAMAGED.map(([title, , publish, reason]) => [title, publish, reason])],
  ['a hostile', HOSTILE.map(([title, ...rest]) => [`with ${title} for the executable`, ...rest])],
  ['a withheld', NOT_GIVEN.map(([title, ...rest]) => [`of which the registry ${title}`, ...rest])],
];

describe.each(RANGES)('in the middle of the range, %s tarball', (__, all) => {
  const last = `2.1.${all.length + 2}`;
  let answer: Awaited<ReturnType<Scene['answer']>>;
  let peak: number;
  const scene = Scene.forAll(async (opened) => {
    const { registry, user } = opened;
    publishScript(registry, '2.1.1', 'good');
    all.forEach(([, publish], index) => publish(registry, `2.1.${index + 2}`));
    publishScript(registry, last, 'loses-tools');
    const args = opened.args('2.1.1', last, '--json', '--quiet');
    const [{ exitCode, stdout }, most] = await withPeak(user.start(args, IMPATIENT));
    answer = { ...JSON.parse(stdout), code: exitCode };
    peak = most;
  });

  it.each(all.map(([title, , reason], index) => [title, `2.1.${index + 2}`, reason] as const))(
    '%s is a skip with its cause (%s)',
    (_, version, reason) => {
      const row = answer.table.find((candidate: { version: string }) => candidate.version === version);
      expect(row).toMatchObject({ verdict: 'skip', runs: 0, reason: expect.stringMatching(reason) });
      expect(row.reason).toContain(version);
    },
  );

  it('does not end the search: all that is left are suspects', () => {
    expect(answer).toMatchObject({ code: 3, outcome: 'inconclusive', lastGood: '2.1.1', firstBad: null });
    expect(answer.suspects).toEqual(all.map((_, index) => `2.1.${index + 2}`));
  });

  it('takes no memory, and leaves nothing behind, in the cache or outside', () => {
    expect(peak).toBeGreaterThan(20 * 2 ** 20);
    expect(peak).toBeLessThan(250 * 2 ** 20);
    expect(processesNaming(scene.user.root)).toEqual([]);
    expect(executablesIn(scene.user.cacheDir)).toHaveLength(2);
    expect(readdirSync(join(scene.user.cacheDir, 'v1', 'temporary'))).toEqual([]);
    expect(existsSync('/tmp/mcp-bisect-escaped')).toBe(false);
    expect(existsSync(join(scene.user.root, 'mcp-bisect-escaped'))).toBe(false);
  });
});

describe('a tarball', () => {
  const scene = Scene.forEach();

  it('that cannot be had is no obstacle where the boundary lies elsewhere', async () => {
    const [, second] = scene.publish('good', 'good', 'good', 'loses-tools');
    scene.registry.removeTarball(second?.path ?? '');
    const answer = await scene.answer('2.1.1', '2.1.4');
    expect(answer).toMatchObject({ code: 0, lastGood: '2.1.3', firstBad: '2.1.4', suspects: [] });
    expect(answer.table[1]).toMatchObject({ version: '2.1.2', verdict: 'skip' });
  });

  it.each(DAMAGED)(
    'at an end of the range that is %s ends the run with exit code 4 and says so (%s)',
    async (_, code, publish, message) => {
      publishScript(scene.registry, '2.1.1', 'good');
      publish(scene.registry, '2.1.2');
      const hint = expect.stringMatching(/--registry/);
      const failure = await scene.failure('2.1.1', '2.1.2', [], IMPATIENT);
      expect(failure).toEqual({ exitCode: 4, code, message: expect.stringMatching(message), hint });
      expect(failure.message).toContain(`${PLATFORM}@2.1.2`);
      expect(executablesIn(scene.user.cacheDir)).toHaveLength(1);
    },
  );

  it('whose fault passes is met with another attempt, and nobody notices', async () => {
    const published = scene.publish('good', 'good', 'good', 'loses-tools', 'loses-tools');
    const faults: Fault[] = [
      { kind: 'corrupt', at: 100 },
      { kind: 'truncate', afterBytes: 100 },
      { kind: 'shorten', afterBytes: 100 },
      { kind: 'status', status: 502 },
      { kind: 'reset' },
    ];
    for (const [index, fault] of faults.entries())
      scene.registry.fault(published[index]?.path ?? '', fault, 1);
    const answer = await scene.answer('2.1.1', '2.1.5');
    expect(answer).toMatchObject({ code: 0, lastGood: '2.1.3', firstBad: '2.1.4', stderr: '' });
    expect(answer.table.map(({ verdict }: { verdict: string }) => verdict)).not.toContain('skip');
  });

  it('has no say about modes: what is run is executable, and nothing more', async () => {
    publishScript(scene.registry, '2.1.1', 'good');
    for (const [index, entries] of Object.values(RUN).entries())
      fromEntries(entries)(scene.registry, `2.1.${index + 2}`);
    publishScript(scene.registry, '2.1.6', 'loses-tools');
    const { table } = await scene.answer('2.1.1', '2.1.6');
    for (const { reason } of table.slice(1, 5))
      expect(reason).toBe('exited with code 0 before its first request: hostile');
    const modes = executablesIn(scene.user.cacheDir).map((path) => lstatSync(path).mode & 0o7777);
    expect(new Set(modes)).toEqual(new Set([0o755]));
  });
});

/** The executable files of the store, wherever in it. */
function executablesIn(cacheDir: string): string[] {
  const store = join(cacheDir, 'v1');
  return readdirSync(store, { recursive: true, encoding: 'utf8' })
    .map((name) => join(store, name))
    .filter((path) => !lstatSync(path).isDirectory() && (lstatSync(path).mode & 0o111) !== 0);
}
