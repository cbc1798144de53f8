import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { claudeCode } from '../../src/clients/claude-code.js';
import type { Ledger } from '../../src/ledger/ledger.js';
import type { ClientAnswer } from '../../src/nightly/client.js';
import { isUntouched, putFile, type Output } from '../../src/nightly/output.js';
import { writeOutput, type OutputContext } from '../../src/nightly/pages.js';
import type { Round } from '../../src/verdict/round.js';
import { keptRun, roundOf } from '../helpers/kept-runs.js';
import { HOSTILE_KEY } from '../helpers/reports.js';
import { never, type Script } from '../helpers/scripted.js';
import { folderForTest, ledgerForTest, rememberingExaminer, seen, toldChange, watchOf } from './setting.js';

const IDENTITY = {
  user: 'maja',
  host: 'beehive',
  home: '/home/maja',
  cacheDir: '/home/maja/.cache/mcp-bisect',
};
const RUN = keptRun({ id: 'aa000001' });

/** A folder that nights write to, on one ledger. */
function project(scripts: readonly Script[], known?: readonly Round[]) {
  const folder = folderForTest();
  const ledger: Ledger = ledgerForTest();
  const rounds = rememberingExaminer(scripts);
  const recordedAt = '2026-06-01T00:00:00.000Z';
  const recall = () => (known ?? []).map((round, place) => ({ ...round, id: place + 1, recordedAt }));
  const { watch, releases } = watchOf(scripts, { ledger, rounds: known ? { ...rounds, recall } : rounds });
  let runs: readonly (typeof RUN)[] = [RUN];
  const context: OutputContext = {
    folder,
    identity: IDENTITY,
    redact: (text) => text.replaceAll(/who|trial/g, '[user]'),
    nights: ledger.nights,
    runOf: (id) => runs.find((run) => run.id === id),
    tool: '0.1.0',
  };
  const answer = { client: claudeCode, watches: [watch], releases: seen(scripts) } as unknown as ClientAnswer;
  return {
    folder,
    ledger,
    watch,
    releases,
    forgetRuns: () => (runs = []),
    write: (before?: Output, changes: Partial<OutputContext> = {}) =>
      writeOutput([answer], before, { ...context, ...changes }),
    files: () => filesIn(folder),
    path: (name: string) => join(folder, name),
  };
}

const filesIn = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .toSorted();

const evidenceOf = (...versions: string[]) =>
  versions.flatMap((version) => [
    `evidence/claude-code/${version}.html`,
    `evidence/claude-code/${version}.md`,
  ]);
const TABLES = ['index.html', 'table.json', 'table.md'];

const tell = ({ ledger }: { readonly ledger: Ledger }, after = '1.0.1') =>
  ledger.nights.addChange(toldChange({ id: 'a', before: '1.0.0', after, run: RUN.id }));

describe('the folder', () => {
  it('gets the tables, and the evidence of each release of which there is any', async () => {
    const { write, files } = project(['good |', 'good |', 'missing', 'good']);
    const { written } = await write();
    expect(files()).toEqual([...evidenceOf('1.0.0', '1.0.1'), ...TABLES]);
    expect(written).toBe(7);
  });

  it('gets nothing a second time where nothing is new', async () => {
    const one = project(['good |', 'bad |']);
    tell(one);
    const { output } = await one.write();
    const again = await one.write(output);
    expect(again.written).toBe(0);
    expect(again.output).toEqual(output);
  });

  it('gets what is new, and keeps the rest', async () => {
    const { write, watch, releases } = project(['good |', 'good']);
    const { output } = await write();
    await watch.rounds.examine(releases[1] as (typeof releases)[0], never);
    const again = await write(output);
    expect(again.written).toBe(5);
    expect(again.output.files).toMatchObject(
      Object.fromEntries(evidenceOf('1.0.0').map((path) => [path, output.files[path]])),
    );
  });

  it('keeps files that nobody asked about', async () => {
    const { write, path, files } = project(['good |']);
    await write();
    writeFileSync(path('CNAME'), 'nights.example');
    await write();
    expect(files()).toContain('CNAME');
  });

  it.each<[string, (path: string) => void]>([
    ['is gone', (path) => rmSync(path)],
    ['was changed', (path) => writeFileSync(path, 'mine')],
  ])('gets back what %s', async (_, harm) => {
    const one = project(['good |', 'bad |']);
    tell(one);
    const { output } = await one.write();
    for (const name of Object.keys(output.files)) {
      const before = readFileSync(one.path(name), 'utf8');
      harm(one.path(name));
      const isSeen = !(await isUntouched(one.folder, output));
      const { written } = await one.write(output);
      const isBack = readFileSync(one.path(name), 'utf8') === before;
      expect({ name, isSeen, written, isBack }).toEqual({ name, isSeen: true, written: 1, isBack: true });
    }
  });

  it('has its evidence read again only where it may look otherwise: to another version of the tool, or with another round', async () => {
    const { write, watch, releases } = project(['good | good', 'good |']);
    const { output } = await write();
    const recall = vi.spyOn(watch.rounds, 'recall');
    const readAgain = () => recall.mock.calls.splice(0).map(([{ version }]) => version);
    await write(output);
    expect(readAgain()).toEqual([]);
    await write(output, { tool: '0.2.0' });
    expect(readAgain()).toEqual(['1.0.1', '1.0.0']);
    await watch.rounds.examine(releases[0] as (typeof releases)[0], never);
    await write(output);
    expect(new Set(readAgain())).toEqual(new Set(['1.0.0']));
  });

  it('has nothing in it that others must not read', async () => {
    const { watch, releases, write, path } = project(['skip', 'bad |']);
    await watch.rounds.examine(releases[0] as (typeof releases)[0], never);
    await write();
    const table =
      readFileSync(path('table.md'), 'utf8') +
      readFileSync(path('table.json'), 'utf8') +
      readFileSync(path('index.html'), 'utf8');
    expect(table).toContain('[user] knows');
    expect(table).toContain('[user]: tools-lost');
    expect(table).not.toMatch(/who knows|trial/);
  });
});

describe('the page of a release', () => {
  const good = roundOf('1.0.0', 'good');
  const bad = roundOf('1.0.0', 'bad');
  const said = (round: Round, text: string): Round => ({
    judgement: { ...round.judgement },
    observations: round.observations.map((one) => ({
      ...one,
      stderr: { text, bytes: text.length, capped: false },
    })),
  });

  it.each([
    ['the newest of its verdict', [bad, good, good], 'round 2'],
    [
      'one of its verdict, where a newer one disagrees',
      [good, ...Array<Round>(7).fill(bad), good],
      'round 7',
    ],
  ])('shows %s, without keys and names', async (_, rounds, shown) => {
    const secrets = `${HOSTILE_KEY} of maja at beehive in /home/maja/work, /home/maja/.cache/mcp-bisect/v1`;
    const { write, path } = project(
      ['good'],
      rounds.map((round, place) => said(round, `round ${place}, token ${secrets}`)),
    );
    await write();
    for (const ending of ['md', 'html']) {
      const page = readFileSync(path(`evidence/claude-code/1.0.0.${ending}`), 'utf8');
      expect(page).toContain(shown);
      for (const secret of [HOSTILE_KEY, 'maja', 'beehive']) expect(page).not.toContain(secret);
    }
  });
});

describe('the report on a change', () => {
  const REPORT = [
    'reports/claude-code-get-stream-404-regression-1.0.1.html',
    'reports/claude-code-get-stream-404-regression-1.0.1.md',
  ];

  const linked = async (write: () => ReturnType<typeof writeOutput>) =>
    (await write()).table.clients[0]?.changes.map(({ report }) => report?.html ?? null);

  it('is there once it was told, and linked from the table', async () => {
    const one = project(['good |', 'bad |']);
    expect(await linked(one.write)).toEqual([null]);
    tell(one);
    expect(await linked(one.write)).toEqual([REPORT[0]]);
    expect(one.files()).toEqual(expect.arrayContaining(REPORT));
    expect(readFileSync(one.path(REPORT[1] ?? ''), 'utf8')).toContain('2.1.147');
  });

  it('stays when the ledger has let go of its run', async () => {
    const one = project(['good |', 'bad |']);
    tell(one);
    const { output } = await one.write();
    one.forgetRuns();
    const again = await one.write(output);
    expect(again.written).toBe(0);
    expect(await linked(one.write)).toEqual([REPORT[0]]);
  });

  it('is not linked if it can be made no more', async () => {
    const one = project(['good |', 'bad |']);
    tell(one);
    one.forgetRuns();
    expect(await linked(one.write)).toEqual([null]);
    expect(one.files()).not.toContain(REPORT[0]);
  });

  it('is not made for a change that is not there any more: it was corrected', async () => {
    const one = project(['good |', 'good |', 'bad |']);
    tell(one);
    expect(await linked(one.write)).toEqual([null]);
    expect(one.files()).not.toContain(REPORT[0]);
  });
});

describe('a file of the output folder', () => {
  it.each<[string, string, (folder: string) => void]>([
    ['a folder in its place', 'table.md', (folder) => mkdirSync(join(folder, 'table.md'))],
    [
      'a file in the place of its folder',
      'evidence/a.md',
      (folder) => writeFileSync(join(folder, 'evidence'), ''),
    ],
  ])('that cannot be written is named, with %s', async (_, path, prepare) => {
    const folder = folderForTest();
    prepare(folder);
    await expect(putFile(folder, path, 'text')).rejects.toMatchObject({
      code: 'OUTPUT_NOT_WRITABLE',
      message: expect.stringContaining(join(folder, path)),
      hint: expect.stringContaining('--output'),
    });
  });

  it.each(['ENOSPC', 'EDQUOT'])('for which there is no room is another matter: %s', async (code) => {
    const folder = folderForTest();
    const full = () => Promise.reject(Object.assign(new Error('full'), { code }));
    await expect(putFile(folder, 'table.md', 'text', full)).rejects.toMatchObject({ code: 'DISK_FULL' });
    expect(readdirSync(folder)).toEqual([]);
  });
});
