import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { markDoubtful } from '../../src/registry/releases.js';

const DAY = 86_400_000;
const iso = (day: number | null) => (day === null ? null : new Date(day * DAY).toISOString());

/** Of these days, those that are marked; null for a release without a time. */
const marked = (...days: (number | null)[]) =>
  markDoubtful(days.map((day) => ({ day, publishedAt: iso(day) })))
    .filter(({ timeDoubtful }) => timeDoubtful)
    .map(({ day }) => day);

describe('times that contradict others', () => {
  it.each<[string, (number | null)[], (number | null)[]]>([
    ['a release that was seen late', [1, 9, 3, 4], [9]],
    ['a late fix of an old line', [1, 2, 8, 4, 5, 6, 7], [8]],
    ['two neighbours that changed places: the later one, since nothing is seen early', [1, 3, 2, 4], [3]],
    ['most of a list, as mirrors have it', [9, 8, 2, 7, 6, 5], [9, 8, 7, 6]],
    ['one that is dated before several older ones', [5, 6, 7, 0, 8], [0]],
    ['one without a time says nothing', [1, null, 3, null], []],
    ['the same moment is no contradiction', [2, 2, 2], []],
  ])('%s', (_, days, doubtful) => {
    expect(marked(...days)).toEqual(doubtful);
  });

  const anyDays = fc.array(fc.nat(40), { maxLength: 30 });
  const inOrder = (days: readonly number[]) => days.toSorted((one, other) => one - other);

  it('there are none in a list that is in order', () => {
    fc.assert(
      fc.property(anyDays, (days) => {
        expect(marked(...inOrder(days))).toEqual([]);
      }),
    );
  });

  it('of one release that is out of place by two or more, it is the one', () => {
    const displaced = fc.record({ count: fc.integer({ min: 3, max: 20 }), from: fc.nat(), to: fc.nat() });
    fc.assert(
      fc.property(displaced, ({ count, from, to }) => {
        const days = Array.from({ length: count }, (_, day) => day * 2);
        const [place, other] = [from % count, to % count];
        fc.pre(Math.abs(place - other) >= 2);
        // Just beyond the release whose time it takes.
        const day = other * 2 + Math.sign(other - place);
        expect(marked(...days.with(place, day))).toEqual([day]);
      }),
    );
  });

  it('what is left is in order, and the last one dated is believed or stands alone against several', () => {
    fc.assert(
      fc.property(anyDays, (days) => {
        const left = markDoubtful(days.map((day) => ({ day, publishedAt: iso(day) })))
          .filter(({ timeDoubtful }) => !timeDoubtful)
          .map(({ day }) => day);
        expect(left).toEqual(inOrder(left));
        expect(left.length).toBeGreaterThanOrEqual(Math.min(days.length, 1));
      }),
    );
  });
});
