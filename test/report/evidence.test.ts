import { createColors } from 'picocolors';
import { describe, expect, it } from 'vitest';
import { claudeCode } from '../../src/clients/claude-code.js';
import { evidenceOf } from '../../src/report/evidence.js';
import { getStream404 } from '../../src/scenarios/get-stream-404.js';
import { judgeRelease } from '../../src/verdict.js';
import { journalOf, observationOf } from '../helpers/observations.js';

const TOOL = 'mcp__gateway__lookup_ticket';
const WELL = `I N L> GET:405 L< model(Bash,${TOOL}) C model(Bash,${TOOL})=TICKET-4711_is_open`;
const LOG =
  '2026-05-22 [DEBUG] MCP server "gateway": MCP session expired (server returned 404), triggering reconnection';

function evidence(changes: Parameters<typeof observationOf>[1] = {}) {
  const observations = [
    observationOf('control', { journal: journalOf(WELL) }),
    observationOf('404-before-tools', { journal: journalOf('I N L> GET:404 L! model(Bash)'), ...changes }),
    observationOf('404-after-tools', { journal: journalOf(WELL.replace('405', '404')) }),
  ];
  const judgement = judgeRelease('2.1.147', observations, getStream404, claudeCode);
  return evidenceOf('2.1.147', judgement, observations, claudeCode, createColors(false)).split('\n');
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

  it('shows a failure of our own as no run', () => {
    const lines = evidence({ fault: 'the fixture host ended (SIGKILL)' });
    expect(lines[0]).toBe('2.1.147  skip  the fixture host ended (SIGKILL)');
    expect(lines.some((line) => line.includes('no run: the fixture host ended'))).toBe(true);
  });
});
