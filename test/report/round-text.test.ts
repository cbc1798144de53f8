import { createColors } from 'picocolors';
import { describe, expect, it } from 'vitest';
import { claudeCode } from '../../src/clients/claude-code.js';
import {
  evidenceOf,
  healthText,
  readHealth,
  recordedText,
  type Health,
} from '../../src/report/round-text.js';
import type { HealthCheck } from '../../src/clients/client.js';
import { getStream404 } from '../../src/scenarios/get-stream-404.js';
import { judgeRelease } from '../../src/verdict/judge.js';
import { journalOf, observationOf } from '../helpers/observations.js';

const TOOL = 'mcp__gateway__lookup_ticket';
const WELL = `I N L> GET:405 L< model(Bash,${TOOL}) C model(Bash,${TOOL})=TICKET-4711_is_open`;

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
    expect(recordedText(rounds)).toBe('3 rounds: 1 good, 2 bad; the newest of 2026-11-22 23:45 UTC');
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

const check = claudeCode.healthCheck as HealthCheck;
const said = (text: string) => ({ text, bytes: text.length, capped: false });
const CONNECTED = said('gateway: http://127.0.0.1:1/mcp (HTTP) - ✓ Connected\n');

const health = (changes: Partial<Health> = {}): Health => ({
  command: 'claude mcp list',
  said: 'connected',
  asked: ['initialize', 'GET'],
  fault: null,
  ...changes,
});

describe('a health check is read as', () => {
  it('what the client said, and each kind of request that the gateway saw, once and in order', () => {
    const journal = journalOf('META:404 D I N GET I N GET model');
    const seen = observationOf('health-check', { journal, stdout: CONNECTED });
    expect(readHealth(seen, check, 'gateway')).toEqual({
      command: 'claude mcp list',
      said: 'connected',
      asked: [
        'GET /.well-known/oauth-protected-resource',
        'server/discover',
        'initialize',
        'notifications/initialized',
        'GET',
      ],
      fault: null,
    });
  });

  it('nothing said where our own side failed, whatever was printed until then', () => {
    const seen = observationOf('health-check', { stdout: CONNECTED, fault: 'interrupted' });
    expect(readHealth(seen, check, 'gateway')).toMatchObject({ said: 'unknown', fault: 'interrupted' });
  });
});

describe('a health check that could not be started', () => {
  it('is read as not run, and says why', () => {
    const reading = readHealth({ fault: 'the room broke' }, check, 'gateway');
    expect(reading).toEqual({ command: check.command, said: 'unknown', asked: [], fault: 'the room broke' });
    expect(healthText(reading, { verdict: 'bad' })).toBe(
      'health check (claude mcp list): not run: the room broke',
    );
  });
});

describe('in words, it', () => {
  it.each([
    [
      'does not show the failure of a bad release, and what it leaves out',
      health(),
      'bad',
      'connected; it asked only initialize, GET: it does not show this failure; it never lists the tools',
    ],
    [
      'does not show it though it lists the tools',
      health({ asked: ['initialize', 'tools/list'] }),
      'bad',
      'connected; it asked only initialize, tools/list: it does not show this failure',
    ],
    [
      'is right of a good release',
      health(),
      'good',
      'connected; it asked only initialize, GET: it never lists the tools',
    ],
    [
      'shows that something is wrong',
      health({ said: 'failed' }),
      'bad',
      'failed; it asked only initialize, GET: it never lists the tools',
    ],
    [
      'did not say',
      health({ said: 'unknown', asked: [] }),
      'skip',
      'did not say; it asked the gateway nothing',
    ],
    ['was not run', health({ fault: 'the host\nended' }), 'bad', 'not run: the host ended'],
  ] as const)('%s', (_, reading, verdict, text) => {
    expect(healthText(reading, { verdict })).toBe(`health check (claude mcp list): ${text}`);
  });

  it('repeats nothing of a client that could act on a terminal', () => {
    const text = healthText(health({ asked: ['\u001b[2Jtools\u202e/x'] }), { verdict: 'good' });
    expect(text).toContain('it asked only tools/x');
  });
});
