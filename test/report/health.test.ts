import { describe, expect, it } from 'vitest';
import { claudeCode } from '../../src/clients/claude-code.js';
import type { HealthCheck } from '../../src/clients/client.js';
import { healthText, readHealth, type Health } from '../../src/report/health.js';
import { journalOf, observationOf } from '../helpers/observations.js';

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
