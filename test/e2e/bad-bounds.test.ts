/** What the command line and the release list cannot make sense of: exit code 2, before anything is fetched or run. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { publishPlatform, publishScript } from '../helpers/fake-client.js';
import { failureOf, Scene } from './scene.js';

let scene: Scene;

// 2.1.1 · 2.1.2 · 2.1.3-beta.1 · 2.1.4 · 2.1.6 · 2.1.7 (for no platform) · 2.1.8 (only a sha1)
beforeAll(async () => {
  scene = await Scene.open();
  const { registry } = scene;
  publishScript(registry, '2.1.1', 'good');
  publishScript(registry, '2.1.2', 'good');
  publishScript(registry, '2.1.3-beta.1', 'loses-tools');
  publishScript(registry, '2.1.4', 'loses-tools');
  publishPlatform(registry, '2.1.6', 'loses-tools');
  const name = '@anthropic-ai/claude-code';
  const bin = { claude: 'bin/claude.exe' };
  registry.publish({
    name,
    version: '2.1.7',
    files: {},
    manifest: { bin },
    time: '2026-01-07T00:00:00.000Z',
  });
  registry.publish({
    name,
    version: '2.1.8',
    files: { 'cli.js': '' },
    manifest: { bin: { claude: 'cli.js' } },
    integrity: null,
    time: '2026-01-08T00:00:00.000Z',
  });
  registry.tag(name, 'stable', '2.1.2');
  registry.tag(name, 'latest', '2.1.6');
});

afterAll(() => scene.close());

// How a bound is read is registry/bounds.test.ts's.
describe('bounds that are no range of releases', () => {
  const LIST = /^choose a neighbouring release: "mcp-bisect releases --registry [^"]+" lists them$/;
  it.concurrent.each([
    [
      'the wrong way round',
      '2.1.4',
      '2.1.1',
      'BAD_BOUND',
      '--good 2.1.4 and --bad 2.1.1 are the wrong way round',
      /^--good must be the older release/,
    ],
    [
      'a version in a gap',
      '2.1.1',
      '2.1.5',
      'UNKNOWN_VERSION',
      '2.1.5 was never published',
      'the nearest are 2.1.4 and 2.1.6',
    ],
    [
      'terminal escapes',
      '2.1.1',
      '\u001b[31mred',
      'BAD_BOUND',
      '"red" is no version, dist-tag or date',
      'the dist-tags are latest, stable',
    ],
    [
      'a release that nothing protects but a sha1',
      '2.1.1',
      '2.1.8',
      'BAD_BOUND',
      '2.1.8 cannot be tested: @anthropic-ai/claude-code@2.1.8 has no sha512 integrity to verify it by',
      LIST,
    ],
  ])('are refused: %s', async (_, good, bad, code, message, hint) => {
    expect(await scene.failure(good, bad)).toEqual({
      exitCode: 2,
      code,
      message: typeof message === 'string' ? message : expect.stringMatching(message),
      hint: typeof hint === 'string' ? hint : expect.stringMatching(hint),
    });
    expect(scene.tarballs()).toEqual([]);
  });
});

describe('a release to probe', () => {
  it.each([
    ['2.1.5', 'UNKNOWN_VERSION', '2.1.5 was never published'],
    ['2.1.7', 'BAD_BOUND', '2.1.7 cannot be tested: it names no package for linux-x64'],
  ])('that cannot be run is refused before any other is: %s', async (version, code, message) => {
    const args = ['probe', '2.1.1', version, '--registry', scene.registry.url];
    expect(await failureOf(scene.user, args)).toMatchObject({ exitCode: 2, code, message });
    expect(scene.tarballs()).toEqual([]);
  });
});

describe('bounds that are unusual, but right', () => {
  it('have the first broken release between them though no release is: neighbours', async () => {
    const answer = await scene.answer('2.1.2', '2.1.4');
    expect(answer).toMatchObject({ code: 0, outcome: 'found', lastGood: '2.1.2', firstBad: '2.1.4' });
    expect(answer.table).toHaveLength(2);
  });

  it('count a prerelease only if told to', async () => {
    const answer = await scene.answer('2.1.2', '2.1.4', ['--include-prereleases']);
    expect(answer).toMatchObject({ code: 0, lastGood: '2.1.2', firstBad: '2.1.3-beta.1' });
  });

  it('count the prerelease that one of them names', async () => {
    const answer = await scene.answer('2.1.1', '2.1.3-beta.1');
    expect(answer).toMatchObject({ code: 0, lastGood: '2.1.2', firstBad: '2.1.3-beta.1' });
  });

  it('may have a release between them that nobody can run here: it is in the table, and not in the way', async () => {
    publishScript(scene.registry, '2.1.9', 'loses-tools');
    const { code, table, firstBad } = await scene.answer('2.1.2', '2.1.9');
    expect({ code, firstBad }).toEqual({ code: 0, firstBad: '2.1.4' });
    expect(table.slice(3, 5)).toMatchObject([
      { version: '2.1.7', verdict: null, basis: null, reason: 'it names no package for linux-x64' },
      {
        version: '2.1.8',
        verdict: null,
        basis: null,
        reason: expect.stringContaining('no sha512 integrity'),
      },
    ]);
  });
});
