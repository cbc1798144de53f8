import { describe, expect, it } from 'vitest';
import { answerDocument } from '../../src/report/json.js';
import { jsonText } from '../../src/report/text.js';
import { reportDocument } from '../../src/report/report-document.js';
import type { Report } from '../../src/report/report.js';
import { sampleReport } from '../helpers/reports.js';
import { asked, FIX } from './asked.js';

describe('the document of a report', () => {
  it('has the fields of the contract of a run, with the same values', async () => {
    const answer = await asked(['good', 'good', 'bad']);
    const report: Report = {
      ...sampleReport,
      answer,
      changeLinks: [],
      lastGood: '1.0.1',
      firstBad: '1.0.2',
    };
    const { searches: _, ...contract } = answerDocument(answer, {
      client: 'claude-code',
      scenario: 'get-stream-404',
      platform: 'linux-x64',
      mode: 'headless',
      isolation: 'bwrap',
      oracle: null,
      arms: null,
      probed: report.probed,
      downloads: report.downloads,
      elapsedMs: report.elapsedMs,
    });
    expect(reportDocument(report)).toMatchObject(contract);
    expect(contract).toMatchObject({ schema: 1, lastGood: '1.0.1', firstBad: '1.0.2' });
  });

  it('names a fix as the contract does', async () => {
    const answer = await asked(['bad', 'bad', 'good'], FIX);
    const report: Report = { ...sampleReport, asked: 'fix', answer, lastGood: null, firstBad: null };
    expect(reportDocument(report)).toMatchObject({ direction: 'fix', lastBad: '1.0.1', firstGood: '1.0.2' });
  });

  it('has all that the report says beside it', () => {
    const document = reportDocument(sampleReport);
    expect(document).toMatchObject({
      kind: 'report',
      id: '7f3a01',
      startedAt: '2026-11-23T00:10:00.000Z',
      title: sampleReport.title,
      sentence: sampleReport.sentence,
      newestBad: '2.1.150',
      isRegression: 'yes',
      protocolVersion: '2025-11-25',
      comparisons: sampleReport.comparisons,
      releases: sampleReport.releases,
      path: sampleReport.path,
      environment: sampleReport.environment,
      configuration: sampleReport.configuration,
      reproduce: sampleReport.reproduce,
      warnings: [],
      about: {
        client: { title: 'Claude Code', package: '@anthropic-ai/claude-code' },
        scenario: { server: 'gateway' },
      },
    });
  });

  it('knows its mode', () => {
    expect(reportDocument({ ...sampleReport, mode: 'interactive' })['mode']).toBe('interactive');
  });

  it('is JSON: it comes back as it was', () => {
    const document = reportDocument(sampleReport);
    expect(JSON.parse(jsonText(document))).toEqual(document);
    expect(jsonText(document)).toMatch(/\}\n$/);
  });
});
