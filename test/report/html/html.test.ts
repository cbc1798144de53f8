import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { htmlOf } from '../../../src/report/html/html.js';
import { HOSTILE, hostileReport, sampleReport } from '../../helpers/reports.js';
import { longReport } from './long-report.js';
import { attributesOf, shapeOf, textOf } from './page.js';

const page = htmlOf(sampleReport);
const MEGABYTE = 1024 * 1024;

describe('the page of a report', () => {
  it('has the answer first: the releases and their dates', () => {
    const [top = ''] = textOf(page).split('What goes wrong');
    expect(top).toContain(
      'Regression found\nClaude Code 2.1.147 broke: GET listening stream answered with 404',
    );
    expect(top).toContain('last known good 2.1.146 2026-05-21 02:50 UTC');
    expect(top).toContain('first broken 2.1.147 2026-05-21 02:50 UTC');
    expect(top).toContain('still broken 2.1.150 2026-05-23 02:50 UTC');
    expect(top).toContain('4 of 7 releases run in 12.4 s');
  });

  it('has all parts of the report', () => {
    const text = textOf(page);
    for (const part of [
      sampleReport.wrong,
      'Specification\nMCP 2025-03-26',
      'Last good 2.1.146 beside first broken 2.1.147',
      'both ends, before anything else',
      sampleReport.reproduce,
      '"mcpServers": { "gateway"',
      'Debian GNU/Linux 12 (bookworm)',
      'Made by mcp-bisect 0.1.0',
    ])
      expect(text).toContain(part);
  });

  it('does not claim to have run what was known from before', () => {
    const recalled = textOf(htmlOf({ ...sampleReport, probed: [], downloads: 0 }));
    expect(recalled).toContain('from what earlier runs recorded\n2026-11-23 00:10 UTC');
  });

  it('says what a reader must know before believing it', () => {
    const warned = htmlOf({ ...sampleReport, isolation: 'none', warnings: ['It was not sealed off.'] });
    expect(textOf(warned)).toContain('Note: It was not sealed off.');
    expect(page).not.toContain('<aside');
  });

  it.each([
    ['inconclusive', 'regression', 'Inconclusive'],
    ['ends-agree', 'regression', 'Nothing to bisect'],
    ['found', 'fix', 'Fix found'],
  ] as const)('of an outcome %s (%s) says %s', (outcome, asked, words) => {
    expect(textOf(htmlOf({ ...sampleReport, outcome, asked }))).toContain(`${words}\nClaude Code`);
  });

  it('leads to the releases where none of them stands out', () => {
    const rows = sampleReport.rows.map((row) => ({ ...row, label: 'works' as const }));
    const html = htmlOf({ ...sampleReport, rows, lastGood: null, firstBad: null, newestBad: null });
    expect(html).toContain('<a class="skip" href="#releases">Go to the releases</a>');
    expect(html).not.toContain('class="cards"');
  });

  it('leaves out the sections that there is nothing for', () => {
    const html = htmlOf({ ...sampleReport, comparisons: [], path: [] });
    expect(textOf(html)).not.toContain('How it was found');
  });
});

describe('the page as one file', () => {
  it('allows its own style sheet and nothing else', () => {
    const [, style = ''] = /<style>([^]*)<\/style>/.exec(page) ?? [];
    const digest = createHash('sha256').update(style).digest('base64');
    const policy = attributesOf(page, 'content').find((value) => value.includes('default-src')) ?? '';
    expect(policy.replaceAll('&#39;', "'")).toBe(
      `default-src 'none'; style-src 'sha256-${digest}'; img-src data:; base-uri 'none'; form-action 'none'`,
    );
  });

  it('has nothing that runs and nothing that loads', () => {
    const names = new Set(shapeOf(page).map((tag) => tag.split(' ')[0]));
    for (const name of ['script', 'iframe', 'img', 'object', 'embed', 'form', 'base'])
      expect(names).not.toContain(name);
    expect(page).not.toMatch(/ on[a-z]+="|javascript:| style="|url\(|@import/);
    expect(attributesOf(page, 'src')).toEqual([]);
    expect([...page.matchAll(/<link [^>]*>/g)].map(([tag]) => tag)).toEqual([
      '<link rel="icon" href="data:,">',
    ]);
  });

  it('has every id once, and every link within it leads somewhere', () => {
    const ids = attributesOf(page, 'id');
    expect(new Set(ids).size).toBe(ids.length);
    const inside = attributesOf(page, 'href').filter((href) => href.startsWith('#'));
    expect(inside).toContain('#release-2.1.147');
    expect(inside.filter((href) => !ids.includes(href.slice(1)))).toEqual([]);
  });

  it('names every region differently', () => {
    const labels = attributesOf(htmlOf(hostileReport('the same text everywhere')), 'aria-label');
    expect(new Set(labels).size).toBe(labels.length);
  });
});

describe('hostile text', () => {
  const hostile = htmlOf(hostileReport());

  it('changes no tag and no attribute', () => {
    expect(shapeOf(hostile)).toEqual(shapeOf(htmlOf(hostileReport('harmless'))));
    expect(hostile).not.toContain('<script');
  });

  it('is shown as it is, less what is not for reading', () => {
    const text = textOf(hostile);
    expect(text).toContain('<script>document.title = "owned"</script> ![x](https://evil.example/x.png)');
    expect(text).toContain('</details></summary></code></pre></textarea>-->');
    expect(text).toContain('&lt;b&gt; &amp; " \' ` $& $1');
    expect(HOSTILE).toMatch(/\p{Cf}[^]*\p{Cc}/u);
    expect(hostile.replaceAll('\n', '')).not.toMatch(/\p{Cf}|\p{Cc}/u);
  });

  it('never becomes an address', () => {
    for (const issue of [
      'javascript:alert(1)',
      'http://example.com/',
      '" onclick="x',
      'https://a:b@example.com/',
    ]) {
      const html = htmlOf({ ...sampleReport, scenario: { ...sampleReport.scenario, issue } });
      const outside = attributesOf(html, 'href').filter((href) => !href.startsWith('#') && href !== 'data:,');
      expect(
        outside.filter((href) => !href.startsWith('https://www.npmjs.com/package/@anthropic-ai/')),
      ).toEqual([]);
      expect(textOf(html)).toContain(issue);
    }
  });

  it('in a version breaks no id and no link', () => {
    const version = '2.1.147"><script>alert(1)</script>';
    const rows = sampleReport.rows.map((row) => (row.version === '2.1.147' ? { ...row, version } : row));
    const html = htmlOf({ ...sampleReport, rows, firstBad: version });
    expect(html).not.toContain('<script');
    const id = attributesOf(html, 'id').find((one) => one.startsWith('release-2.1.147')) ?? '';
    expect(id).toMatch(/^[\w.-]+$/);
    expect(attributesOf(html, 'href')).toContain(`#${id}`);
  });
});

describe('a page of very much', () => {
  it('of 471 releases, five of them tested, stays below a megabyte and folds what says nothing new', () => {
    const html = htmlOf(longReport(471, 117));
    expect(html.length).toBeLessThan(MEGABYTE);
    expect(textOf(html)).toContain('116 releases: works, inferred');
  });

  it('of 471 tested releases stays below four megabytes, and has every finding', () => {
    const html = htmlOf(longReport(471, 1));
    expect(html.length).toBeLessThan(4 * MEGABYTE);
    const text = textOf(html);
    expect(text).toContain(
      'What the runs recorded is left out, since this page would be too large. To see it: mcp-bisect probe 3.0.470',
    );
    expect(text).toContain('client → gateway: POST tools/list');
    expect(text.split('fails: tools lost').length - 1).toBeGreaterThan(471 / 2);
  });

  it('cuts ten megabytes of one line and says so, wherever they stand', () => {
    const html = htmlOf(hostileReport('x'.repeat(10 * MEGABYTE)));
    expect(html.length).toBeLessThan(2 * MEGABYTE);
    expect(html).toContain('… (cut: 10,485,760 characters in all)');
  });
});
