import { createColors } from 'picocolors';
import { describe, expect, it } from 'vitest';
import { releaseText } from '../../src/report/release-text.js';
import { hostileReport, sampleReport } from '../helpers/reports.js';

describe('the evidence of a release in a report', () => {
  const shown = (version: string, report = sampleReport) =>
    report.releases
      .filter((release) => release.version === version)
      .map((release) => releaseText(release, createColors(false)))
      .join('\n');

  it('is laid out as that of a probe', () => {
    expect(shown('2.1.147').split('\n').slice(0, 13)).toEqual([
      '2.1.147  first broken  404 before tools: tools lost',
      '  404 before tools: fail (tools lost); exited with code 0 after 730 ms',
      '        12 ms  client → gateway  POST initialize',
      '        14 ms  gateway → client  200  to POST initialize; issues session 1  session 1',
      '        20 ms  client → gateway  POST tools/list  session 1',
      '        22 ms  client → gateway  GET  session 1',
      '        23 ms  gateway → client  404  to GET; held 1 ms  session 1',
      '        29 ms  client → gateway  closed by the client  POST tools/list  session 1',
      '        61 ms  client → model    POST /v1/messages  26 tools',
      '        63 ms  model → client    200  to POST /v1/messages',
      '    the client logged that it took the 404 for an expired session, closed its transport',
      '    log: [ERROR] MCP server "gateway" Failed to fetch tools: Not connected',
      '  GET 405 (control): pass (tool called, result returned, no reconnect); ended by us, its arm being settled after 640 ms',
    ]);
  });

  it('has the output of a command that judged, and what the client logged of the server, bounded', () => {
    const release = sampleReport.releases.find(({ version }) => version === '2.1.147');
    const [arm] = release?.arms ?? [];
    if (!release || !arm) throw new Error('the sample has changed');
    const log = Array.from({ length: 30 }, (_, index) => `line ${index}`);
    const told = { ...release, arms: [{ ...arm, stdout: 'expected 3\n\u001B[31mgot 0', log }] };
    const lines = releaseText(told, createColors(false)).split('\n');
    expect(lines).toContain('    stdout: expected 3 got 0');
    expect(lines.filter((line) => line.startsWith('    log: '))).toHaveLength(21);
    expect(lines.at(-1)).toBe('    log: … 10 more');
  });

  it('is one line of a release that could not be run', () => {
    expect(shown('2.1.149')).toBe('2.1.149  untestable  the client did not start');
  });

  it('lets nothing act that a client wrote, and begins no line with it', () => {
    const text = shown('2.1.147', hostileReport());
    // oxlint-disable-next-line no-control-regex
    expect(text).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202A-\u202E]/);
    expect(
      text
        .split('\n')
        .filter(
          (line) => !/^(2\.1\.147 | {2}\S| {4,}(\d+ ms|stderr:|stdout:|log:|the client|[┌│└]))/.test(line),
        ),
    ).toEqual([]);
  });
});
