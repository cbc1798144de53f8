/** The reported question through the real bin: from two ends to the table, the sentence, the document and the exit code. */
import { describe, expect, it } from 'vitest';
import { DEFAULT_RULE } from '../../src/search/question.js';
import { Scene } from './scene.js';

const scene = Scene.forEach();

/** How often each release at a boundary is run when nothing else is said. */
const CONFIRMED = 1 + DEFAULT_RULE.confirm;

describe('a maintainer who bisects a regression', () => {
  it('gets the table of every release in the range, the answer in a sentence, and exit code 0; then one document', async () => {
    scene.usual = [];
    scene.publishBoth('good', 'good', 'good', 'loses-tools', 'loses-tools', 'loses-tools');
    const { code, stdout, stderr } = await scene.run('2.1.1', '2.1.6');
    expect(stderr).toContain('2.1.1  downloading');
    const id = /report ([0-9a-f]{8}) --cache-dir/.exec(stdout)?.[1] ?? 'none';
    expect(stdout.replaceAll(/ in [\d.]+ s/g, ' in … s').replace(id, '…')).toBe(
      [
        'claude-code · get-stream-404 · linux-x64 · headless · sealed by bubblewrap',
        '',
        'Version   Released (UTC)     Result              Basis       Evidence',
        '2.1.1     2026-01-01 00:00   ✔ works             tested      tool called, result returned, no reconnect',
        '2.1.2     2026-01-02 00:00   ✔ works             inferred',
        `2.1.3     2026-01-03 00:00   ✔ last known good   tested ${CONFIRMED}×   tool called, result returned, no reconnect`,
        `2.1.4     2026-01-04 00:00   ✘ first broken      tested ${CONFIRMED}×   404 before tools: tools lost`,
        '2.1.5     2026-01-05 00:00   ✘ broken            inferred',
        '2.1.6     2026-01-06 00:00   ✘ broken            tested      404 before tools: tools lost',
        '',
        'First broken: 2.1.4 (published 2026-01-04 00:00 UTC). Last known good: 2.1.3.',
        'What changed in 2.1.4: https://github.com/anthropics/claude-code/blob/main/CHANGELOG.md#214',
        '4 of 6 releases run in … s. Report: mcp-bisect report … --cache-dir ~/cache',
      ].join('\n'),
    );
    expect(code).toBe(0);

    // The second time the ledger answers, for bounds of any kind: no tarball, no client.
    const fetched = scene.tarballs().length;
    const document = await scene.answer('2026-01-01', 'latest');
    expect(document).toMatchObject({
      code: 0,
      stderr: '',
      schema: 1,
      client: 'claude-code',
      scenario: 'get-stream-404',
      platform: 'linux-x64',
      mode: 'headless',
      isolation: 'bwrap',
      direction: 'regression',
      outcome: 'found',
      lastGood: '2.1.3',
      firstBad: '2.1.4',
      suspects: [],
      probed: [],
      downloads: 0,
      elapsedMs: expect.any(Number),
    });
    expect(document.table[3]).toEqual({
      version: '2.1.4',
      publishedAt: '2026-01-04T00:00:00.000Z',
      timeDoubtful: false,
      verdict: 'bad',
      basis: 'tested',
      runs: CONFIRMED,
      reason: '404 before tools: tools lost',
      integrity: expect.stringMatching(/^sha512-/),
      rounds: { good: 0, bad: CONFIRMED, skip: 0 },
      flaky: false,
      differentFailure: false,
    });
    expect(scene.tarballs()).toHaveLength(fetched);
  });

  it('can ask for every probe anew, which downloads nothing, and gets the same answer at any number of jobs', async () => {
    scene.publishBoth('good', 'good', 'good', 're-initializes', 're-initializes');
    const answers = [];
    for (const jobs of ['1', '4'])
      answers.push(await scene.answer('2.1.1', '2.1.5', ['--fresh', '--jobs', jobs]));
    for (const { lastGood, firstBad, probed } of answers)
      expect({ lastGood, firstBad, probed }).toEqual({
        lastGood: '2.1.3',
        firstBad: '2.1.4',
        probed: ['2.1.1', '2.1.5', '2.1.3', '2.1.4'],
      });
    expect(answers.at(-1)).toMatchObject({ downloads: 0 });
  });
});

it('a maintainer who looks for a fix gets the first release that works again', async () => {
  scene.publishBoth('loses-tools', 'loses-tools', 'good', 'good');
  const { code, stdout } = await scene.run('2.1.4', '2.1.1', ['--find-fix']);
  expect(stdout).toContain('2.1.2     2026-01-02 00:00   ✘ last known broken   tested');
  expect(stdout).toContain('First fixed: 2.1.3 (published 2026-01-03 00:00 UTC). Last known broken: 2.1.2.');
  expect(code).toBe(0);
  const document = await scene.answer('2.1.4', '2.1.1', ['--find-fix']);
  expect(document).toMatchObject({ direction: 'fix', lastBad: '2.1.2', firstGood: '2.1.3' });
});

it.each([
  [
    'a bad end that works',
    ['good', 'good'],
    [
      'Nothing to bisect: 2.1.2 was given as --bad, but it is good (tool called, result returned',
      'If a failure was reported, it is fixed by now or lies in between',
    ],
  ],
  [
    'a good end that fails',
    ['loses-tools', 'loses-tools'],
    [
      'Nothing to bisect: 2.1.1 was given as --good, but it is bad (404 before tools: tools lost)',
      'Name an older release that works with --good',
    ],
  ],
  [
    'both',
    ['loses-tools', 'good'],
    [
      '2.1.1 was given as --good, but it is bad',
      '2.1.2 was given as --bad, but it is good',
      'The ends are the other way round',
    ],
  ],
] as const)(
  'ends that are not as claimed end the run with exit code 1, and are named: %s',
  async (_, ends, said) => {
    scene.publish(...ends);
    const { code, stdout } = await scene.run('2.1.1', '2.1.2');
    for (const words of said) expect(stdout).toContain(words);
    expect(code).toBe(1);
  },
);
