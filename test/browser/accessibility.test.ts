import axe, { type AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { htmlOf } from '../../src/report/report-page.js';
import type { Report } from '../../src/report/report.js';
import { hostileReport, reportWith, sampleReport, sampleRun } from '../helpers/reports.js';
import { longReport } from '../helpers/long-report.js';
import { openAll, Reader } from './browser.js';

/** What axe finds, and what it cannot: that nothing has to be scrolled sideways. */

let reader: Reader;
beforeAll(async () => {
  reader = await Reader.start();
});
afterAll(async () => {
  await reader.stop();
});

/** Rules that are broken, each with the first places. */
async function breaches(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations, passes } = await page.evaluate<AxeResults>('axe.run(document)');
  expect(passes.length).toBeGreaterThan(20);
  return violations.map(
    ({ id, impact, nodes }) =>
      `${impact}: ${id}: ${nodes
        .slice(0, 3)
        .map(({ html }) => html.slice(0, 160))
        .join(' | ')}`,
  );
}

const lines = (text: string) => ({ text, bytes: text.length, capped: false });

/** Judged by a command, not sealed off, from before, with all that a client can print. */
const judged = reportWith(
  {
    oracle: './judge.sh',
    releases: Object.fromEntries(
      Object.entries(sampleRun.releases).map(([version, rounds]) => [
        version,
        rounds.map((round) => ({
          ...round,
          observations: round.observations.map((seen) => ({
            ...seen,
            isolation: 'none' as const,
            startedAt: '2026-01-01T00:00:00.000Z',
            stderr: lines('a line\nanother'),
            stdout: lines('a line'),
            screen: ['on', 'the screen'],
          })),
        })),
      ]),
    ),
  },
  {
    rows: sampleRun.answer.rows.map((row) =>
      row.version === '2.1.145'
        ? { ...row, label: 'flaky', basis: 'tested', verdict: 'skip', flaky: true }
        : row,
    ),
  },
);
const everything: Report = {
  ...judged,
  comparisons: [
    ...judged.comparisons,
    { direction: 'fix', isBoundary: false, untested: [], good: '2.1.150', bad: '2.1.149', arms: [] },
  ],
};

describe.each(['light', 'dark'] as const)('the report in a %s theme', (colorScheme) => {
  it.each([1280, 400])('has nothing that axe objects to, %i pixels wide', async (width) => {
    const { page } = await reader.open(htmlOf(everything), { colorScheme, viewport: { width, height: 900 } });
    expect(await breaches(page)).toEqual([]);
    await openAll(page);
    expect(await breaches(page)).toEqual([]);
  });
});

describe('axe', () => {
  it('would find what is wrong: pale text, a picture without words', async () => {
    const wrong = htmlOf(sampleReport)
      .replace(/<meta http-equiv[^>]*>/, '')
      .replace('</main>', '<p style="color: #ccc">pale</p><img src="data:,"></main>');
    const { page } = await reader.open(wrong);
    const found = (await breaches(page)).join('\n');
    expect(found).toContain('color-contrast');
    expect(found).toContain('image-alt');
  });
});

describe.each([1280, 400])('a window %i pixels wide', (width) => {
  it.each([
    ['the sample', sampleReport],
    ['hostile text', hostileReport()],
    ['one very long word', hostileReport('x'.repeat(5_000))],
    ['many releases', longReport(100, 7)],
  ])('needs no scrolling sideways for %s', async (_, report) => {
    const { page } = await reader.open(htmlOf(report), { viewport: { width, height: 900 } });
    const scrolled = () => page.evaluate<number>('document.documentElement.scrollWidth');
    expect(await scrolled()).toBe(width);
    await openAll(page);
    expect(await scrolled()).toBe(width);
  });
});

describe('headings', () => {
  it('are in order, none skipped, one at the top', async () => {
    const { page } = await reader.open(htmlOf(everything));
    const levels = await page.evaluate<number[]>(
      '[...document.querySelectorAll("h1, h2, h3, h4, h5, h6")].map(({ tagName }) => Number(tagName[1]))',
    );
    expect(levels.filter((level) => level === 1)).toHaveLength(1);
    const leaps = levels.filter((level, index) => level > (levels[index - 1] ?? 0) + 1);
    expect(leaps).toEqual([]);
  });
});
