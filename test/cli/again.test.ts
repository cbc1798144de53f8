import { describe, expect, it } from 'vitest';
import { againAfter, hintAgain, reproduceArgs } from '../../src/cli/again.js';
import { dispatch, type Handlers, type Typed } from '../../src/cli/commands.js';
import type { Answer } from '../../src/search/answer.js';
import { asked, FIX, REGRESSION, window } from '../report/asked.js';

const ARGV = [
  'run',
  '--good',
  '1.0.0',
  '--scenario',
  './my own.mjs',
  '--mode=interactive',
  '--offline',
  '--json',
];
const again = againAfter(
  [...ARGV, '--registry', 'https://r.example/', '--cache-dir', '/home/anna/c'],
  '/home/anna',
);

describe('a command line that the user is told of', () => {
  it.each([
    ['report 7f3a', 'report 7f3a --cache-dir ~/c'],
    ['cache prune --all', 'cache prune --all --cache-dir ~/c'],
    ['scenarios new', 'scenarios new'],
    ['ledger forget --run 7f3a', 'ledger forget --run 7f3a --cache-dir ~/c'],
    ['show 1.0.1 --mode headless', "show 1.0.1 --mode headless --scenario './my own.mjs' --cache-dir ~/c"],
    [
      'probe 1.0.1',
      "probe 1.0.1 --scenario './my own.mjs' --mode interactive --offline --registry https://r.example/ --cache-dir ~/c",
    ],
  ])('%s repeats what was typed, as far as that command takes it', (line, expected) => {
    expect(again(line)).toBe(expected);
  });

  it('asks the same oracle in the same way, and gives no secret away', () => {
    const typed = ['run', '--oracle', './judge --token ghp_0123456789abcdefghijklmnopqrstuvwxyz', '--static'];
    const line = againAfter(typed, '/home/anna')('probe 1.0.1');
    expect(line).toMatch(/^probe 1\.0\.1 --oracle '.\/judge --token .*' --static$/);
    expect(line).not.toContain('ghp_');
  });

  it('is completed in hints, wherever it is quoted', () => {
    expect(
      hintAgain('see "mcp-bisect report --list", `mcp-bisect cache ls` or "mcp-bisect --help"', again),
    ).toBe(
      'see "mcp-bisect report --list --cache-dir ~/c", `mcp-bisect cache ls --cache-dir ~/c` or "mcp-bisect --help"',
    );
  });
});

/** The request of a command line. */
async function requestOf(line: string): Promise<Typed<'run'>> {
  const requests: Typed<'run'>[] = [];
  const handlers = { run: async (made: Typed<'run'>) => requests.push(made) } as unknown as Handlers;
  await dispatch(line.split(' '), '1.2.3', handlers, () => {});
  return requests[0] as Typed<'run'>;
}

describe('the line that reproduces a run', () => {
  const reproduced = async (line: string, answer: Answer) =>
    reproduceArgs(await requestOf(line), answer).join(' ');
  const SUBJECT = 'run --client claude-code --scenario get-stream-404';
  const BOUNDS = '--good 1.0.0 --bad 1.0.1';

  it('names releases by their versions, whatever they were called, and leaves an end open that nobody named', async () => {
    const found = await asked(['good', 'good', 'bad'], REGRESSION);
    const dated = 'run --good 2026-05-01 --bad latest';
    expect(await reproduced(dated, found)).toBe(`${SUBJECT} --good 1.0.0 --bad 1.0.2`);
    const fixed = await asked(['bad', 'bad', 'good'], FIX);
    const fix = await reproduced('run --find-fix --bad a --good latest', fixed);
    expect(fix).toBe(`${SUBJECT} --find-fix --bad 1.0.0 --good 1.0.2`);
    const both = await asked(['good', 'bad', 'good'], window('1.0.1'));
    const line = await reproduced('run --window --bad 1.0.1', both);
    expect(line).toBe(`${SUBJECT} --window --bad 1.0.1`);
  });

  it.each([
    ['--repeat 3 --jobs 2 --cache-dir /c --quiet --platform linux-x64', '--repeat 3'],
    ['--mode interactive --arm a --arm b', undefined],
    ['--oracle check --hang bad --same-failure --arm a', undefined],
    ['--platform darwin-arm64 --oracle check --static', undefined],
    ['--timeout 2.5 --exclude 1.0.2 --confidence 0.9 --max-rounds 9 --require-provenance', undefined],
  ])('names what is not the default, and nothing of this machine: %s', async (options, kept = options) => {
    const answer = await asked(['good', 'bad'], REGRESSION);
    const typed = `run ${BOUNDS} ${options}`;
    expect(await reproduced(typed, answer)).toBe(`${SUBJECT} ${BOUNDS} ${kept}`);
  });

  it('makes the same request again', async () => {
    const answer = await asked(['good', 'bad'], REGRESSION);
    const line = `run ${BOUNDS} --confirm 0 --confidence 0.9 --timeout 2.5 --include-prereleases`;
    const request = await requestOf(line);
    expect(await requestOf(reproduceArgs(request, answer).join(' '))).toEqual(request);
  });

  it('names a scenario’s file as the report writes it, wherever it lay', async () => {
    const answer = await asked(['good', 'bad'], REGRESSION);
    const request = await requestOf('run --bad 1.0.1 --scenario /elsewhere/own.mjs');
    const file = { name: 'own.mjs', text: '', imports: [] };
    expect(reproduceArgs(request, answer, file).slice(3, 5)).toEqual(['--scenario', './own.mjs']);
  });
});
