import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ToldChange } from '../../src/ledger/ledger.js';
import { messageOf, newsAmong, type News } from '../../src/nightly/news.js';
import type { SeenChange } from '../../src/nightly/watch.js';
import { markdownOf } from '../../src/report/issue.js';
import { sentenceOf } from '../../src/report/sentence.js';
import { titleOf } from '../../src/report/title.js';
import { sampleReport } from '../helpers/reports.js';
import { SUBJECT, toldChange } from './setting.js';

const change = (
  direction: 'regression' | 'fix',
  before: number,
  after: number,
  more: Partial<SeenChange> = {},
): SeenChange => ({
  direction,
  before: `1.0.${before}`,
  after: `1.0.${after}`,
  suspects: [],
  isConfirmed: true,
  ...more,
});
const broke = (before: number, after: number, more: Partial<SeenChange> = {}) =>
  change('regression', before, after, more);
const mended = (before: number, after: number, more: Partial<SeenChange> = {}) =>
  change('fix', before, after, more);

const asTold = ({ id, kind, about, change: { direction, before, after } }: News): ToldChange =>
  toldChange({ id, kind, about, direction, before, after });

/** One night after the other: what each of them tells. */
function nights(seen: readonly (readonly SeenChange[])[]): News[][] {
  const told: ToldChange[] = [];
  return seen.map((changes) => {
    const news = newsAmong(SUBJECT.key, changes, told);
    told.push(...news.map(asTold));
    return news;
  });
}

const named = ({ kind, change: { before, after } }: News) => `${kind} ${before.slice(4)} ${after.slice(4)}`;
const namedNights = (...seen: readonly (readonly SeenChange[])[]) =>
  nights(seen).map((news) => news.map(named));

describe('what a night tells', () => {
  it('is what it sees for the first time', () => {
    expect(namedNights([broke(1, 2), mended(4, 5)], [broke(1, 2), mended(4, 5), broke(5, 6)])).toEqual([
      ['regression 1 2', 'fix 4 5'],
      ['regression 5 6'],
    ]);
  });

  it('is nothing that is not confirmed, until it is', () => {
    expect(namedNights([broke(1, 2, { isConfirmed: false })], [broke(1, 2)])).toEqual([
      [],
      ['regression 1 2'],
    ]);
  });

  it('is a correction where an earlier release turns out to be the first', () => {
    const [[first], [second], ...rest] = nights([[broke(1, 4)], [broke(1, 3)], [broke(1, 3)]]) as [
      [News],
      [News],
      [],
    ];
    expect(named(second)).toBe('correction 1 3');
    expect(second.about).toBe(first.id);
    expect(rest).toEqual([[]]);
  });

  it('corrects the first message, however often it was corrected before', () => {
    const [[first], [second], [third]] = nights([[mended(1, 9)], [mended(1, 5)], [mended(1, 3)]]) as [
      [News],
      [News],
      [News],
    ];
    expect([second, third].map(named)).toEqual(['correction 1 5', 'correction 1 3']);
    expect([second.about, third.about]).toEqual([first.id, first.id]);
  });

  it('names the same release as the first broken one once, though it is found out that an earlier one was broken for a while', () => {
    expect(namedNights([broke(1, 10)], [broke(6, 10)], [broke(1, 3), mended(3, 6), broke(6, 10)])).toEqual([
      ['regression 1 10'],
      [],
      ['regression 1 3', 'fix 3 6'],
    ]);
  });

  it('orders versions as semver does', () => {
    expect(namedNights([broke(9, 12)], [broke(9, 10)])).toEqual([['regression 9 12'], ['correction 9 10']]);
  });
});

describe('a fix', () => {
  const aboutFix = (...seen: readonly (readonly SeenChange[])[]) => {
    const all = nights(seen).flat();
    const fix = all.findLast(({ kind }) => kind === 'fix');
    return all.find(({ id }) => id === fix?.about)?.change.after ?? null;
  };

  it.each<[string, SeenChange[][], string | null]>([
    ['the regression before it', [[broke(1, 2)], [broke(1, 2), mended(3, 4)]], '1.0.2'],
    ['one of the same night', [[broke(1, 2), mended(3, 4)]], '1.0.2'],
    ['the newest before it', [[broke(1, 2), mended(3, 4), broke(5, 6)], [mended(7, 8)]], '1.0.6'],
    ['none that comes after it', [[broke(5, 6)], [mended(3, 4), broke(5, 6)]], null],
    [
      'none that was fixed already',
      [
        [broke(1, 2), mended(3, 4)],
        [broke(1, 2), mended(3, 4), mended(7, 8)],
      ],
      null,
    ],
    ['none where it was never told', [[mended(3, 4)]], null],
    ['none that is not confirmed', [[broke(1, 2, { isConfirmed: false }), mended(3, 4)]], null],
  ])('is about %s', (_, seen, expected) => {
    expect(aboutFix(...seen)).toBe(expected);
  });

  it('is about the regression that is corrected in the same night', () => {
    const [[first], [correction, fix]] = nights([[broke(1, 10)], [broke(1, 3), mended(3, 6)]]) as [
      [News],
      [News, News],
    ];
    expect([correction, fix].map(named)).toEqual(['correction 1 3', 'fix 3 6']);
    expect([correction.about, fix.about]).toEqual([first.id, first.id]);
  });
});

describe('an id', () => {
  it('is another one for another subject, kind or boundary', () => {
    const ids = [
      ...newsAmong(SUBJECT.key, [broke(1, 2), mended(3, 4), broke(5, 6)], []),
      ...newsAmong('claude-code get-405 linux-x64 headless', [broke(1, 2)], []),
      ...newsAmong(SUBJECT.key, [mended(1, 2)], []),
    ].map(({ id }) => id);
    expect(new Set(ids).size).toBe(5);
  });
});

/** What a release does, and the night on which that is known. */
type Fate = readonly [verdict: 'good' | 'bad' | 'skip', night: number];

const history = fc.array(fc.tuple(fc.constantFrom('good', 'bad', 'skip'), fc.nat(5)), {
  maxLength: 14,
}) as fc.Arbitrary<Fate[]>;

const NIGHTS = [0, 1, 2, 3, 4, 5];

/** The changes that are seen once everything until that night is known. */
function seenOn(night: number, fates: readonly Fate[]): SeenChange[] {
  const known = fates.flatMap(([verdict, since], place) =>
    verdict !== 'skip' && since <= night ? [{ verdict, place }] : [],
  );
  return known.slice(1).flatMap(({ verdict, place }, index) => {
    const before = known[index];
    if (!before || before.verdict === verdict) return [];
    return [change(verdict === 'bad' ? 'regression' : 'fix', before.place, place)];
  });
}

const first = ({ direction, after }: SeenChange) => `${direction} in ${after}`;

/** What whoever has heard everything holds to be true: each first message as it was corrected last. */
function believed(told: readonly News[]): string[] {
  const standing = new Map<string, string>();
  for (const { id, kind, about, change: seen } of told)
    standing.set(kind === 'correction' ? String(about) : id, first(seen));
  return [...standing.values()].toSorted();
}

describe('over any nights, on which releases get their verdicts in any order', () => {
  it('each change is told once: after every night people believe what was there to be seen', () => {
    fc.assert(
      fc.property(history, (fates) => {
        const told = nights(NIGHTS.map((night) => seenOn(night, fates)));
        for (const night of NIGHTS)
          expect(believed(told.slice(0, night + 1).flat())).toEqual(
            seenOn(night, fates).map(first).toSorted(),
          );
      }),
      { numRuns: 1000 },
    );
  });

  it('no release that people believe to be the first broken or fixed one is told again to be that', () => {
    fc.assert(
      fc.property(history, (fates) => {
        const told = nights(NIGHTS.map((night) => seenOn(night, fates)));
        for (const [night, news] of told.entries()) {
          const before = believed(told.slice(0, night).flat());
          expect(news.filter(({ change: seen }) => before.includes(first(seen)))).toEqual([]);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('a second night that sees the same has nothing to tell', () => {
    fc.assert(
      fc.property(history, (fates) => {
        const told = nights(NIGHTS.flatMap((night) => [seenOn(night, fates), seenOn(night, fates)]));
        expect(told.filter((_, index) => index % 2 === 1).flat()).toEqual([]);
      }),
    );
  });

  it('what is never confirmed is never told, whatever else is', () => {
    fc.assert(
      fc.property(history, fc.nat(13), (fates, place) => {
        const doubtful = `1.0.${place}`;
        const seen = NIGHTS.map((night) =>
          seenOn(night, fates).map((one) => ({ ...one, isConfirmed: one.after !== doubtful })),
        );
        const told = nights(seen).flat();
        expect(told.map(({ change: { after } }) => after)).not.toContain(doubtful);
      }),
    );
  });

  it('a fix that is about a regression comes after it, and no other fix is about it', () => {
    fc.assert(
      fc.property(history, (fates) => {
        const told = nights([seenOn(5, fates)]).flat();
        const ended = told.filter(({ kind, about }) => kind === 'fix' && about !== null);
        expect(new Set(ended.map(({ about }) => about)).size).toBe(ended.length);
        // Changes of one night alternate: only a fix before every regression has none to be about.
        expect(told.slice(1).filter(({ kind, about }) => kind === 'fix' && about === null)).toEqual([]);
        for (const [index, { kind, about }] of told.entries())
          if (kind === 'fix' && index > 0) expect(about).toBe(told[index - 1]?.id);
      }),
    );
  });
});

const NEWS: News = {
  id: 'a1b2',
  kind: 'regression',
  about: null,
  change: {
    direction: 'regression',
    before: '2.1.146',
    after: '2.1.147',
    suspects: ['2.1.146-x'],
    isConfirmed: true,
  },
};
const WHEN = '2026-05-21T21:31:00.000Z';

/** With far more to say than an issue has room for. */
const LONG = {
  ...sampleReport,
  comparisons: sampleReport.comparisons.flatMap((comparison) =>
    Array.from({ length: 30 }, () => ({
      ...comparison,
      arms: Array.from({ length: 30 }, () => comparison.arms).flat(),
    })),
  ),
};

const message = (changes: Partial<News> = {}, report = sampleReport) =>
  messageOf({ ...NEWS, ...changes }, SUBJECT, report, { publishedAt: WHEN, timeDoubtful: false });

describe('the message on a change', () => {
  it('has the report and its title', () => {
    const { id, kind, subject, about, title, text } = message();
    expect({ id, kind, subject, about }).toEqual({
      id: 'a1b2',
      kind: 'regression',
      subject: SUBJECT.key,
      about: null,
    });
    expect(title).toBe('Claude Code 2.1.147 broke: GET listening stream answered with 404');
    expect(text).toContain('First broken: 2.1.147');
  });

  it('has for machines every field that the guide names, and the report', () => {
    const { document } = message({ about: 'ffee' });
    expect(document).toEqual({
      schema: 1,
      id: 'a1b2',
      kind: 'regression',
      direction: 'regression',
      about: 'ffee',
      client: 'claude-code',
      package: '@anthropic-ai/claude-code',
      scenario: 'get-stream-404',
      scenarioTitle: 'GET listening stream answered with 404',
      platform: 'linux-x64',
      mode: 'headless',
      before: '2.1.146',
      after: '2.1.147',
      publishedAt: WHEN,
      timeDoubtful: false,
      suspects: ['2.1.146-x'],
      title: titleOf(sampleReport),
      sentence: sentenceOf(sampleReport.run.answer),
      run: sampleReport.run.id,
      report: message().text,
    });
    expect(JSON.parse(JSON.stringify(document))).toEqual(document);
  });

  it('on a fix says so first', () => {
    const { text, document } = message({ kind: 'fix' });
    expect(text).toMatch(/^The nightly job finds this fixed\.\n\n/);
    expect(document['report']).toBe(message().text);
  });

  it('that corrects another one says so in its title, and before the report', () => {
    const { title, text, document } = message({ kind: 'correction' });
    expect(title).toBe(`Correction: ${titleOf(sampleReport)}`);
    expect(document['title']).toBe(title);
    expect(text).toMatch(/^What was reported here began in another release than was known then\.\n\n/);
  });

  it.each(['regression', 'fix', 'correction'] as const)(
    'fits into an issue, with what a channel adds: %s',
    (kind) => {
      const { text } = message({ kind }, LONG);
      expect(markdownOf(LONG, { maxChars: 1e6 }).length).toBeGreaterThan(70_000);
      expect(text.length).toBeLessThanOrEqual(65_000);
      expect(text.length).toBeGreaterThan(10_000);
    },
  );
});
