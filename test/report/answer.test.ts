import { createColors } from 'picocolors';
import { describe, expect, it } from 'vitest';
import { nextStep, type Direction, type Verdict } from '../../src/bisection.js';
import type { Release } from '../../src/registry/releases.js';
import { answerOf, type FinalStep } from '../../src/report/answer.js';
import { answerDocument } from '../../src/report/json.js';
import { sentenceOf } from '../../src/report/sentence.js';
import { renderTable } from '../../src/report/table.js';
import type { Judgement } from '../../src/verdict.js';

/** A range of releases from verdicts: `null` was not run, `missing` has no executable for the platform. */
function answerFor(tested: readonly (Verdict | null | 'missing')[], direction: Direction = 'regression') {
  const releases = tested.map((verdict, index): Release => {
    const version = `1.0.${index}`;
    const source = {
      package: 'client',
      version,
      entry: 'package/cli.js',
      companions: [],
      runner: 'node' as const,
      tarball: 'http://localhost/x.tgz',
      integrity: `sha512-${index}`,
    };
    return {
      version,
      publishedAt: `2026-05-0${index + 1}T10:20:30.400Z`,
      prerelease: false,
      deprecated: null,
      source: verdict === 'missing' ? null : source,
      missing: verdict === 'missing' ? 'no linux-x64 package was published' : null,
    };
  });
  const judgements = new Map(
    tested.flatMap((verdict, index): [string, Judgement][] =>
      verdict === null || verdict === 'missing'
        ? []
        : [[`1.0.${index}`, { verdict, reason: `reason ${index}`, cause: null, findings: [], runs: 3 }]],
    ),
  );
  const versions = releases.filter(({ source }) => source).map(({ version }) => version);
  const known = new Map([...judgements].map(([version, { verdict }]) => [version, verdict]));
  const step = nextStep({ versions, direction }, known);
  return answerOf(step as FinalStep, direction, releases, judgements);
}

const labels = (answer: ReturnType<typeof answerFor>) => answer.rows.map(({ label }) => label);
const facts = {
  client: 'claude-code',
  scenario: 'get-stream-404',
  platform: 'linux-x64',
  mode: 'headless',
  isolation: 'bwrap' as const,
  probed: [],
  downloads: 0,
  elapsedMs: 1,
};

describe('an answer that was found', () => {
  const answer = answerFor(['good', null, 'good', 'bad', null, 'bad']);

  it('names the last good and the first bad release, and infers what lies outside', () => {
    expect(labels(answer)).toEqual(['works', 'works', 'last known good', 'first broken', 'broken', 'broken']);
    expect(answer.rows.map(({ basis }) => basis)).toEqual([
      'tested',
      'inferred',
      'tested',
      'tested',
      'inferred',
      'tested',
    ]);
    expect(sentenceOf(answer)).toBe(
      'First broken: 1.0.3 (published 2026-05-04 10:20 UTC). Last known good: 1.0.2.',
    );
  });

  it('says the same in JSON', () => {
    expect(answerDocument(answer, facts)).toMatchObject({
      outcome: 'found',
      lastGood: '1.0.2',
      firstBad: '1.0.3',
      suspects: [],
    });
  });

  it('shows evidence in the table for what was tested, and none for what is inferred', () => {
    const table = renderTable(answer.rows, createColors(false)).split('\n');
    expect(table[1]).toBe('1.0.0     2026-05-01 10:20   ✔ works             tested     reason 0');
    expect(table[2]).toBe('1.0.1     2026-05-02 10:20   ✔ works             inferred');
  });

  it('turns round for a fix', () => {
    const fix = answerFor(['bad', 'bad', 'good', 'good'], 'fix');
    expect(labels(fix)).toEqual(['broken', 'last known broken', 'first fixed', 'works']);
    expect(sentenceOf(fix)).toContain('First fixed: 1.0.2');
    expect(answerDocument(fix, facts)).toMatchObject({
      direction: 'fix',
      lastBad: '1.0.1',
      firstGood: '1.0.2',
    });
  });
});

describe('ends that agree', () => {
  it('come with the advice to name another bound', () => {
    expect(sentenceOf(answerFor(['good', null, 'good']))).toBe(
      'Nothing to bisect: 1.0.2 was given as --bad, but it is good (reason 2). Name a release that shows the failure with --bad: a later release may be fixed already.',
    );
  });

  it('come with the releases between them that earlier runs found otherwise', () => {
    expect(sentenceOf(answerFor(['good', 'bad', 'bad', 'good']))).toContain(
      'Earlier runs found 1.0.1 and 1.0.2 bad: name one of them with --bad.',
    );
  });
});

describe('an answer that skips prevent', () => {
  const answer = answerFor(['good', 'good', 'skip', 'skip', 'bad']);

  it('blames nobody: it lists every suspect', () => {
    expect(labels(answer)).toEqual(['works', 'last known good', 'suspect', 'suspect', 'broken']);
    expect(sentenceOf(answer)).toBe(
      'Inconclusive: the first broken release is 1.0.2, 1.0.3 or 1.0.4, since 1.0.2 and 1.0.3 could not be tested. Last known good: 1.0.1.',
    );
    expect(answerDocument(answer, facts)).toMatchObject({
      outcome: 'inconclusive',
      lastGood: '1.0.1',
      firstBad: null,
      suspects: ['1.0.2', '1.0.3'],
    });
  });

  it('names an end that could not be tested', () => {
    const untested = answerFor(['good', null, 'skip']);
    expect(labels(untested)).toEqual(['works', 'not tested', 'untestable']);
    expect(sentenceOf(untested)).toContain('1.0.2 (reason 2) could not be tested');
    expect(answerDocument(untested, facts)).toMatchObject({
      outcome: 'inconclusive',
      lastGood: null,
      firstBad: null,
    });
  });
});

describe('a range in which earlier runs have shown more than one change', () => {
  const answer = answerFor(['good', 'bad', 'good', 'bad', 'bad']);

  it('is inconclusive: the boundary that was found need not be the first', () => {
    expect(answer.contradictions).toEqual(['1.0.1']);
    expect(labels(answer)).toEqual(['works', 'broken', 'last known good', 'broken', 'broken']);
    expect(sentenceOf(answer)).toContain(
      'there is a change between 1.0.2 and 1.0.3, but not only there: 1.0.1 is bad',
    );
    expect(answerDocument(answer, facts)).toMatchObject({
      outcome: 'inconclusive',
      lastGood: '1.0.2',
      firstBad: null,
    });
  });
});

describe('a release that is not published for the platform', () => {
  it('is in the table with the reason, and no suspect', () => {
    const answer = answerFor(['good', 'missing', 'bad']);
    expect(labels(answer)).toEqual(['last known good', 'not available', 'first broken']);
    expect(answer.rows[1]).toMatchObject({
      verdict: null,
      basis: null,
      reason: 'no linux-x64 package was published',
    });
    expect(answer.suspects).toEqual([]);
  });
});

describe('text that a client or a registry wrote', () => {
  it('cannot draw on the terminal or break the table', () => {
    const answer = answerFor(['good', 'bad']);
    const hostile = '\u001B[2J\u001B]8;;http://evil\u0007link\u001B]8;;\u0007\nfake row\t\u202Edone\u0000';
    const rows = answer.rows.map((row) => ({ ...row, reason: hostile }));
    const table = renderTable(rows, createColors(false));
    // oxlint-disable-next-line no-control-regex
    expect(table).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202E]/);
    expect(table.split('\n')).toHaveLength(3);
    expect(table).toContain('link fake row done');
  });
});
