import { describe, expect, it } from 'vitest';
import { reproduceLine } from '../../src/report/carried-file.js';
import { wrongOf } from '../../src/report/prose.js';
import { annotationOf, withoutCommands } from '../../src/report/github.js';
import { sentenceOf } from '../../src/report/sentence.js';
import { titleOf } from '../../src/report/title.js';
import { hostileReport, reportWith, sampleReport, sampleRun } from '../helpers/reports.js';

/** As the runner reads a line (actions/runner, ActionCommand.cs). */
function commandIn(line: string) {
  const parsed = /^::(\S+) ([^]*?)::([^]*)$/.exec(line);
  if (!parsed) throw new Error(`no command: ${line}`);
  const [, level, properties = '', data = ''] = parsed;
  const unescaped = (text: string) =>
    text
      .replaceAll('%0D', '\r')
      .replaceAll('%0A', '\n')
      .replaceAll('%3A', ':')
      .replaceAll('%2C', ',')
      .replaceAll('%25', '%');
  const pairs = properties
    .split(',')
    .map((pair) => pair.split('=', 1).concat(unescaped(pair.slice(pair.indexOf('=') + 1))));
  return { level, properties: Object.fromEntries(pairs) as Record<string, string>, message: unescaped(data) };
}

describe('the annotation of a job', () => {
  it('warns of a regression: what it is, since when, and how to see it', () => {
    const { level, properties, message } = commandIn(annotationOf(sampleReport));
    expect(level).toBe('warning');
    expect(properties).toEqual({ title: titleOf(sampleReport) });
    expect(message.split('\n')).toEqual([
      sentenceOf(sampleRun.answer),
      wrongOf(sampleReport),
      `Reproduce: ${reproduceLine(sampleRun)}`,
      'Report: mcp-bisect report 7f3a01',
    ]);
  });

  it('is a notice where nothing is broken', () => {
    const rows = sampleRun.answer.rows.slice(0, 3);
    const report = reportWith({}, { rows, outcome: 'ends-agree', changes: [] });
    const { level, properties, message } = commandIn(annotationOf(report));
    expect([level, properties['title']]).toEqual([
      'notice',
      'Claude Code: GET listening stream answered with 404',
    ]);
    expect(message).not.toContain(wrongOf(report));
  });

  it('is an error where there is no answer', () => {
    expect(commandIn(annotationOf(reportWith({}, { outcome: 'inconclusive', changes: [] }))).level).toBe(
      'error',
    );
  });

  it('is one line and one command whatever a client wrote', () => {
    const line = annotationOf(hostileReport());
    // oxlint-disable-next-line no-control-regex
    expect(line).not.toMatch(/[\u0000-\u001F\u007F-\u009F\u202A-\u202E]/);
    expect(Object.keys(commandIn(line).properties)).toEqual(['title']);
  });

  it('says a percent sign, a comma and a colon as they were', () => {
    const said = 'of: 50 %0A, file=x::y';
    const line = annotationOf(reportWith({ scenario: { ...sampleRun.scenario, title: said } }));
    expect(commandIn(line).properties).toEqual({ title: `Claude Code 2.1.147 broke: ${said}` });
    expect(commandIn(line).message).toContain(said);
  });

  it('is no longer than the runner takes, whole at its end', () => {
    const { message, properties } = commandIn(annotationOf(hostileReport('😀'.repeat(5_000_000))));
    expect(message.length).toBeLessThanOrEqual(4096);
    expect(properties['title']?.length).toBeLessThan(256);
    expect(message).toContain('Report: mcp-bisect report 7f3a01');
    expect(message).not.toMatch(/\p{Cs}/u);
  });
});

describe('text in which no command is heeded', () => {
  it('is between a stop and its end, on lines of its own', () => {
    expect(withoutCommands('one\n::error::two', 'a1b2')).toBe(
      '::stop-commands::a1b2\none\n::error::two\n::a1b2::',
    );
  });
});
