/** Command lines that mean nothing, or nothing here: exit code 2, and nothing is asked of any registry. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { asFailure, failureOf, Scene } from './scene.js';

const scene = Scene.forAll();

const RUN = ['run', '--good', '2.1.1', '--bad', '2.1.2'];
const SEE_HELP = 'see "mcp-bisect --help", or --help after a command';

// How options are read is cli/commands.test.ts's.
describe('an option', () => {
  it.concurrent.each([
    [
      'an unknown client',
      [...RUN, '--client', 'claude-cod'],
      'UNKNOWN_CLIENT',
      'unknown client "claude-cod"',
      'choose one of claude-code',
    ],
    [
      'an unknown scenario',
      [...RUN, '--scenario', 'get-404'],
      'UNKNOWN_SCENARIO',
      'unknown scenario "get-404"',
      /^choose one of get-stream-404, get-405, .*stdio-stray-line/,
    ],
    [
      'an oracle that is empty',
      [...RUN, '--oracle', ' '],
      'BAD_OPTION',
      '--oracle is empty: it names no command',
      /a variable that was to hold it may not be set$/,
    ],
    [
      'an unknown platform',
      [...RUN, '--platform', 'beos-ppc'],
      'UNKNOWN_PLATFORM',
      'unknown platform "beos-ppc"',
      /^choose one of linux-x64, .*win32-arm64$/,
    ],
    [
      'a platform of other machines',
      [...RUN, '--platform', 'darwin-arm64'],
      'PLATFORM_NOT_RUNNABLE',
      'executables for darwin-arm64 cannot be run here',
      /^run this on a darwin-arm64 machine; "mcp-bisect releases --platform darwin-arm64 [^"]+" works here$/,
    ],
    [
      'a registry that is no address',
      [...RUN, '--registry', 'npmjs'],
      'BAD_OPTION',
      'the registry is not an http or https address',
      'give it like https://registry.npmjs.org/',
    ],
    [
      'a window without its bad release',
      ['run', '--good', '2.1.1', '--window'],
      'BAD_OPTION',
      '--window needs a release that shows the failure',
      'name it with --bad, for example the version in the report',
    ],
    [
      'a fix without its bad release',
      ['run', '--find-fix'],
      'BAD_OPTION',
      '--find-fix needs a release that shows the failure',
      'name it with --bad, for example the version in the report',
    ],
    [
      'a table alone that runs everything anew',
      ['table', '--fresh'],
      'BAD_OPTION',
      '--fresh runs releases anew, and without --scan none is run',
      'add --scan, or leave it out',
    ],
    [
      'a size that is none',
      [...RUN, '--cache-limit', 'lots'],
      'BAD_OPTION',
      "option '--cache-limit <size>' argument 'lots' is invalid. Expected a size such as 500M or 2G.",
      SEE_HELP,
    ],
    [
      'a scan of everything',
      ['table', '--scan'],
      'BAD_OPTION',
      '--scan needs to know where to begin',
      'name the first release with --from, for example --from 2.1.140',
    ],
    ['an unknown option', [...RUN, '--god', '1'], 'BAD_OPTION', /unknown option '--god'.*--good/, SEE_HELP],
  ])('is refused, with the way out: %s', async (_, args, code, message, hint) => {
    expect(await failureOf(scene.user, args)).toEqual({
      exitCode: 2,
      code,
      message: typeof message === 'string' ? message : expect.stringMatching(message),
      hint: typeof hint === 'string' ? hint : expect.stringMatching(hint),
    });
    expect(scene.registry.requests).toEqual([]);
  });

  it('is refused on stderr alone where no JSON was asked for', async () => {
    const { code, stdout, stderr } = await scene.user.run([...RUN, '--jobs', 'all']);
    expect(stdout).toBe('');
    expect(stderr).toContain("option '--jobs <count>' argument 'all' is invalid");
    expect(code).toBe(2);
  });

  it('keeps its terminal escapes to itself', async () => {
    const outcome = await scene.user.run([...RUN, '--client', '\u001b]0;owned\u0007\u001b[31mred', '--json']);
    expect(asFailure(outcome).message).toBe('unknown client "red"');
    // oxlint-disable-next-line no-control-regex
    expect(outcome.stdout + outcome.stderr).not.toMatch(/[\u001b\u0007]/);
  });
});

describe('settings of npm that npm refuses as well', () => {
  it('are named, with the way out, and their secret is not', async () => {
    writeFileSync(join(scene.user.root, '.npmrc'), '_authToken=npm_TopSecret\n');
    const outcome = await scene.user.run([...RUN, '--json', '--quiet']);
    expect(asFailure(outcome)).toEqual({
      exitCode: 2,
      code: 'BAD_OPTION',
      message: expect.stringMatching(/^the npmrc has credentials that belong to no registry/),
      hint: 'run `npm config fix`',
    });
    expect(outcome.stdout + outcome.stderr).not.toContain('TopSecret');
  });
});

describe('help', () => {
  it('is what one gets without a command, with an exit code that no script takes for success', async () => {
    const { code, stdout, stderr } = await scene.user.run([]);
    expect(stdout + stderr).toContain('Usage: mcp-bisect');
    expect(stderr).toContain('error: no command was given');
    expect(code).toBe(2);
  });

  it.each([
    [['run', '--help'], /^Usage: mcp-bisect run .*--good <bound>/s],
    [['--version'], new RegExp(`^${version()}$`)],
  ])('that was asked for is the result, and no failure: %s', async (args, text) => {
    const { code, stdout, stderr } = await scene.user.run(args);
    expect(stdout).toMatch(text);
    expect(stderr).toBe('');
    expect(code).toBe(0);
  });
});

function version(): string {
  const manifest = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return JSON.parse(manifest).version.replaceAll('.', '\\.');
}
