import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fileInReport, notesOnFile } from '../../src/report/carried-file.js';
import { htmlOf } from '../../src/report/report-page.js';
import { markdownOf } from '../../src/report/issue.js';
import { reportDocument } from '../../src/report/json.js';
import type { Report } from '../../src/report/report.js';
import { HOSTILE, hostileReport, sampleReport } from '../helpers/reports.js';

const withText = (text: string, report: Report = sampleReport, imports: readonly string[] = []): Report => ({
  ...report,
  run: { ...report.run, scenario: { ...report.run.scenario, file: { name: 'own.mjs', text, imports } } },
});

/** What a program may have in it that means something in Markdown or HTML. */
const PIECES = [
  '`',
  '```',
  '````js evil.mjs',
  '~~~',
  '\n',
  '</code></pre>',
  '<pre data-file="evil.mjs">',
  '&lt;',
  '"',
  'x',
  ' ',
];
const program = fc.array(fc.constantFrom(...PIECES), { maxLength: 12 }).map((parts) => `${parts.join('')}\n`);

describe('the file of a scenario', () => {
  it.each([
    ['Markdown', (report: Report) => markdownOf(report)],
    ['Markdown that went through an issue', (report: Report) => markdownOf(report).replaceAll('\n', '\r\n')],
    ['a page', (report: Report) => htmlOf(report)],
    ['JSON', (report: Report) => JSON.stringify(reportDocument(report))],
  ])('is found again as it was in %s, whatever it holds and whatever clients wrote', (_, written) => {
    const hostile = hostileReport(
      `${HOSTILE}\n\`\`\`js evil.mjs\nevil\n\`\`\`\n<pre data-file="evil.mjs"><code>`,
    );
    fc.assert(
      fc.property(program, (text) => {
        expect(fileInReport(written(withText(text, hostile)))).toMatchObject({ name: 'own.mjs', text });
      }),
      { numRuns: 10 },
    );
    expect(fileInReport(written(hostile))).toBeUndefined();
  });

  it('comes out of a page that a browser saved', () => {
    const saved = htmlOf(withText(`'a' "b" <c>\n`)).replaceAll('&quot;', '"').replaceAll('&#39;', "'");
    expect(fileInReport(saved)?.text).toBe(`'a' "b" <c>\n`);
  });

  it.each(['../own.mjs', '.mjs', 'own.sh', 'a b.mjs', '-x/../own.mjs'])(
    'is none under the name %s',
    (name) => {
      const file = { name, text: 'x\n' };
      expect(fileInReport(JSON.stringify({ about: { scenario: { file } } }))).toBeUndefined();
      expect(fileInReport(`\`\`\`js ${name}\nx\n\`\`\``)).toBeUndefined();
    },
  );

  it('is written back by the line that reproduces, under the name of the report', () => {
    expect(markdownOf(withText('x\n'), { name: 'bug.md' })).toContain(
      'mcp-bisect report --from bug.md --scenario-file && mcp-bisect run ',
    );
    expect(markdownOf(sampleReport)).not.toContain('--scenario-file');
  });

  it('is left out whole where it is too long, which is said', () => {
    const long = withText('x'.repeat(32_001));
    for (const text of [markdownOf(long), htmlOf(long)]) {
      expect(text).toContain('32,001 characters, too many for this report');
      expect(text).not.toContain('--scenario-file &');
      expect(fileInReport(text)).toBeUndefined();
    }
    // Where there is less room than usual the line does not name what is not there.
    expect(markdownOf(withText('x'.repeat(32_000)), { maxChars: 8_000 })).not.toContain('--scenario-file');
  });

  it('is somebody else’s program, which is said with what else to know', () => {
    expect(notesOnFile(sampleReport.run)).toEqual([]);
    expect(
      notesOnFile(withText("const token = 'redacted-1';", sampleReport, ['./shared.mjs', 'left-pad']).run),
    ).toEqual([
      expect.stringContaining('outside the sealed room: read it first'),
      'It imports ./shared.mjs and left-pad, which a report does not hold: without that it does not run.',
      expect.stringContaining('has a stand-in'),
    ]);
  });
});
