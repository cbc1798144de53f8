import { createColors } from 'picocolors';
import { describe, expect, it } from 'vitest';
import { claudeCode } from '../../src/clients/claude-code.js';
import { evidenceOf } from '../../src/report/evidence.js';
import type { Health } from '../../src/report/health.js';
import { getStream404 } from '../../src/scenarios/get-stream-404.js';
import { judgeRelease } from '../../src/verdict.js';
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
    const journal = evidence();
    const from = journal.findIndex((line) => line.includes('404 before tools: fail'));
    expect(journal.slice(from + 1, from + 11).map((line) => line.replace(/^ +\d+ ms +/, ''))).toEqual([
      'gateway  → POST initialize',
      'gateway  ← POST initialize  200',
      'gateway  → POST notifications/initialized',
      'gateway  ← POST notifications/initialized  200',
      'gateway  → POST tools/list',
      'gateway  → GET /mcp',
      'gateway  ← GET /mcp  404',
      'gateway  ✗ POST tools/list  closed by the client',
      'model    → POST /v1/messages  1 tools, none of the gateway',
      'model    ← POST /v1/messages  200',
    ]);
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
