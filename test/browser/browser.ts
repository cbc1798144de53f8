/** The machine's own Chromium, and pages in it that have no network and are watched. */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';

const PLACES = ['/usr/bin/chromium', '/usr/bin/google-chrome'];

/**
 * Where the browser is: CHROMIUM_PATH, or where systems put it.
 * @throws if there is none: a suite of a browser that runs without one says nothing
 */
export function browserPath(env: NodeJS.ProcessEnv = process.env, exists = existsSync): string {
  const named = env['CHROMIUM_PATH'];
  const found = (named ? [named] : PLACES).find((path) => exists(path));
  if (found) return found;
  const tried = named ? `CHROMIUM_PATH is ${named}, where there is none` : `not at ${PLACES.join(' or ')}`;
  throw new Error(`These tests need Chromium (${tried}): apt install chromium, or set CHROMIUM_PATH.`);
}

/** A page, and what happened on it that should not. */
export interface Watched {
  readonly page: Page;
  /** Errors and warnings of the console, and exceptions. */
  readonly complaints: readonly string[];
  /** Addresses that were asked for, but that of the page. */
  readonly requests: readonly string[];
}

/** One browser for a file of tests, and the folder where its pages lie. */
export class Reader {
  readonly #folder = mkdtempSync(join(tmpdir(), 'mcp-bisect-browser-'));
  readonly #browser: Browser;
  #folders = 0;

  private constructor(browser: Browser) {
    this.#browser = browser;
  }

  static async start(): Promise<Reader> {
    return new Reader(await chromium.launch({ executablePath: browserPath(), args: ['--no-sandbox'] }));
  }

  /** Opens a page from a file, as a user would, in a context of its own. */
  async open(html: string, options: BrowserContextOptions = {}): Promise<Watched> {
    return this.openAmong({ 'page.html': html }, 'page.html', options);
  }

  /** Opens one of several pages that may lead to each other: by path, relative to a folder of their own. */
  async openAmong(
    pages: Readonly<Record<string, string>>,
    first: string,
    options: BrowserContextOptions = {},
  ): Promise<Watched> {
    const address = this.#write(pages, first);
    const context = await this.#browser.newContext({
      offline: true,
      viewport: { width: 1280, height: 900 },
      ...options,
    });
    const page = await context.newPage();
    const complaints: string[] = [];
    const requests: string[] = [];
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => {
      if (request.url() !== address) requests.push(request.url());
    });
    await page.goto(address);
    return { page, complaints, requests };
  }

  async stop(): Promise<void> {
    await this.#browser.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #write(pages: Readonly<Record<string, string>>, first: string): string {
    const folder = join(this.#folder, String(++this.#folders));
    for (const [path, html] of Object.entries(pages)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), html);
    }
    return pathToFileURL(join(folder, first)).href;
  }
}

/** Everything that can be opened, open. */
export async function openAll(page: Page): Promise<void> {
  await page.evaluate('for (const each of document.querySelectorAll("details")) each.open = true');
}
