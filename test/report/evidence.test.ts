import { createColors } from 'picocolors';
import { describe, expect, it } from 'vitest';
import { claudeCode } from '../../src/clients/claude-code.js';
import { evidenceOf, recordedText } from '../../src/report/evidence.js';
import type { Health } from '../../src/report/health.js';
import { getStream404 } from '../../src/scenarios/get-stream-404.js';
import { judgeRelease } from '../../src/verdict/judge.js';
import { journalOf, observationOf } from '../helpers/observations.js';

const TOOL = 'mcp__gateway__lookup_ticket';
const WELL = `I N L> GET:405 L< model(Bash,${TOOL}) C model(Bash,${TOOL})=TICKET-4711_is_open`;
const LOG =
  '2026-05-22 [DEBUG] MCP server "gateway": MCP session expired (server returned 404), triggering reconnection';

function evidence(
  changes: Parameters<typeof observationOf>[1] = {},
  more: { readonly health?: Health; readonly screens?: boolean } = {},
) {
  const observations = [
    observationOf('control', { journal: journalOf(WELL) }),
    observationOf('404-before-tools', { journal: journalOf('I N L> GET:404 L! model(Bash)'), ...changes }),
    observationOf('404-after-tools', { journal: journalOf(WELL.replace('405', '404')) }),
  ];
  const judgement = judgeRelease('2.1.147', observations, getStream404, claudeCode);
  const { health, screens } = more;
  const shown = { version: '2.1.147', judgement, observations, health };
  return evidenceOf(shown, claudeCode, createColors(false), screens).split('\n');
}

describe('the evidence of a probe', () => {
  it('begins with the verdict, and names each arm with its finding and its end', () => {
    const lines = evidence();
    expect(lines[0]).toBe('2.1.147  bad  404 before tools: tools lost');
    expect(lines).toContain('  404 before tools: fail (tools lost); exited with code 0 after 500 ms');
  });

  it('shows what was asked and answered in order, and what the client closed itself', () => {
    const lines = evidence();
    const from = lines.findIndex((line) => line.includes('404 before tools: fail'));
    expect(lines.slice(from + 1, from + 11)).toEqual([
      '         0 ms  client → gateway  POST initialize',
      '         0 ms  gateway → client  200  to POST initialize',
      '        20 ms  client → gateway  POST notifications/initialized',
      '        20 ms  gateway → client  200  to POST notifications/initialized',
      '        40 ms  client → gateway  POST tools/list',
      '        50 ms  client → gateway  GET /mcp',
      '        50 ms  gateway → client  404  to GET /mcp',
      '        70 ms  client → gateway  closed by the client  POST tools/list',
      '        80 ms  client → model    POST /v1/messages  1 tool, none of the gateway',
      '        80 ms  model → client    200  to POST /v1/messages',
    ]);
  });

  it('numbers the sessions of the gateway', () => {
    const lines = evidence({ journal: journalOf('I N L@1 I L@2') });
    expect(lines.filter((line) => /tools\/list {2}session/.test(line))).toEqual([
      expect.stringMatching(/client → gateway {2}POST tools\/list {2}session 1$/),
      expect.stringMatching(/gateway → client {2}200 {2}to POST tools\/list {2}session 1$/),
      expect.stringMatching(/client → gateway {2}POST tools\/list {2}session 2$/),
      expect.stringMatching(/gateway → client {2}200 {2}to POST tools\/list {2}session 2$/),
    ]);
  });

  it('shows so many events of an arm, and counts the others, also those that were not recorded', () => {
    const lines = evidence({ journal: journalOf('GET '.repeat(40)), journalOmitted: 7 });
    expect(lines).toContain('    … 27 more');
    expect(lines.filter((line) => line.endsWith('client → gateway  GET /mcp'))).toHaveLength(30 + 2);
  });

  it('shows what the client complained of, in one line', () => {
    const text = 'panic:\n\u001B[31mred\u001B[0m';
    expect(evidence({ stderr: { text, bytes: text.length, capped: false } })).toContain(
      '    stderr: panic: red',
    );
  });

  it('is coloured where colours are: an answer that refuses is not one that ended before its time', () => {
    const shown = {
      version: '2.1.147',
      judgement: { verdict: 'bad', reason: '', cause: null, findings: [], runs: 1 } as const,
      observations: [observationOf('control', { journal: journalOf('L> GET:404 L! model') })],
    };
    const text = evidenceOf(shown, claudeCode, createColors(true));
    expect(text).toContain('\u001B[33m404\u001B[39m');
    expect(text).toContain('\u001B[31mclosed by the client\u001B[39m');
    expect(text).toContain('client → gateway  POST tools/list\n');
  });

  it('says what the client itself logged of it', () => {
    const lines = evidence({ debugLog: { text: LOG, bytes: LOG.length, capped: false } });
    expect(lines).toContain('    the client logged that it took the 404 for an expired session');
  });

  it('says when output was capped', () => {
    const lines = evidence({ stdout: { text: 'xxx', bytes: 5_000_000, capped: true } });
    expect(lines).toContain('    stdout: 5000000 bytes, the first 3 characters kept');
  });

  it('ends with what the client’s own health check says', () => {
    const asked = ['initialize', 'GET'];
    const health = { command: 'claude mcp list', said: 'connected', asked, fault: null } as const;
    expect(evidence({}, { health }).at(-1)).toBe(
      '  health check (claude mcp list): connected; it asked only initialize, GET: it does not show this failure; it never lists the tools',
    );
  });

  it('shows the screen of a terminal when asked to, framed, and nothing on it can act', () => {
    const screen = ['  ❯ ask', '', '\u001b[31mred\u001b[0m\u202eevil\u0007', 'a\tb'];
    const frame = [
      '    ┌ the screen at the end',
      '    │   ❯ ask',
      '    │',
      '    │ redevil',
      '    │ a b',
      '    └',
    ];
    const lines = evidence({ screen }, { screens: true });
    expect(lines.slice(lines.indexOf(frame[0] ?? '')).slice(0, frame.length)).toEqual(frame);
    expect(evidence({ screen }).join('\n')).not.toContain('the screen at the end');
    expect(evidence({ screen: null }, { screens: true }).join('\n')).not.toContain('the screen at the end');
  });

  it('gives the finding to the last run of an arm, and of one that was repeated says so', () => {
    const exit = { kind: 'timeout', afterMs: 300 } as const;
    const observations = [
      observationOf('control', { journal: journalOf(WELL) }),
      observationOf('404-before-tools', { journal: journalOf('I N'), exit }),
      observationOf('404-after-tools', { journal: journalOf(WELL.replace('405', '404')) }),
      observationOf('404-before-tools', { journal: journalOf(WELL.replace('405', '404')) }),
    ];
    const judgement = judgeRelease('2.1.147', observations, getStream404, claudeCode);
    const shown = { version: '2.1.147', judgement, observations };
    const titles = evidenceOf(shown, claudeCode, createColors(false))
      .split('\n')
      .filter((line) => line.startsWith('  404 before tools'));
    expect(titles).toEqual([
      '  404 before tools: run again, see below; ended at the time limit after 500 ms',
      expect.stringMatching(/^ {2}404 before tools: pass \(.*\); exited with code 0 after 500 ms$/),
    ]);
  });

  it('shows a failure of our own as no run', () => {
    const lines = evidence({ fault: 'the fixture host ended (SIGKILL)' });
    expect(lines[0]).toBe('2.1.147  skip  the fixture host ended (SIGKILL)');
    expect(lines.some((line) => line.includes('no run: the fixture host ended'))).toBe(true);
  });
});

describe('what the ledger holds of a release', () => {
  const round = (verdict: 'good' | 'bad' | 'skip', startedAt: string) => ({
    judgement: { verdict },
    observations: [{ startedAt }],
  });

  it('is counted by verdict, with the time of the newest round', () => {
    const rounds = [
      round('bad', '2026-11-21T10:00:00.000Z'),
      round('good', '2026-11-22T23:45:10.000Z'),
      round('bad', '2026-11-22T09:00:00.000Z'),
    ];
    expect(recordedText(rounds)).toBe('3 rounds: 2 bad, 1 good; the newest of 2026-11-22 23:45 UTC');
  });

  it('is one round where it is one', () => {
    expect(recordedText([round('good', '2026-11-22T23:45:10.000Z')])).toBe(
      '1 round: 1 good; of 2026-11-22 23:45 UTC',
    );
  });

  it('may be nothing, or rounds without a run', () => {
    expect(recordedText([])).toBe('0 rounds');
    expect(recordedText([{ judgement: { verdict: 'skip' }, observations: [] }])).toBe('1 round: 1 skip');
  });
});
