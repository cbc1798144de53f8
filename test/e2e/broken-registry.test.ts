/** Registries that are down, slow, forbidding or no registries: exit code 4, and what is known already serves on. */
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { processesNaming, withPeak } from '../helpers/cli.js';
import { faultRows, said } from '../helpers/faults.js';
import { startProxy } from '../helpers/proxy.js';
import { startRegistry, type Fault } from '../helpers/registry.js';
import { IMPATIENT, Scene } from './scene.js';

const PACKAGE = '@anthropic-ai/claude-code';
const PACKUMENT = `/${PACKAGE}`;

const scene = Scene.forEach();

/** The registry's address as messages name it. */
const host = () => new URL(scene.registry.url).host;
const writeNpmrc = (token: string) =>
  writeFileSync(join(scene.user.root, '.npmrc'), `//${host()}/:_authToken=${token}\n`);
const CHECK = 'check the network, the proxy in your npm settings, and --registry';
const CREDENTIALS = /^put credentials for this registry into your npmrc \(`npm login`/;

const once = (fault: Fault) => () => {
  scene.registry.fault(PACKUMENT, fault, 1);
  return { env: { npm_config_fetch_retries: '2' } };
};
const waits = (seconds: string): Fault => ({
  kind: 'status',
  status: 429,
  headers: { 'retry-after': seconds },
});
const status = (code: number): Fault => ({ kind: 'status', status: code });
const body = (text: string | Buffer, headers = {}): Fault => ({ kind: 'body', body: text, headers });
const behind = async (proxy: { readonly url: string }) => ({ env: { HTTP_PROXY: proxy.url } });

interface Arranged {
  readonly env?: Record<string, string>;
  readonly registry?: string;
}

/** What is ordered for each row of docs/faults.md. */
const LISTS: Readonly<Record<string, Fault | (() => Arranged | Promise<Arranged>)>> = {
  'never answers': { kind: 'stall' },
  'stops in the middle': { kind: 'stall', afterBytes: 20 },
  'hangs up': { kind: 'reset' },
  'hangs up in the middle': { kind: 'truncate', afterBytes: 20 },
  'hangs up in the middle, once': once({ kind: 'truncate', afterBytes: 20 }),
  'sends half a document, once': once({ kind: 'shorten', afterBytes: 20 }),
  'answers 429': status(429),
  'answers 429, and asks to wait a second': once(waits('1')),
  'answers 429, and asks to wait an hour': waits('3600'),
  'answers 500': status(500),
  'answers 503, once': once(status(503)),
  'answers 401': status(401),
  'answers 403': status(403),
  'answers 404': status(404),
  'answers a web page': { kind: 'html' },
  'answers half a document': body('{"name": "@anthro'),
  'answers another document': body('{"ok":true}'),
  'answers nothing': body(''),
  'answers a packument without a version': body(JSON.stringify({ name: PACKAGE, versions: {} })),
  'redirects in a circle': { kind: 'status', status: 302, headers: { location: '#' } },
  'sends more than 16 MiB': body(Buffer.alloc(17 * 2 ** 20, ' ')),
  'sends what unpacks to half a gigabyte': body(gzipSync(Buffer.alloc(512 * 2 ** 20, ' '), { level: 1 }), {
    'content-encoding': 'gzip',
  }),
  'is down': async () => {
    await scene.registry.stop();
    return {};
  },
  'is down, and a list is kept': async () => {
    await scene.command('releases');
    await scene.registry.stop();
    return {};
  },
  'is behind a proxy that is down': async () => {
    const gone = await startRegistry();
    await gone.close();
    return behind(gone);
  },
  'is behind a proxy that opens no tunnel': async () => {
    const { url } = await startProxy();
    return { env: { HTTPS_PROXY: url }, registry: 'https://registry.test/' };
  },
  'is behind a proxy that wants credentials': async () => behind(await startProxy(407)),
};

describe('a registry that does not give the list of versions', () => {
  const rows = faultRows('The list of versions');

  it('is told of in docs/faults.md, for every fault that is ordered here', () => {
    expect(rows.map(([title]) => title)).toEqual(Object.keys(LISTS));
  });

  it.each(rows)('since it %s: %s, exit code %s', async (title = '', code, exitCode, words) => {
    scene.publish('good');
    const ordered = LISTS[title] as (typeof LISTS)[string];
    if (typeof ordered !== 'function') scene.registry.fault(PACKUMENT, ordered);
    const { env = {}, registry = scene.registry.url } = typeof ordered === 'function' ? await ordered() : {};
    const args = ['releases', '--json', '--quiet', '--registry', registry];
    const [outcome, peak] = await withPeak(scene.user.start(args, { ...IMPATIENT, ...env }));
    const { stdout, stderr } = outcome;
    const seen = { code: JSON.parse(stdout).error?.code ?? 'none', exitCode: `${outcome.exitCode}`, stderr };
    expect(seen).toEqual({ code, exitCode, stderr: expect.stringMatching(said(words)) });
    expect(peak).toBeGreaterThan(20 * 2 ** 20);
    expect(peak).toBeLessThan(250 * 2 ** 20);
    expect(processesNaming(scene.user.root)).toEqual([]);
    expect(readdirSync(scene.user.root).filter((name) => name !== 'cache')).toEqual([]);
  });

  it('because it is down is named, on stderr alone where no JSON was asked for', async () => {
    await scene.registry.stop();
    const { code, stdout, stderr } = await scene.run('2.1.1', '2.1.2', [], IMPATIENT);
    expect(stderr).toBe(
      `error: ${host()} refused the connection: cannot get the versions of ${PACKAGE}\n  ${CHECK}`,
    );
    expect(stdout).toBe('');
    expect(code).toBe(4);
  });
});

describe('a registry that wants to know who asks', () => {
  const TOKEN = 'npm_aVerySecretToken';

  it('is shown the token of the npmrc, and nobody else is', async () => {
    scene.publish('good', 'loses-tools');
    scene.registry.requireAuth(TOKEN);
    writeNpmrc(TOKEN);
    const { code, stdout, stderr } = await scene.run('2.1.1', '2.1.2');
    expect(stdout).toContain('First broken: 2.1.2');
    expect(code).toBe(0);
    expect(stdout + stderr).not.toContain(TOKEN);
    expect(filesHolding(scene.user.cacheDir, TOKEN)).toEqual([]);
  });

  it('refuses a wrong one, which is not shown either', async () => {
    scene.publish('good', 'loses-tools');
    scene.registry.requireAuth('another one');
    writeNpmrc(TOKEN);
    const { code, stdout, stderr } = await scene.run('2.1.1', '2.1.2', ['--json']);
    expect(JSON.parse(stdout).error).toMatchObject({
      message: `${host()} answered 401 for the versions of ${PACKAGE}`,
      hint: expect.stringMatching(CREDENTIALS),
    });
    expect(stdout + stderr).not.toContain(TOKEN);
    expect(code).toBe(4);
  });

  it('is not shown the password of an address in messages', async () => {
    await scene.registry.stop();
    const address = scene.registry.url.replace('//', '//maria:TopSecret@');
    const { code, stdout, stderr } = await scene.user.run(
      ['run', '--good', '2.1.1', '--bad', '2.1.2', '--json', '--registry', address],
      IMPATIENT,
    );
    expect(stderr).toContain(`${host()} refused the connection`);
    expect(stdout + stderr).not.toMatch(/maria|TopSecret/);
    expect(code).toBe(4);
  });
});

describe('without a network', () => {
  it('the list of before serves, and --offline answers from the ledger, and asks nobody', async () => {
    scene.publish('good', 'good', 'loses-tools');
    await scene.run('2.1.1', '2.1.3');
    const asked = scene.registry.requests.length;
    await scene.registry.stop();
    const before = await scene.answer('2.1.1', '2.1.3', ['--fresh'], IMPATIENT);
    expect(before).toMatchObject({ code: 0, lastGood: '2.1.2', firstBad: '2.1.3', downloads: 0 });
    expect(before.stderr).toMatch(
      /^note: .* refused the connection; list of \d{4}-\d{2}-\d{2} \d{2}:\d{2} UTC$/,
    );
    const answer = await scene.answer('2.1.1', '2.1.3', ['--offline']);
    expect(answer).toMatchObject({ code: 0, firstBad: '2.1.3', probed: [], downloads: 0 });
    expect(answer.stderr).toMatch(/^note: offline; list of /);
    const anew = await scene.answer('2.1.1', '2.1.3', ['--offline', '--fresh']);
    expect(anew).toMatchObject({ code: 0, firstBad: '2.1.3', downloads: 0 });
    expect(anew.probed).toHaveLength(3);
    // What would have to be run once more, and is not here, leaves the answer open.
    rmSync(join(scene.user.cacheDir, 'v1', 'content'), { recursive: true });
    const short = await scene.answer('2.1.1', '2.1.3', ['--offline', '--confirm', '4']);
    expect(short).toMatchObject({ code: 3, outcome: 'inconclusive', firstBad: null });
    expect(
      short.table.map(({ rounds }: { rounds: { good: number; bad: number } }) => rounds.good + rounds.bad),
    ).toEqual([3, 3, 3]);
    expect(scene.registry.requests).toHaveLength(asked);
  });

  it('--offline goes to the nearest release in the cache, and names what lies between uncached', async () => {
    scene.publish('good', 'good', 'good', 'loses-tools', 'loses-tools');
    await scene.command('probe', '2.1.1', '2.1.2', '2.1.5');
    const asked = scene.registry.requests.length;
    const answer = await scene.answer('2.1.1', '2.1.5', ['--offline']);
    expect(answer).toMatchObject({
      code: 3,
      lastGood: '2.1.2',
      firstBad: null,
      suspects: ['2.1.3', '2.1.4'],
    });
    expect(answer.table[2].reason).toBe('not in the cache, and nothing is fetched offline');
    expect(answer.stderr).toContain('note: offline: 2 releases of the range not in the cache');
    expect(scene.registry.requests).toHaveLength(asked);
  });

  it('--offline without a list of versions says how to get one', async () => {
    expect(await scene.failure('2.1.1', '2.1.2', ['--offline'])).toEqual({
      exitCode: 4,
      code: 'REGISTRY_UNREACHABLE',
      message: expect.stringMatching(`^offline, and the cache does not have the versions of ${PACKAGE}$`),
      hint: 'run once without --offline',
    });
    expect(scene.registry.requests).toEqual([]);
  });

  it('--offline without the executable names the release', async () => {
    scene.publish('good', 'good', 'loses-tools');
    await scene.run('2.1.1', '2.1.2');
    const failure = await scene.failure('2.1.1', '2.1.3', ['--offline']);
    expect(failure).toEqual({
      exitCode: 4,
      code: 'REGISTRY_UNREACHABLE',
      message: `offline, and the cache does not have the tarball of ${PACKAGE}@2.1.3`,
      hint: 'run once without --offline',
    });
    expect(scene.tarballs().map(({ path }) => path)).not.toContain(`${PACKUMENT}/-/claude-code-2.1.3.tgz`);
  });
});

describe('a registry that dies during the run', () => {
  it('ends it, the verdicts are kept, and the next run goes on where it was', async () => {
    const published = scene.publish('good', 'good', 'good', 'loses-tools', 'loses-tools');
    const [first, , third, , last] = published;
    const middle = third?.path ?? '';
    scene.registry.fault(middle, { kind: 'stall' });
    const asked = scene.registry.nextRequest(middle);
    const failing = scene.failure('2.1.1', '2.1.5', ['--jobs', '1'], { npm_config_fetch_retries: '0' });
    await asked;
    await scene.registry.stop();
    expect(await failing).toEqual({
      exitCode: 4,
      code: 'REGISTRY_UNREACHABLE',
      message: expect.stringMatching(`^${host()} .*: cannot get the tarball of ${PACKAGE}@2.1.3$`),
      hint: CHECK,
    });

    scene.registry.clearFaults();
    await scene.registry.restart();
    const answer = await scene.answer('2.1.1', '2.1.5');
    expect(answer).toMatchObject({ code: 0, firstBad: '2.1.4', probed: ['2.1.3', '2.1.4'] });
    for (const end of [first, last]) expect(scene.registry.requestsFor(end?.path ?? '')).toHaveLength(1);
  });

  it('at one of the two ends does not lose the verdict on the other', async () => {
    const [, end] = scene.publish('good', 'loses-tools');
    scene.registry.fault(end?.path ?? '', { kind: 'status', status: 500 });
    const message = `${host()} answered 500: cannot get the tarball of ${PACKAGE}@2.1.2`;
    const failed = await scene.answer('2.1.1', '2.1.2', [], { npm_config_fetch_retries: '0' });
    expect(failed).toMatchObject({
      code: 4,
      error: { code: 'TARBALL_UNAVAILABLE', message },
      outcome: 'inconclusive',
      firstBad: null,
      table: [{ verdict: 'good' }, { verdict: 'skip', reason: message }],
    });
    scene.registry.clearFaults();
    const answer = await scene.answer('2.1.1', '2.1.2');
    expect(answer).toMatchObject({ code: 0, firstBad: '2.1.2', probed: ['2.1.2'], downloads: 1 });
  });
});

/** The files below `folder` whose bytes contain `text`. */
function filesHolding(folder: string, text: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile() && readFileSync(path).includes(text));
}
