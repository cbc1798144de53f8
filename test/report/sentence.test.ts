import { describe, expect, it } from 'vitest';
import { asked, FIX, known, REGRESSION, said, scanned, window } from './asked.js';

const WINDOW = ['good', 'good', 'bad', 'bad', 'bad', 'good', 'good'];

describe('the sentence of a boundary', () => {
  it('names the first broken release with its date, and the last good one', async () => {
    expect(await said(asked(['good', 'good', 'good', 'bad']))).toBe(
      'First broken: 1.0.3 (published 2026-05-04 10:20 UTC). Last known good: 1.0.2.',
    );
  });

  it('turns round for a fix', async () => {
    expect(await said(asked(['bad', 'good'], FIX))).toBe(
      'First fixed: 1.0.1 (published 2026-05-02 10:20 UTC). Last known broken: 1.0.0.',
    );
  });

  it('says how sure it is where runs of one release disagreed', async () => {
    const noisy = ['good', 'good', 'good bad good', 'bad', 'bad', 'bad'];
    expect(await said(asked(noisy, REGRESSION, { confirm: 2 }))).toMatch(
      /^First broken: 1\.0\.3 .* Last known good: 1\.0\.2\. Runs of the same release disagreed: this is 9\d % sure\.$/,
    );
  });
});

describe('the sentence of a window', () => {
  it('names all four releases', async () => {
    expect(await said(asked(WINDOW, window('1.0.3')))).toBe(
      'First broken: 1.0.2 (published 2026-05-03 10:20 UTC). First fixed: 1.0.5 (published 2026-05-06 10:20 UTC). Last known good: 1.0.1. Last known broken: 1.0.4.',
    );
  });

  it('says how sure it is, on whichever side the runs disagreed', async () => {
    const noisy = WINDOW.with(5, 'good bad good');
    expect(await said(asked(noisy, window('1.0.3'), { confirm: 2 }))).toMatch(
      /Runs of the same release disagreed: this is 9\d % sure\.$/,
    );
  });

  it('says of a failure that is still there since when, and that it is not fixed', async () => {
    expect(await said(asked(['good', 'bad', 'bad'], window('1.0.1')))).toBe(
      'First broken: 1.0.1 (published 2026-05-02 10:20 UTC). Last known good: 1.0.0. Not fixed: 1.0.2 (published 2026-05-03 10:20 UTC), the newest release, is still broken.',
    );
  });

  it.each([
    [
      'how far back was looked',
      ['bad', 'bad', 'good'],
      '1.0.1',
      'No earlier release works: the oldest one, 1.0.0 (published 2026-05-01 10:20 UTC), is broken as well.',
    ],
    [
      'that there is nothing before it',
      ['bad', 'good'],
      '1.0.0',
      'There is no release before 1.0.0 (published 2026-05-01 10:20 UTC), and that is broken.',
    ],
  ])('says where it began with the first release %s', async (_, scripts, bad, sentence) => {
    expect(await said(asked(scripts, window(bad)))).toContain(sentence);
  });

  it.each([
    ['alone', window('1.0.5'), '<version>'],
    ['with a good one before it', window('1.0.5', '1.0.0'), '1.0.0'],
  ])('says once that its release is not bad, and what to do: %s', async (_, bounds, from) => {
    const sentence = await said(asked(WINDOW, bounds));
    expect(sentence).toContain('Nothing to bisect: 1.0.5 was given as --bad, but it is good (good).');
    expect(sentence).toContain(`"mcp-bisect table --scan --from ${from}"`);
    expect(sentence.match(/Nothing to bisect/g)).toHaveLength(1);
    expect(sentence).not.toContain('1.0.0 was given');
  });

  it('says which of its ends is not as claimed, and still what it found', async () => {
    expect(await said(asked(['bad', 'bad', 'bad', 'good'], window('1.0.1', '1.0.0')))).toBe(
      'Nothing to bisect: 1.0.0 was given as --good, but it is bad (trial: tools-lost). Name an older release that works with --good. First fixed: 1.0.3 (published 2026-05-04 10:20 UTC). Last known broken: 1.0.2.',
    );
  });

  it('says once that its release cannot be tested', async () => {
    expect(await said(asked(['good', 'skip', 'good'], window('1.0.1')))).toBe(
      'Inconclusive: 1.0.1 (who knows) could not be tested. Choose a neighbouring release as the bound.',
    );
  });
});

describe('ends that agree', () => {
  it('come with the ways to a release that shows the failure', async () => {
    expect(await said(asked(['good', 'good', 'good']))).toBe(
      'Nothing to bisect: 1.0.2 was given as --bad, but it is good (good). If a failure was reported, it is fixed by now or lies in between: name the release of the report with --bad ("--window --bad <version>" finds the first broken and the first fixed release around it), or test every release with "mcp-bisect table --scan --from 1.0.0".',
    );
  });

  it('come with the releases between them that earlier runs found otherwise', async () => {
    expect(await said(asked(['good', 'bad|', 'bad|', 'good']))).toContain(
      'Earlier runs found 1.0.1 and 1.0.2 bad: name one of them with --bad.',
    );
  });

  it('of a fix come with what to name instead', async () => {
    expect(await said(asked(['bad', 'bad'], FIX))).toContain(
      '1.0.1 was given as --good, but it is bad (trial: tools-lost). Name a newer release that works with --good.',
    );
    expect(await said(asked(['good', 'good'], FIX))).toContain(
      '1.0.0 was given as --bad, but it is good (good). Name an older release that shows the failure with --bad.',
    );
  });

  it('are said to be the other way round where they are', async () => {
    expect(await said(asked(['bad', 'good']))).toContain('exchange --good and --bad, and add --find-fix.');
    expect(await said(asked(['good', 'bad'], FIX))).toContain('and leave --find-fix out.');
  });

  it('on an open side say how far was looked', async () => {
    expect(await said(asked(['bad', 'bad'], { wanted: 'fix', bad: '1.0.0' }))).toBe(
      'Not fixed: 1.0.1 (published 2026-05-02 10:20 UTC), the newest release, is still broken.',
    );
  });
});

describe('an answer that could not be found', () => {
  it('names every suspect, and why each of them is one', async () => {
    expect(await said(asked(['good', 'skip', 'skip', 'other', 'bad']))).toBe(
      'Inconclusive: the first broken release is 1.0.1, 1.0.2, 1.0.3 or 1.0.4, since 1.0.1 and 1.0.2 could not be tested, and 1.0.3 failed in a different way. Last known good: 1.0.0.',
    );
  });

  it('because an end cannot be tested names it', async () => {
    expect(await said(asked(['good', 'good', 'skip']))).toBe(
      'Inconclusive: 1.0.2 (who knows) could not be tested. Choose a neighbouring release as the bound.',
    );
  });

  it('because the good end fails in a different way says so: it was tested', async () => {
    expect(await said(asked(['other', 'good', 'bad']))).toBe(
      'Inconclusive: 1.0.0 shows a different failure: trial: re-initialized. Choose a neighbouring release as the bound.',
    );
  });

  it('because runs disagree names the suspects with how sure that is, and the way on', async () => {
    const coins = Array(5).fill('good bad '.repeat(30)) as string[];
    expect(await said(asked(coins, REGRESSION, { confirm: 2, maxRounds: 40 }))).toMatch(
      /^Inconclusive: .*, since runs of the same release disagreed\..* More runs may tell: --repeat 5\.$/,
    );
  });

  it('because there is more than one change says which releases show it', async () => {
    expect(await said(asked(['good', 'bad|', 'good', 'bad', 'bad']))).toBe(
      'Inconclusive: there is a change between 1.0.2 and 1.0.3, but not only there: 1.0.1 is bad. Narrow the range with --good and --bad around the change that you mean, or see every change with "mcp-bisect table --scan".',
    );
  });
});

describe('the sentences of a scan', () => {
  it('name every change in order', async () => {
    expect(await said(scanned(WINDOW, { confirm: 1 }))).toBe(
      [
        'First broken: 1.0.2 (published 2026-05-03 10:20 UTC). Last known good: 1.0.1.',
        'First fixed: 1.0.5 (published 2026-05-06 10:20 UTC). Last known broken: 1.0.4.',
      ].join('\n'),
    );
  });

  it.each([
    [['good', 'skip', 'good'], 'No change: every tested release works.'],
    [['bad', 'bad'], 'No change: every tested release is broken.'],
    [['skip', 'skip'], 'Nothing is known of these releases.'],
  ])('say that there is none: %s', async (scripts, sentence) => {
    expect(await said(scanned(scripts))).toBe(sentence);
  });

  it('name what came out both ways', async () => {
    expect(await said(scanned(['good', 'good bad', 'bad'], { repeat: 2 }))).toBe(
      [
        'Inconclusive: the first broken release is 1.0.1 or 1.0.2, since 1.0.1 came out both ways equally often. Last known good: 1.0.0.',
        'Flaky: 1.0.1.',
      ].join('\n'),
    );
  });

  it('do not call untestable what nobody has tested', async () => {
    expect(await said(known(['good good|', 'good', 'good', 'bad bad|']))).toBe(
      'Inconclusive: the first broken release is 1.0.1, 1.0.2 or 1.0.3, since 1.0.1 and 1.0.2 were not tested. Last known good: 1.0.0.',
    );
  });
});
