#!/usr/bin/env node
/**
 * A picture of a page for docs/: node test/browser/screenshot.mjs page.html docs/picture.png [--width 1280] [--height 900]
 * [--dark] [--whole]
 */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    width: { type: 'string', default: '1280' },
    height: { type: 'string', default: '900' },
    dark: { type: 'boolean', default: false },
    whole: { type: 'boolean', default: false },
  },
});
const [page, picture] = positionals;
if (!page || !picture) throw new Error('Usage: screenshot.mjs page.html picture.png');

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
try {
  const tab = await browser.newPage({
    offline: true,
    colorScheme: values.dark ? 'dark' : 'light',
    viewport: { width: Number(values.width), height: Number(values.height) },
    deviceScaleFactor: 1,
  });
  await tab.goto(pathToFileURL(resolve(page)).href);
  await tab.screenshot({ path: picture, fullPage: values.whole });
} finally {
  await browser.close();
}
