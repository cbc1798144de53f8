import { describe, expect, it } from 'vitest';
import { messageOf } from '../../src/nightly/news.js';
import type { News } from '../../src/nightly/news.js';
import { markdownOf } from '../../src/report/issue.js';
import { sentenceOf } from '../../src/report/sentence.js';
import { titleOf } from '../../src/report/title.js';
import { sampleReport } from '../helpers/reports.js';
import { SUBJECT } from './setting.js';

const NEWS: News = {
  id: 'a1b2',
  kind: 'regression',
  about: null,
  change: {
    direction: 'regression',
    before: '2.1.146',
    after: '2.1.147',
    suspects: ['2.1.146-x'],
    isConfirmed: true,
  },
};
const WHEN = '2026-05-21T21:31:00.000Z';

/** With far more to say than an issue has room for. */
const LONG = {
  ...sampleReport,
  comparisons: sampleReport.comparisons.flatMap((comparison) =>
    Array.from({ length: 30 }, () => ({
      ...comparison,
      arms: Array.from({ length: 30 }, () => comparison.arms).flat(),
    })),
  ),
};

const message = (changes: Partial<News> = {}, report = sampleReport) =>
  messageOf({ ...NEWS, ...changes }, SUBJECT, report, { publishedAt: WHEN, timeDoubtful: false });

describe('the message on a change', () => {
  it('has the report and its title', () => {
    const { id, kind, subject, about, title, text } = message();
    expect({ id, kind, subject, about }).toEqual({
      id: 'a1b2',
      kind: 'regression',
      subject: SUBJECT.key,
      about: null,
    });
    expect(title).toBe('Claude Code 2.1.147 broke: GET listening stream answered with 404');
    expect(text).toContain('First broken: 2.1.147');
  });

  it('has for machines every field that the guide names, and the report', () => {
    const { document } = message({ about: 'ffee' });
    expect(document).toEqual({
      schema: 1,
      id: 'a1b2',
      kind: 'regression',
      direction: 'regression',
      about: 'ffee',
      client: 'claude-code',
      package: '@anthropic-ai/claude-code',
      scenario: 'get-stream-404',
      scenarioTitle: 'GET listening stream answered with 404',
      platform: 'linux-x64',
      mode: 'headless',
      before: '2.1.146',
      after: '2.1.147',
      publishedAt: WHEN,
      timeDoubtful: false,
      suspects: ['2.1.146-x'],
      title: titleOf(sampleReport),
      sentence: sentenceOf(sampleReport.run.answer),
      run: sampleReport.run.id,
      report: message().text,
    });
    expect(JSON.parse(JSON.stringify(document))).toEqual(document);
  });

  it('on a fix says so first', () => {
    const { text, document } = message({ kind: 'fix' });
    expect(text).toMatch(/^The nightly job finds this fixed\.\n\n/);
    expect(document['report']).toBe(message().text);
  });

  it('that corrects another one says so in its title, and before the report', () => {
    const { title, text, document } = message({ kind: 'correction' });
    expect(title).toBe(`Correction: ${titleOf(sampleReport)}`);
    expect(document['title']).toBe(title);
    expect(text).toMatch(/^What was reported here began in another release than was known then\.\n\n/);
  });

  it.each(['regression', 'fix', 'correction'] as const)(
    'fits into an issue, with what a channel adds: %s',
    (kind) => {
      const { text } = message({ kind }, LONG);
      expect(markdownOf(LONG, { maxChars: 1e6 }).length).toBeGreaterThan(70_000);
      expect(text.length).toBeLessThanOrEqual(65_000);
      expect(text.length).toBeGreaterThan(10_000);
    },
  );
});
