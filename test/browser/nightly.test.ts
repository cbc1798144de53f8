import axe, { type AxeResults } from 'axe-core';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { releasePageHtml, versionTablePage } from '../../src/report/nightly/pages.js';
import type { VersionTable } from '../../src/report/nightly/version-table.js';
import { HOSTILE } from '../helpers/reports.js';
import { hostilePage, hostileTable, longTable, samplePage, sampleTable } from '../helpers/version-tables.js';
import { openAll, Reader } from './browser.js';

/** A maintainer reads what the night found: the table, and from it the evidence. */

let reader: Reader;
beforeAll(async () => {
  reader = await Reader.start();
});
afterAll(async () => {
  await reader.stop();
});

const EVIDENCE = 'evidence/claude-code/2.1.147.html';
const FOLDER = {
  'index.html': versionTablePage(sampleTable),
  [EVIDENCE]: releasePageHtml(samplePage()),
};

const open = (options: BrowserContextOptions = {}, first = 'index.html') =>
  reader.openAmong(FOLDER, first, options);
const openTable = (table: VersionTable, options: BrowserContextOptions = {}) =>
  reader.open(versionTablePage(table), options);

/** Rules that are broken, each with the first place. */
async function breaches(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations, passes } = await page.evaluate<AxeResults>('axe.run(document)');
  expect(passes.length).toBeGreaterThan(15);
  return violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 200)}`);
}

const sideways = (page: Page) => page.evaluate<number>('document.documentElement.scrollWidth');

/** How far the table and its parts are from the edges of the place that it scrolls in. */
const STUCK = `(() => {
  const region = document.querySelector('.results');
  region.scrollTo(300, 600);
  const { left, top } = region.getBoundingClientRect();
  const head = region.querySelector('thead th:nth-child(5)').getBoundingClientRect();
  const row = region.querySelector('tbody tr:nth-child(30) th').getBoundingClientRect();
  return [region.scrollLeft, region.scrollTop, head.top - top, row.left - left].map(Math.round);
})()`;

describe.each(['light', 'dark'] as const)('the pages of the night in a %s theme', (colorScheme) => {
  it.each([1280, 400])('have nothing that axe objects to, %i pixels wide', async (width) => {
    for (const first of ['index.html', EVIDENCE]) {
      const { page } = await open({ colorScheme, viewport: { width, height: 900 } }, first);
      await openAll(page);
      expect(await breaches(page)).toEqual([]);
    }
  });
});

describe.each([1280, 400])('a window %i pixels wide', (width) => {
  const viewport = { width, height: 900 };

  it('is not scrolled sideways: the table is, in its own place', async () => {
    const { page } = await openTable(longTable(220, 14), { viewport });
    expect(await sideways(page)).toBe(width);
    const [left = 0, top, head, row] = await page.evaluate<number[]>(STUCK);
    expect(left).toBeGreaterThan(100);
    expect(top).toBe(600);
    expect([head, row]).toEqual([1, 1]);
  });

  it.each([
    ['the table, hostile', versionTablePage(hostileTable())],
    ['the table, one long word', versionTablePage(hostileTable('x'.repeat(5_000)))],
    ['a release', releasePageHtml(samplePage())],
    ['a release, hostile', releasePageHtml(hostilePage())],
    ['a release, one long word', releasePageHtml(hostilePage('x'.repeat(5_000)))],
  ])('is not scrolled sideways by %s', async (_, html) => {
    const { page } = await reader.open(html, { viewport });
    await openAll(page);
    expect(await sideways(page)).toBe(width);
  });
});

describe('the table in a browser', () => {
  it('is shown without network, without a complaint, a request or a script', async () => {
    const { page, complaints, requests } = await open({ javaScriptEnabled: false });
    expect(await page.title()).toBe('Version table: Claude Code');
    expect(await page.locator('main').innerText()).toContain('Last good 2.1.146');
    expect([complaints, requests]).toEqual([[], []]);
  });

  it('leads from a result to its place on the page of the release, and from there back to its row', async () => {
    const { page } = await open();
    await page.getByRole('link', { name: 'bad, first broken' }).click();
    expect(page.url()).toMatch(/evidence\/claude-code\/2\.1\.147\.html#get-stream-404$/u);
    const box = await page
      .getByRole('heading', { name: 'get-stream-404', exact: true })
      .first()
      .boundingBox();
    expect(box?.y).toBeGreaterThanOrEqual(0);
    expect(box?.y).toBeLessThan(200);
    await page.getByRole('link', { name: 'All releases' }).click();
    expect(page.url()).toMatch(/index\.html#/u);
    expect(await page.locator('tr:target th').innerText()).toContain('2.1.147');
  });

  it('says by sign, word and edge what it says by colour', async () => {
    const { page } = await open();
    const edges = await page.evaluate<string[]>(
      `['good', 'bad', 'skip', 'flaky'].map((result) => {
        const cell = document.querySelector('.results td:has(.is-' + result + ')');
        const sign = cell.querySelector('use').getAttribute('href');
        return [cell.innerText.trim().replace(/\\s+/g, ' '), sign, getComputedStyle(cell).borderLeftStyle].join(' ');
      })`,
    );
    expect(edges).toEqual([
      'good #mark-good solid',
      'bad, last broken #mark-bad double',
      'skip #mark-skip dotted',
      'flaky #mark-flaky dashed',
    ]);
  });

  it('is reached by the keyboard, scrolled with it, and every link of it shows where it is', async () => {
    const { page } = await open({ viewport: { width: 400, height: 700 } });
    await page.keyboard.press('Tab');
    expect(await page.locator(':focus').innerText()).toBe('Go to the table');
    await page.locator('.results').focus();
    await page.keyboard.press('ArrowRight');
    await expect
      .poll(() => page.evaluate('document.querySelector(".results").scrollLeft'))
      .toBeGreaterThan(0);
    const links = await page.locator('.results a').count();
    for (let index = 0; index < links; index += 1) {
      await page.keyboard.press('Tab');
      expect(await page.evaluate(SEEN)).toBe('seen');
    }
    expect(
      await page.evaluate('document.activeElement === [...document.querySelectorAll(".results a")].at(-1)'),
    ).toBe(true);
  });

  it('is read row by row: every cell has its release and its scenario as headers', async () => {
    const { page } = await open();
    const table = page.getByRole('table');
    expect(await table.getByRole('rowheader').count()).toBe(12);
    expect(await table.getByRole('columnheader').count()).toBe(12);
    expect(await page.getByRole('region', { name: 'Table, Releases, Claude Code' }).count()).toBe(1);
  });
});

/** Whether the focused link can be seen: neither outside nor behind what stays where it is. */
const SEEN = `(() => {
  const { activeElement: link } = document;
  const { left, top, width, height } = link.getBoundingClientRect();
  const [x, y] = [left + Math.min(width, 30) / 2, top + height / 2];
  const shown = document.elementFromPoint(x, y);
  const isOutlined = getComputedStyle(link).outlineStyle === 'solid';
  if (link.contains(shown) && isOutlined) return 'seen';
  return link.outerHTML.slice(0, 120) + ' behind ' + shown?.outerHTML.slice(0, 80);
})()`;

describe('hostile text', () => {
  const text = [
    HOSTILE,
    '<img src=x onerror="window.owned = true">',
    '"><script>window.owned = true</script>',
    "' autofocus onfocus='window.owned = true' x='",
    '</style></title><script>window.owned = true</script>',
    '<meta http-equiv="refresh" content="0; url=https://evil.example/">',
  ].join(' ');

  it.each([
    ['the table', versionTablePage(hostileTable(text))],
    ['a release', releasePageHtml(hostilePage(text))],
  ])('on the page of %s runs nothing, asks for nothing, and is read as it was written', async (_, html) => {
    const { page, complaints, requests } = await reader.open(html);
    await openAll(page);
    expect(await page.evaluate('window.owned')).toBeUndefined();
    expect([complaints, requests]).toEqual([[], []]);
    expect(await page.locator('main').innerText()).toContain('<script>document.title = "owned"</script>');
    expect(await page.locator('script, img, iframe, main meta').count()).toBe(0);
  });
});

describe('on paper', () => {
  it('the table is whole, black on white, and nothing of it stays behind or scrolls', async () => {
    const { page } = await openTable(longTable(60, 10), { colorScheme: 'dark' });
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    const { overflow, position, background } = await page.evaluate<Record<string, string>>(
      `({
        overflow: getComputedStyle(document.querySelector('.results')).overflow,
        position: getComputedStyle(document.querySelector('thead th')).position,
        background: getComputedStyle(document.body).backgroundColor,
      })`,
    );
    expect([overflow, position, background]).toEqual(['visible', 'static', 'rgb(255, 255, 255)']);
  });

  it('ten columns fit beside each other', async () => {
    const { page } = await open();
    const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
    expect(pdf.match(/\/Type \/Page\b/gu)?.length).toBeLessThanOrEqual(4);
    // A4 across, within margins of 10 mm.
    await page.setViewportSize({ width: 1046, height: 718 });
    await page.emulateMedia({ media: 'print' });
    expect(await sideways(page)).toBe(1046);
  });
});
