import { describe, expect, it } from 'vitest';
import { claudeCode } from '../../src/clients/claude-code.js';
import { answerDocument } from '../../src/report/json.js';
import { jsonText } from '../../src/report/text.js';
import { reportDocument } from '../../src/report/report-document.js';
import { reportOf } from '../../src/report/report.js';
import { keptRun } from '../helpers/kept-runs.js';
import { sampleReport } from '../helpers/reports.js';
import { asked, FIX } from './asked.js';

const on = async (answer: ReturnType<typeof asked>) => ({ ...keptRun(), answer: await answer });

describe('the document of a report', () => {
  it('has the fields of the contract of a run, with the same values', async () => {
    const run = await on(asked(['good', 'good', 'bad']));
    const facts = { ...run, scenario: 'get-stream-404', arms: null };
    const { searches: _, changeLinks: __, ...contract } = answerDocument(run.answer, facts);
    expect(reportDocument(reportOf(run, claudeCode))).toMatchObject(contract);
    expect(contract).toMatchObject({ schema: 1, lastGood: '1.0.1', firstBad: '1.0.2' });
  });

  it('names a fix as the contract does', async () => {
    const document = reportDocument(reportOf(await on(asked(['bad', 'bad', 'good'], FIX)), claudeCode));
    expect(document).toMatchObject({ direction: 'fix', lastBad: '1.0.1', firstGood: '1.0.2' });
  });

  it('says nothing of the scenario but its servers where a command judged', () => {
    const { about } = reportDocument(reportOf(keptRun({ oracle: './check.sh' }), claudeCode));
    expect(about).toMatchObject({
      scenario: { server: 'gateway', issue: '', spec: '', tool: '', prompt: '' },
    });
  });

  it('is JSON: it comes back as it was', () => {
    const document = reportDocument(sampleReport);
    expect(JSON.parse(jsonText(document))).toEqual(document);
    expect(jsonText(document)).toMatch(/\}\n$/);
  });
});
