import { describe, expect, it } from 'vitest';
import { againAfter, hintAgain } from '../../src/cli/again.js';

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
