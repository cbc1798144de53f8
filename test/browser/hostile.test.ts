import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { htmlOf } from '../../src/report/report-page.js';
import { HOSTILE, hostileReport, reportWith, sampleReport, sampleRun } from '../helpers/reports.js';
import { openAll, Reader } from './browser.js';

/** What a client prints is shown, and does nothing. */

let reader: Reader;
beforeAll(async () => {
  reader = await Reader.start();
});
afterAll(async () => {
  await reader.stop();
});

/** More ways into a page than the common ones of reports.ts. */
const PAGE_HOSTILE = [
  HOSTILE,
  '<img src=x onerror="window.owned = true">',
  '<svg onload="window.owned = true">',
  '"><script>window.owned = true</script>',
  "' autofocus onfocus='window.owned = true' x='",
  '</style><script>window.owned = true</script>',
  '</title><script>window.owned = true</script>',
  '<meta http-equiv="refresh" content="0; url=https://evil.example/">',
  '<base href="https://evil.example/"><link rel="stylesheet" href="https://evil.example/x.css">',
  '<% window.owned = true %><%~ "<b>" %>${window.owned = true}',
].join(' ');

const SHAPE = '[...document.querySelectorAll("*")].map(({ tagName }) => tagName)';

describe('a report full of hostile text', () => {
  it('has the elements of a harmless one, runs nothing and asks for nothing', async () => {
    const hostile = await reader.open(htmlOf(hostileReport(PAGE_HOSTILE, null)));
    const harmless = await reader.open(htmlOf(hostileReport('harmless', null)));
    await openAll(hostile.page);
    expect(await hostile.page.evaluate(SHAPE)).toEqual(await harmless.page.evaluate(SHAPE));
    expect(await hostile.page.evaluate('window.owned')).toBeUndefined();
    expect(await hostile.page.title()).toContain('<script>document.title = "owned"</script>');
    expect(hostile.requests).toEqual([]);
    expect(hostile.complaints).toEqual([]);
  });

  it('is read as what the client wrote', async () => {
    const { page } = await reader.open(htmlOf(hostileReport(PAGE_HOSTILE)));
    const text = await page.locator('main').innerText();
    expect(text).toContain('<img src=x onerror="window.owned = true">');
    expect(text).toContain('</style><script>window.owned = true</script>');
    expect(text.replaceAll(/\s/g, '').match(/\p{Cf}|\p{Cc}/u)).toBeNull();
  });

  it('in writing from right to left turns nothing beside it round', async () => {
    const rtl = 'שלום עולם';
    const { page } = await reader.open(
      htmlOf(reportWith({ scenario: { ...sampleRun.scenario, title: rtl }, reproduce: [rtl] })),
    );
    const label = page.locator('.kind');
    const [labelBox, textBox] = [await label.boundingBox(), await page.locator('h1 bdi').boundingBox()];
    expect(textBox?.x).toBe(labelBox?.x);
  });
});

describe('the policy of the page', () => {
  const slipped =
    '<script>window.owned = true</script><img src="https://evil.example/x.png">' +
    '<p style="color: rgb(1, 2, 3)" id="slipped">x</p>';
  const withSlipped = htmlOf(sampleReport).replace('</main>', `${slipped}</main>`);
  const COLOUR = 'getComputedStyle(document.querySelector("#slipped")).color';

  it('would stop what slipped through all the same', async () => {
    const { page, complaints } = await reader.open(withSlipped);
    expect(await page.evaluate('window.owned')).toBeUndefined();
    expect(await page.evaluate(COLOUR)).not.toBe('rgb(1, 2, 3)');
    for (const directive of ['script-src', 'img-src', 'style-src'])
      expect(complaints.join('\n')).toContain(directive);
  });

  it('is what stops it: without it all of that happens, and would be noticed', async () => {
    const { page, requests, complaints } = await reader.open(
      withSlipped.replace(/<meta http-equiv[^>]*>/, ''),
    );
    expect(await page.evaluate('window.owned')).toBe(true);
    expect(await page.evaluate(COLOUR)).toBe('rgb(1, 2, 3)');
    expect(requests).toEqual(['https://evil.example/x.png']);
    expect(complaints).not.toEqual([]);
  });
});
