import { describe, expect, it } from 'vitest';
import { DEFAULT_RULE } from '../../src/search/question.js';
import { dispatch } from '../../src/cli/options.js';
import type { Handlers } from '../../src/cli/requests.js';

/** Carries out a command line and gives the request that its command got, and what was written. */
async function ask(line: string) {
  const got: { command?: string; request?: unknown } = {};
  const handlers = new Proxy({} as Handlers, {
    get: (_, command: string) => async (request: unknown) => {
      Object.assign(got, { command, request });
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

describe('the command line', () => {
  it('makes one request of the flags, with the defaults of the contract', async () => {
    expect(await ask('run --good 2.1.142 --bad 2.1.150')).toMatchObject({
      command: 'run',
      exitCode: 7,
      request: {
        good: '2.1.142',
        bad: '2.1.150',
        client: 'claude-code',
        scenario: 'get-stream-404',
        mode: 'headless',
        isolation: 'auto',
        fresh: false,
        findFix: false,
        window: false,
        ...DEFAULT_RULE,
        json: false,
        quiet: false,
        offline: false,
        includePrereleases: false,
        timeoutMs: 30_000,
        cacheLimitBytes: 10 * 2 ** 30,
      },
    });
  });

  it.each(['run', 'table', 'table --scan'])(
    'makes up no bound that was left out, and no oracle: "%s"',
    async (line) => {
      const { request } = await ask(line);
      for (const name of ['good', 'bad', 'from', 'to', 'oracle', 'hang'])
        expect(request).not.toHaveProperty(name, expect.anything());
      expect(request).toMatchObject({ arm: [], sameFailure: false, static: false });
    },
  );

  it('takes every flag', async () => {
    const { request } = await ask(
      'run --good a --bad b --client c --scenario s --platform linux-arm64 --mode headless --jobs 3 --cache-dir /c --registry http://r --isolation unshare --fresh --json --quiet --offline --include-prereleases --timeout 2.5 --cache-limit 1.5G',
    );
    expect(request).toMatchObject({
      client: 'c',
      scenario: 's',
      platform: 'linux-arm64',
      jobs: 3,
      cacheDir: '/c',
      registry: 'http://r',
      isolation: 'unshare',
      fresh: true,
      json: true,
      quiet: true,
      offline: true,
      includePrereleases: true,
      timeoutMs: 2500,
      cacheLimitBytes: 1.5 * 2 ** 30,
    });
  });

  it.each([
    ['run --bad b', 'run', { bad: 'b', window: false, findFix: false }],
    ['run --window --bad b', 'run', { bad: 'b', window: true, findFix: false }],
    ['run --good a --bad b --find-fix', 'run', { findFix: true, window: false }],
    ['run --repeat 3 --confirm 0', 'run', { repeat: 3, confirm: 0 }],
    ['run --confidence 0.99 --max-rounds 500', 'run', { confidence: 0.99, maxRounds: 500 }],
    ['run --oracle ./check.sh --arm control', 'run', { oracle: './check.sh', arm: ['control'] }],
    ['run --oracle ./a --hang bad --same-failure --static', 'run', { hang: 'bad', static: true }],
    ['launch 1.2.3 --arm x', 'launch', { version: '1.2.3', arm: 'x', redact: true }],
    ['table --arm a --arm b', 'table', { arm: ['a', 'b'] }],
    ['run --mode interactive', 'run', { mode: 'interactive' }],
    ['probe a --mode interactive --show', 'probe', { mode: 'interactive', show: true }],
    ['probe a', 'probe', { mode: 'headless', show: false }],
    ['table', 'table', { scan: false, fresh: false, repeat, confirm }],
    ['table --scan --from a --to b', 'table', { from: 'a', to: 'b', scan: true }],
    ['table --scan --from a --fresh --repeat 2', 'table', { fresh: true, repeat: 2, confirm }],
    ['table --oracle ./check.sh', 'table', { oracle: './check.sh' }],
    ['probe a --oracle ./check.sh --arm x', 'probe', { versions: ['a'], arm: ['x'] }],
    ['probe a --mode interactive --show', 'probe', { mode: 'interactive', show: true }],
    ['probe 2.1.146 latest', 'probe', { versions: ['2.1.146', 'latest'] }],
    ['releases --platform darwin-arm64', 'releases', { platform: 'darwin-arm64' }],
    ['cache ls --json', 'cacheList', { json: true }],
    ['cache verify', 'cacheVerify', {}],
    ['cache prune --to 500M', 'cachePrune', { toBytes: 500 * 2 ** 20, all: false }],
    ['cache prune --all', 'cachePrune', { all: true }],
    ['scenarios', 'scenarios', {}],
    ['scenarios --json', 'scenarios', { json: true }],
    ['scenarios list', 'scenarios', {}],
    ['scenarios new get-404', 'newScenario', { name: 'get-404' }],
    ['scenarios new a --output b.mjs --json', 'newScenario', { name: 'a', output: 'b.mjs', json: true }],
    ['scenarios check ./a.mjs --timeout 5', 'checkScenario', { name: './a.mjs', timeoutMs: 5000 }],
    ['clients', 'clients', {}],
    ['doctor --isolation bwrap --offline', 'doctor', { isolation: 'bwrap', offline: true }],
  ])('knows "%s"', async (line, command, request) => {
    expect(await ask(line)).toMatchObject({ command, request });
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
    ['table --scan --from a --max-rounds 9', /unknown option '--max-rounds'/],
    ['cache prune --to b', /--to <size>' argument 'b' is invalid.*500M/],
    ['run --good a --bad b --jobs 0', /--jobs <count>' argument '0' is invalid.*from 1 to 64/],
    ['run --good a --bad b --jobs 1.5', /--jobs/],
    ['run --good a --bad b --timeout soon', /--timeout <seconds>' argument 'soon' is invalid.*seconds/],
    ['run --good a --bad b --cache-limit much', /--cache-limit <size>' argument 'much' is invalid.*500M/],
    ['run --good a --bad b --isolation docker', /Allowed choices are auto, bwrap, unshare, none/],
    ['run --good a --bad b --mode loud', /Allowed choices are headless, interactive/],
    ['run --good a --bad b extra', /too many arguments/],
    ['run --good a --bad b --nonsense', /unknown option '--nonsense'/],
    ['probe', /missing required argument 'version'/],
    ['scenarios new', /missing required argument 'name'/],
    ['scenarios nope', /too many arguments for 'list'/],
    ['rnu', /unknown command 'rnu'.*run/s],
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

  it('shows the help when no command is given, which is an error', async () => {
    await expect(ask('')).rejects.toMatchObject({ message: 'no command was given' });
  });
});
