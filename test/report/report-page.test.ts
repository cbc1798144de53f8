import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Row } from '../../src/search/answer.js';
import { isRegression } from '../../src/report/claims.js';
import type { Comparison } from '../../src/report/comparison.js';
import { htmlOf } from '../../src/report/report-page.js';
import { HOSTILE, hostileReport, reportWith, sampleReport, sampleRun, withRows } from '../helpers/reports.js';
import { longReport } from '../helpers/long-report.js';
import { attributesOf, shapeOf, textOf } from '../helpers/page.js';

const { rows: ROWS } = sampleRun.answer;
const page = htmlOf(sampleReport);
const MEGABYTE = 1024 * 1024;

/** Links within the page that lead nowhere. */
function danglingOf(html: string): string[] {
  const ids = new Set(attributesOf(html, 'id'));
  return attributesOf(html, 'href').filter((href) => href.startsWith('#') && !ids.has(href.slice(1)));
}

describe('the page of a report', () => {
  it('does not claim to have run what was known from before', () => {
    const recalled = textOf(htmlOf(reportWith({ probed: [], downloads: 0 })));
    expect(recalled).toContain('from what earlier runs recorded\n2026-11-21 23:10 UTC');
  });

  it('says what a reader must know before believing it', () => {
    const warned = htmlOf(reportWith({ releases: {}, isolation: 'none' }));
    expect(textOf(warned)).toContain('The releases were not sealed off');
    expect(page).not.toContain('<aside');
  });

  it.each([
    ['inconclusive', 'regression', 'Inconclusive'],
    ['ends-agree', 'regression', 'No change found'],
    ['found', 'fix', 'Fix found'],
  ] as const)('of an outcome %s (%s) says %s', (outcome, asked, words) => {
    expect(textOf(htmlOf(reportWith({}, { outcome, asked })))).toContain(`${words}\nClaude Code`);
  });

  it('calls a change no regression where it is not proved which releases ran', () => {
    const report = reportWith({ oracle: './judge.sh', releases: {} });
    expect(isRegression(report)).toBe('unknown');
    const text = textOf(htmlOf(report));
    expect(text).toContain('Change found\n');
    expect(text).not.toContain('Regression found');
  });

  it('calls a release still broken only where it is known to have been well before', () => {
    const unknown = textOf(htmlOf({ ...sampleReport, claims: { ...sampleReport.claims, firstBad: null } }));
    expect(unknown).toContain('newest broken 2.1.150');
    expect(unknown).not.toContain('still broken');
  });

  it('says nothing of what the scenario is about where a command judged', () => {
    const { spec, issue, prompt } = sampleRun.scenario;
    const html = htmlOf(reportWith({ oracle: './judge.sh' }));
    for (const one of [spec, issue, prompt, 'Tool:']) expect(textOf(html)).not.toContain(one);
    expect(textOf(html)).toContain('Judged by: ./judge.sh');
    expect(textOf(html)).toContain('servers of get-stream-404');
  });

  it('leads to the releases where none of them stands out', () => {
    const rows = ROWS.slice(0, 2).map((row) => ({ ...row, label: 'works' as const }));
    const html = htmlOf(reportWith({}, { rows, changes: [] }));
    expect(html).toContain('<a class="skip" href="#releases">Go to the releases</a>');
    expect(html).not.toContain('class="cards"');
  });

  it('leaves out the sections that there is nothing for', () => {
    const html = htmlOf(reportWith({ paths: [] }));
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
    expect(attributesOf(page, 'href')).toContain('#release-2.1.147');
    expect(danglingOf(page)).toEqual([]);
  });

  it('names every region differently', () => {
    const html = htmlOf(hostileReport('the same text everywhere'));
    const labels = [...html.matchAll(/ role="region" aria-label="([^"]*)"/gu)].map(([, label]) => label);
    expect(labels.length).toBeGreaterThan(10);
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
    const outside = (html: string) =>
      attributesOf(html, 'href').filter((href) => !href.startsWith('#') && href !== 'data:,');
    for (const issue of ['javascript:alert(1)', '" onclick="x', 'https://a:b@example.com/']) {
      const html = htmlOf(reportWith({ scenario: { ...sampleRun.scenario, issue } }));
      expect(outside(html)).toEqual(outside(page).filter((href) => href !== sampleRun.scenario.issue));
      expect(textOf(html)).toContain(issue);
    }
  });

  it('in a version breaks no id and no link', () => {
    const version = '2.1.147"><script>alert(1)</script>';
    const rows = ROWS.map((row) => (row.version === '2.1.147' ? { ...row, version } : row));
    const html = htmlOf(withRows(rows, { claims: { ...sampleReport.claims, firstBad: version } }));
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
    expect(textOf(html)).toMatch(/114 more releases\s*works\s*inferred/u);
  });

  it('of 471 tested releases stays below four megabytes, and has every finding', () => {
    const html = htmlOf(longReport(471, 1));
    expect(html.length).toBeLessThan(4 * MEGABYTE);
    const text = textOf(html);
    expect(text.includes('more releases are left out of this page.')).toBe(true);
    expect(text.includes('What was recorded of one: mcp-bisect show <version>')).toBe(true);
    expect(text.includes('client → gateway: POST tools/list')).toBe(true);
    expect(text.split('404 before tools: tools lost').length - 1).toBeGreaterThan(471 / 2);
  });

  it('of 5,000 tested releases stays below five megabytes, and counts those that it has no room for', () => {
    const html = htmlOf(longReport(5_000, 1));
    expect(html.length).toBeLessThan(5 * MEGABYTE);
    expect(/\d{4} more releases/u.test(textOf(html))).toBe(true);
    const ids = new Set(attributesOf(html, 'id'));
    for (const n of ['0', '2499', '2500', '4999']) expect(ids.has(`release-3.0.${n}`)).toBe(true);
    expect(danglingOf(html)).toEqual([]);
  });

  it('of 100,000 releases shows a thousand, and of releases with much to say fewer', () => {
    const shown = (html: string) => attributesOf(html, 'id').filter((id) => id.startsWith('release-')).length;
    expect(shown(htmlOf(longReport(100_000, 1_000)))).toBeLessThanOrEqual(1_000);
    const long = longReport(1_000, 1);
    const rows = long.run.answer.rows.map((row) => ({ ...row, reason: '<'.repeat(2_000) }));
    const html = htmlOf(
      withRows(rows, { ...long, run: { ...long.run, answer: { ...long.run.answer, rows } } }),
    );
    expect(html.length).toBeLessThan(5 * MEGABYTE);
    expect(shown(html)).toBeGreaterThan(100);
  });

  it('of 5,000 releases and as many steps that all asked for all of them stays below five megabytes', () => {
    const long = longReport(5_000, 1);
    const rounds = long.run.answer.rows.map(({ version }) => ({ version, count: 1 }));
    const steps = Array.from({ length: 5_000 }, () => ({ atMs: 1, why: 'middle' as const, rounds }));
    const html = htmlOf({ ...long, run: { ...long.run, paths: [steps] } });
    expect(html.length).toBeLessThan(5 * MEGABYTE);
    expect(danglingOf(html)).toEqual([]);
  });

  it('of a scan with 2,000 changes stays below five megabytes', () => {
    const [good, bad] = [ROWS[2], ROWS[3]] as [Row, Row];
    const rows = Array.from({ length: 4_000 }, (_, index) => ({
      ...(index % 2 === 0 ? good : bad),
      version: `3.0.${index}`,
    }));
    const [pair] = sampleReport.comparisons as [Comparison];
    const comparisons = Array.from({ length: 2_000 }, (_, index) => ({
      ...pair,
      good: `3.0.${index * 2}`,
      bad: `3.0.${index * 2 + 1}`,
    }));
    const html = htmlOf(withRows(rows, { comparisons }));
    expect(html.length).toBeLessThan(5 * MEGABYTE);
    expect(danglingOf(html)).toEqual([]);
    expect(textOf(html)).toContain('… 1,988 more comparisons are left out of this page.');
  });

  it('cuts ten megabytes of one line and says so, wherever they stand', () => {
    const html = htmlOf(hostileReport('x'.repeat(10 * MEGABYTE)));
    expect(html.length).toBeLessThan(2 * MEGABYTE);
    expect(html).toContain('… (10,483,760 more characters)');
  });
});
