import { describe, expect, it } from 'vitest';
import { drawnRows } from '../../../src/report/html/timeline-row.js';
import { timelineOf } from '../../../src/report/html/timeline.js';
import type { ReportRow } from '../../../src/report/report.js';
import { sampleReport } from '../../helpers/reports.js';
import { longReport } from './long-report.js';
import { textOf } from './page.js';

const html = timelineOf(sampleReport).toString();

/** The item of a release, from its start to the start of the next one. */
function itemOf(version: string, page = html): string {
  return page.split('<li class="release').find((item) => item.includes(`id="release-${version}"`)) ?? '';
}
const summaryOf = (version: string, page = html) =>
  textOf(itemOf(version, page).split('</summary>')[0]?.split('<summary>')[1] ?? '').replaceAll('\n', ' ');

const withRow = (version: string, more: Partial<ReportRow>) =>
  timelineOf({
    ...sampleReport,
    rows: sampleReport.rows.map((row) => (row.version === version ? { ...row, ...more } : row)),
  }).toString();

describe('the timeline', () => {
  it('tells of each release when it was published, how it came out, how that is known, and why', () => {
    expect(summaryOf('2.1.142')).toBe(
      '2.1.142 2026-05-15 02:50 works tested tool called, result returned, no reconnect sha512-21142V…6Zyw==',
    );
    expect(summaryOf('2.1.147')).toContain('first broken tested 4× 404 before tools: tools lost');
    expect(summaryOf('2.1.149')).toContain('untestable tested the client did not start');
  });

  it('claims no evidence for what was inferred', () => {
    expect(summaryOf('2.1.148')).toMatch(/^2\.1\.148 2026-05-22 02:50 broken inferred sha512/);
    expect(textOf(itemOf('2.1.148'))).toContain(
      'Not run: the nearest tested releases before and after it agree.',
    );
  });

  it('tells rounds apart where they disagree', () => {
    const flaky = withRow('2.1.150', { label: 'flaky', flaky: true, rounds: { good: 3, bad: 1, skip: 1 } });
    expect(summaryOf('2.1.150', flaky)).toContain('flaky tested 5×: 3 good, 1 bad, 1 skip');
  });

  it('says where a date is not known', () => {
    expect(summaryOf('2.1.142', withRow('2.1.142', { publishedAt: null }))).toContain(
      '2.1.142 date unknown works',
    );
  });

  it('has the first broken release open, and no other', () => {
    expect([...html.matchAll(/<details id="([^"]*)" open>/g)].map(([, id]) => id)).toEqual([
      'release-2.1.147',
    ]);
  });

  it('opens the arms that fail, and of a release that works the first that is no control', () => {
    const openArms = (version: string) =>
      [...itemOf(version).matchAll(/<details class="arm"( open)?>\n?<summary><h4><bdi>([^<]*)/g)].map(
        ([, open, title]) => `${title}${open ? ': open' : ''}`,
      );
    expect(openArms('2.1.147')).toEqual(['404 before tools: open', 'GET 405 (control)']);
    expect(openArms('2.1.146')).toEqual(['404 before tools: open', 'GET 405 (control)']);
  });

  it('gives the whole integrity and the way to the registry where a release opens', () => {
    const opened = textOf(itemOf('2.1.146').split('</summary>').slice(1).join(''));
    expect(opened).toContain('sha512-21146VZCBWaZbHPYXwvKqmCJ1Y2iPVrVSDGZTqbe0cGZ6Zyw==');
    expect(opened).toContain('https://www.npmjs.com/package/@anthropic-ai/claude-code/v/2.1.146');
    expect(opened).toContain('Rounds\n4 good');
  });

  it('names the versions that were never published, and counts them where they are many', () => {
    expect(textOf(html)).toContain('never published: 2.1.143, 2.1.144\n2.1.145');
    const unpublishedBefore = Array.from({ length: 30 }, (_, index) => `9.0.${index}`);
    expect(textOf(withRow('2.1.150', { unpublishedBefore }))).toContain('9.0.6, 9.0.7 and 22 more\n2.1.150');
  });

  it('folds long stretches of what was not run, and never a release that the answer names', () => {
    const long = timelineOf(longReport(31, 30)).toString();
    const stretches = [...long.matchAll(/<span class="range">([^<]*)<\/span> <span>([^<]*)/g)];
    expect(stretches.map(([, range, text]) => `${range}, ${text}`)).toEqual([
      '3.0.1 to 3.0.13, 13 releases: works, inferred',
      '3.0.16 to 3.0.29, 14 releases: broken, inferred',
    ]);
    expect(long.split('id="release-').length - 1).toBe(31);
  });

  it('draws what was inferred hollow and what was tested filled, in a shape for each result', () => {
    expect(itemOf('2.1.145')).toMatch(/^ good inferred"[^]*?href="#mark-good"/);
    expect(itemOf('2.1.147')).toMatch(/^ bad tested key"[^]*?href="#mark-bad"/);
    expect(itemOf('2.1.149')).toMatch(/^ doubt tested"[^]*?href="#mark-skip"/);
    expect(textOf(html)).toMatch(/^works\nbroken\nuntestable\nfilled: tested\nhollow: inferred/);
  });

  it('shows what a release logged of the server where the page compares it with none, and it does not pass', () => {
    const [logged] = sampleReport.releases.find(({ version }) => version === '2.1.150')?.arms ?? [];
    const line = logged?.log[0] ?? 'nothing';
    const drawn = (compared: readonly string[]) =>
      textOf(timelineOf(sampleReport, drawnRows(sampleReport, new Set(compared))));
    expect(drawn([]).split(line)).toHaveLength(3);
    expect(drawn(['2.1.147']).split(line)).toHaveLength(2);
  });

  it('shows what a release printed on stdout and on stderr', () => {
    const releases = sampleReport.releases.map((release) => ({
      ...release,
      arms: release.arms.map((arm) => ({ ...arm, stdout: 'it is well', stderr: 'it is not' })),
    }));
    const text = textOf(timelineOf({ ...sampleReport, releases }));
    expect(text).toContain('Output\nit is well\nError output\nit is not');
  });
});
