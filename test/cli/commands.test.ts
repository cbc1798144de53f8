import { describe, expect, it } from 'vitest';
import { dispatch, type Handlers } from '../../src/cli/commands.js';
import { DEFAULT_RULE } from '../../src/search/question.js';

/** Carries out a command line and gives what its command got, and what was written. */
async function ask(line: string) {
  const got: { command?: string; operands?: unknown[]; request?: unknown } = {};
  const handlers = new Proxy({} as Handlers, {
    get:
      (_, command: string) =>
      async (...given: unknown[]) => {
        Object.assign(got, { command, request: given.pop(), operands: given });
        return 7;
      },
  });
  let written = '';
  const exitCode = await dispatch(line.split(' ').filter(Boolean), '1.2.3', handlers, (text) => {
    written += text;
  });
  return { ...got, exitCode, written };
}

const { repeat, confirm } = DEFAULT_RULE;
const switches =
  'fresh findFix window requireProvenance json quiet offline includePrereleases sameFailure static'.split(
    ' ',
  );

describe('the command line', () => {
  it('makes one request of the flags, with the defaults of the contract, and makes up no bound that was left out', async () => {
    const { request, ...rest } = await ask('run');
    expect(rest).toEqual({ command: 'run', operands: [], exitCode: 7, written: '' });
    expect(request).toEqual({
      client: 'claude-code',
      scenario: 'get-stream-404',
      mode: 'headless',
      isolation: 'auto',
      arm: [],
      exclude: [],
      report: [],
      ...DEFAULT_RULE,
      timeout: 30_000,
      cacheLimit: 10 * 2 ** 30,
      ...Object.fromEntries(switches.map((name) => [name, false])),
    });
  });

  it('takes every flag', async () => {
    const { request } = await ask(
      'run --good a --bad b --client c --scenario s --platform linux-arm64 --mode headless --jobs 3 --cache-dir /c --registry http://r --isolation unshare --fresh --json --quiet --offline --include-prereleases --timeout 2.5 --cache-limit 1.5G',
    );
    const named = { good: 'a', bad: 'b', client: 'c', scenario: 's', platform: 'linux-arm64' };
    const place = { cacheDir: '/c', registry: 'http://r', isolation: 'unshare', jobs: 3 };
    const on = { fresh: true, json: true, quiet: true, offline: true, includePrereleases: true };
    const limits = { timeout: 2500, cacheLimit: 1.5 * 2 ** 30 };
    expect(request).toMatchObject({ ...named, ...place, ...on, ...limits });
  });

  it.each([
    ['run --window --bad b', 'run', { bad: 'b', window: true, findFix: false }],
    ['run --good a --bad b --find-fix', 'run', { findFix: true, window: false }],
    ['run --repeat 3 --confirm 0', 'run', { repeat: 3, confirm: 0 }],
    ['run --confidence 0.99 --max-rounds 500', 'run', { confidence: 0.99, maxRounds: 500 }],
    ['run --oracle ./check.sh --arm control', 'run', { oracle: './check.sh', arm: ['control'] }],
    ['run --oracle ./a --hang bad --same-failure --static', 'run', { hang: 'bad', static: true }],
    ['launch 1.2.3 --arm x', 'launch', { arm: 'x', redact: true }, ['1.2.3']],
    ['table --arm a --arm b', 'table', { arm: ['a', 'b'] }],
    ['run --mode interactive', 'run', { mode: 'interactive' }],
    ['probe a --mode interactive --show', 'probe', { mode: 'interactive', show: true }, [['a']]],
    ['table', 'table', { scan: false, fresh: false, repeat, confirm }],
    ['table --scan --from a --to b', 'table', { from: 'a', to: 'b', scan: true }],
    ['table --scan --from a --fresh --repeat 2', 'table', { fresh: true, repeat: 2, confirm }],
    ['probe 2.1.146 latest', 'probe', { mode: 'headless', show: false }, [['2.1.146', 'latest']]],
    ['show 1.2.3 --no-redact', 'show', { redact: false }, ['1.2.3']],
    ['report 7f --format html', 'report', { format: 'html' }, ['7f']],
    ['report --scenario-file', 'report', { scenarioFile: true }, [undefined]],
    ['releases --platform darwin-arm64', 'releases', { platform: 'darwin-arm64' }],
    ['cache ls --json', 'cache ls', { json: true }],
    ['cache verify', 'cache verify', {}],
    ['cache prune --to 500M', 'cache prune', { to: 500 * 2 ** 20, all: false }],
    ['ledger forget 1.0.0 --run a --run b', 'ledger forget', { run: ['a', 'b'] }, [['1.0.0']]],
    ['scenarios --json', 'scenarios list', { json: true }],
    ['scenarios list', 'scenarios list', {}],
    ['scenarios new a --output b.mjs --json', 'scenarios new', { output: 'b.mjs', json: true }, ['a']],
    ['scenarios check ./a.mjs --timeout 5', 'scenarios check', { timeout: 5000 }, ['./a.mjs']],
    ['clients', 'clients', {}],
    ['doctor --isolation bwrap --offline', 'doctor', { isolation: 'bwrap', offline: true }],
  ])('knows "%s"', async (line, command, request, operands: unknown[] = []) => {
    expect(await ask(line)).toMatchObject({ command, request, operands });
  });

  it.each([
    ['run --bad b --window --find-fix', /'--find-fix' cannot be used with option '--window'/],
    ['run --oracle a --static --arm b', /'--static' cannot be used with option '--arm <id>'/],
    ['run --oracle a --hang good', /Allowed choices are bad, skip/],
    ['run --repeat 0', /--repeat <count>' argument '0' is invalid.*from 1 to 100/],
    ['run --confirm -1', /--confirm/],
    ['run --confirm 1.5', /--confirm <count>' argument '1.5' is invalid.*from 0 to 100/],
    ['run --confidence 0.5', /--confidence <share>' argument '0.5' is invalid.*above 0.5/],
    ['run --confidence 1', /--confidence <share>' argument '1' is invalid.*0.999 at most/],
    ['run --confidence sure', /--confidence <share>' argument 'sure' is invalid/],
    ['run --max-rounds none', /--max-rounds <count>' argument 'none' is invalid.*from 1 to 10000/],
    ['table --good a', /unknown option '--good'/],
    ['table --scan --from a --confidence 0.9', /unknown option '--confidence'/],
    ['cache prune --to b', /--to <size>' argument 'b' is invalid.*500M/],
    ['run --jobs 0', /--jobs <count>' argument '0' is invalid.*from 1 to 64/],
    ['run --jobs 1.5', /--jobs/],
    ['run --timeout soon', /--timeout <seconds>' argument 'soon' is invalid.*seconds/],
    ['run --cache-limit much', /--cache-limit <size>' argument 'much' is invalid.*500M/],
    ['run --isolation docker', /Allowed choices are auto, bwrap, unshare, none/],
    ['run --mode loud', /Allowed choices are headless, interactive/],
    ['run extra', /too many arguments/],
    ['run --nonsense', /unknown option '--nonsense'/],
    ['probe', /missing required argument 'version'/],
    ['scenarios new', /missing required argument 'name'/],
    ['scenarios nope', /too many arguments for 'list'/],
    ['rnu', /unknown command 'rnu'.*run/s],
    ['', /^no command was given$/],
  ])('refuses "%s" with what is wrong with it', async (line, message) => {
    await expect(ask(line)).rejects.toMatchObject({
      code: 'BAD_OPTION',
      message: expect.stringMatching(message),
    });
  });

  it('shows help and version on request, which is no error', async () => {
    expect(await ask('--version')).toMatchObject({ exitCode: 0, written: '1.2.3\n' });
    expect((await ask('run --help')).written).toContain('--good <bound>');
  });
});
