import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reproduceLine } from '../../src/report/carried-file.js';
import { htmlOf } from '../../src/report/report-page.js';
import { sentenceOf } from '../../src/report/sentence.js';
import { titleOf } from '../../src/report/title.js';
import { sampleReport, sampleRun } from '../helpers/reports.js';
import { longReport } from '../helpers/long-report.js';
import { browserPath, openAll, Reader } from './browser.js';

/** A maintainer reads the report: with a mouse, with a keyboard, without scripts, on paper. */

let reader: Reader;
beforeAll(async () => {
  reader = await Reader.start();
});
afterAll(async () => {
  await reader.stop();
});

const html = htmlOf(sampleReport);
const FIRST_BROKEN = '#release-2\\.1\\.147';
const LAST_GOOD = '#release-2\\.1\\.146';

/** Whether anything of it can be seen: not every arm of a release is open. */
const isShown = async (of: Locator): Promise<boolean> => (await of.locator('visible=true').count()) > 0;

/** The place of the focused element among all, and whether its focus can be seen; `body` where nothing has it. */
const WHERE = `(() => {
  const { activeElement } = document;
  if (activeElement === null || activeElement === document.body) return 'body';
  const { outlineStyle, outlineWidth } = getComputedStyle(activeElement);
  const { width, height, top, bottom } = activeElement.getBoundingClientRect();
  const isShown = width > 0 && height > 0 && bottom > 0 && top < innerHeight;
  const isSeen = isShown && outlineStyle === 'solid' && parseFloat(outlineWidth) >= 2;
  return [...document.querySelectorAll('*')].indexOf(activeElement) + (isSeen ? ' seen' : ' unseen');
})()`;

describe('the browser of these tests', () => {
  it('is the one that is named, or one of the system', () => {
    expect(browserPath({ CHROMIUM_PATH: '/opt/it' }, () => true)).toBe('/opt/it');
    expect(browserPath({}, (path) => path === '/usr/bin/google-chrome')).toBe('/usr/bin/google-chrome');
  });

  it('is asked for by name where there is none, and nothing is skipped', () => {
    expect(() => browserPath({}, () => false)).toThrow('apt install chromium');
    expect(() => browserPath({ CHROMIUM_PATH: '/gone' }, () => false)).toThrow('CHROMIUM_PATH is /gone');
  });
});

describe('the report in a browser', () => {
  it('is shown without network, without a complaint and without a request', async () => {
    const { page, complaints, requests } = await reader.open(html);
    await openAll(page);
    await page.mouse.wheel(0, 20_000);
    expect(await page.title()).toBe(titleOf(sampleReport));
    expect(complaints).toEqual([]);
    expect(requests).toEqual([]);
  });

  it('leads to the first broken release from the headline', async () => {
    const { page } = await reader.open(html);
    await page.locator('main').getByRole('link', { name: 'Go to first broken 2.1.147' }).click();
    expect(page.url()).toMatch(/#release-2\.1\.147$/);
    const box = await page.locator(`${FIRST_BROKEN} > summary`).boundingBox();
    expect(box?.y).toBeGreaterThanOrEqual(0);
    expect(box?.y).toBeLessThan(200);
  });

  it('has the evidence of the first broken release open, and that of others closed', async () => {
    const { page } = await reader.open(html);
    expect(await isShown(page.locator(FIRST_BROKEN).getByText('POST tools/list'))).toBe(true);
    expect(await isShown(page.locator(LAST_GOOD).getByText('POST tools/list'))).toBe(false);
  });

  it('opens a release by a click, and closes it by another', async () => {
    const { page } = await reader.open(html);
    const summary = page.locator(`${LAST_GOOD} > summary`);
    const journal = page.locator(LAST_GOOD).getByText('POST tools/call');
    await summary.click();
    expect(await isShown(journal)).toBe(true);
    await summary.click();
    expect(await isShown(journal)).toBe(false);
  });

  it('opens a release by the keyboard', async () => {
    const { page } = await reader.open(html);
    await page.locator(`${LAST_GOOD} > summary`).focus();
    await page.keyboard.press('Enter');
    expect(await isShown(page.locator(LAST_GOOD).getByText('POST tools/call'))).toBe(true);
    await page.keyboard.press('Space');
    expect(await isShown(page.locator(LAST_GOOD).getByText('POST tools/call'))).toBe(false);
  });

  it('leads from the first press of Tab to the first broken release, and on into it', async () => {
    const { page } = await reader.open(html);
    const focused = () => page.locator(':focus');
    await page.keyboard.press('Tab');
    expect(await focused().innerText()).toBe('Go to first broken 2.1.147');
    const box = await focused().boundingBox();
    expect(box?.y).toBeGreaterThanOrEqual(0);
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    expect(await focused().innerText()).toMatch(/^2\.1\.147\b/);
    expect(await page.locator(`${FIRST_BROKEN} > summary:focus`).count()).toBe(1);
  });

  it('lets the keyboard reach everything that can be used, in order, and shows where it is', async () => {
    const { page } = await reader.open(html);
    await openAll(page);
    const usable = await page.evaluate<number>(
      'document.querySelectorAll("a[href], summary, [tabindex]").length',
    );
    const seen: string[] = [];
    for (;;) {
      await page.keyboard.press('Tab');
      const place = await page.evaluate<string>(WHERE);
      if (place === 'body' || seen.length > usable) break;
      seen.push(place);
    }
    expect(seen).toHaveLength(usable);
    expect(seen.filter((place) => !place.endsWith(' seen'))).toEqual([]);
    const order = seen.map((place) => Number(place.split(' ')[0]));
    expect(order).toEqual(order.toSorted((a, b) => a - b));
  });

  it('shows journals as lanes where there is room, and as lines of words where there is not', async () => {
    const wide = await reader.open(html);
    const narrow = await reader.open(html, { viewport: { width: 400, height: 800 } });
    const lanes = ({ page }: typeof wide) => isShown(page.locator(`${FIRST_BROKEN} .lanes`));
    expect(await lanes(wide)).toBe(true);
    expect(await lanes(narrow)).toBe(false);
    for (const { page } of [wide, narrow])
      expect(
        await page.locator(`${FIRST_BROKEN} .sequence ol`).locator('visible=true').first().ariaSnapshot(),
      ).toContain('client → gateway');
  });

  it('puts good and bad side by side where there is room, and one below the other where there is not', async () => {
    for (const [width, isBeside] of [
      [1280, true],
      [400, false],
    ] as const) {
      const { page } = await reader.open(html, { viewport: { width, height: 800 } });
      const [good, bad] = await Promise.all(
        [0, 1].map((side) =>
          page.locator('.sides:has(.side + .side)').first().locator('.side').nth(side).boundingBox(),
        ),
      );
      expect(good?.y === bad?.y).toBe(isBeside);
    }
  });

  it('is read whole without scripts', async () => {
    const { page } = await reader.open(html, { javaScriptEnabled: false });
    const text = await page.locator('main').innerText();
    for (const part of [
      sentenceOf(sampleRun.answer),
      'tools lost',
      'The lines that name the server',
      reproduceLine(sampleRun),
    ])
      expect(text).toContain(part);
    await page.locator(`${LAST_GOOD} > summary`).click();
    expect(await isShown(page.locator(LAST_GOOD).getByText('POST tools/call'))).toBe(true);
  });

  it('on 471 releases is usable: it folds, opens and finds its way', async () => {
    const { page, complaints } = await reader.open(htmlOf(longReport(471, 1)));
    await page.locator('.go a').click();
    const box = await page.locator('#release-3\\.0\\.235 > summary').boundingBox();
    expect(box?.y).toBeGreaterThanOrEqual(0);
    expect(box?.y).toBeLessThan(200);
    await page.locator('#release-3\\.0\\.470 > summary').click();
    expect(await page.locator('#release-3\\.0\\.470').getByText('fails').first().isVisible()).toBe(true);
    expect(complaints).toEqual([]);
  });
});

describe('the report on paper', () => {
  it('shows the first broken release with its journal, and nothing that only a screen needs', async () => {
    const { page } = await reader.open(html);
    await page.emulateMedia({ media: 'print' });
    const text = await page.locator('body').innerText();
    expect(text).toMatch(/first broken/i);
    expect(await isShown(page.locator(FIRST_BROKEN).getByText('POST tools/list'))).toBe(true);
    expect(await page.getByRole('navigation').isVisible()).toBe(false);
    expect(await page.locator('.skip').isVisible()).toBe(false);
  });

  it('is black on white in the dark as well', async () => {
    const { page } = await reader.open(html, { colorScheme: 'dark' });
    const colours = () =>
      page.evaluate<string>(
        '(({ color, backgroundColor }) => `${color} on ${backgroundColor}`)(getComputedStyle(document.body))',
      );
    expect(await colours()).not.toBe('rgb(0, 0, 0) on rgb(255, 255, 255)');
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    expect(await colours()).toBe('rgb(0, 0, 0) on rgb(255, 255, 255)');
  });

  it('becomes a PDF of a few pages', async () => {
    const { page } = await reader.open(html);
    const pdf = (await page.pdf({ format: 'A4', preferCSSPageSize: true })).toString('latin1');
    expect(pdf).toMatch(/^%PDF-/);
    const pages = pdf.match(/\/Type \/Page\b/g)?.length ?? 0;
    expect(pages).toBeGreaterThanOrEqual(3);
    expect(pages).toBeLessThanOrEqual(12);
  });
});
