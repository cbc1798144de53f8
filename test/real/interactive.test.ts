import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { beforeAll, describe, expect, it } from 'vitest';
import type { JournalEntry } from '../../src/fixture/journal.js';
import { bin } from '../helpers/cli.js';

/** The reported regression as its users see it, at a terminal, on the releases that npm serves. */

const root = fileURLToPath(new URL('../..', import.meta.url));

async function toolJson(...args: string[]) {
  const argv = [bin, ...args, '--mode', 'interactive', '--json', '--quiet'];
  const { exitCode, stdout } = await execa(process.execPath, argv, { cwd: root, reject: false });
  return { code: exitCode, document: JSON.parse(stdout) };
}

interface Probe {
  readonly version: string;
  readonly verdict: string;
  readonly reason: string;
  readonly findings: readonly { readonly arm: string; readonly symptoms: readonly string[] }[];
  readonly observations: readonly {
    readonly arm: string;
    readonly exit: { readonly kind: string };
    readonly screen: readonly string[];
    readonly journal: readonly JournalEntry[];
  }[];
  readonly health: { readonly said: string; readonly asked: readonly string[] };
}

/** How often the client initialized anew, by arm; of an arm that was repeated, the last time. */
function reinitialized({ observations }: Probe): Record<string, number> {
  const counts = observations.map(({ arm, journal }) => {
    const all = journal.filter(({ kind, rpc }) => kind === 'request' && rpc === 'initialize');
    return [arm, all.length - 1];
  });
  return Object.fromEntries(counts);
}

describe('at a terminal', () => {
  let good: Probe;
  let bad: Probe;
  let latest: Probe;
  beforeAll(async () => {
    const { document } = await toolJson('probe', '2.1.146', '2.1.147', '2.1.330');
    [good, bad, latest] = document.probes;
  });

  it('2.1.147 goes round in circles, five times and more, and 2.1.146 never does', () => {
    expect(reinitialized(bad)['404-after-tools']).toBeGreaterThanOrEqual(5);
    const { symptoms = [] } = bad.findings.find(({ arm }) => arm === '404-after-tools') ?? {};
    expect(symptoms).toContain('reconnect-loop');
    expect(bad.reason).toMatch(
      /404 before tools: tools lost.* · 404 after tools: re-initialized \d+×, \d+ per second/,
    );
    expect(reinitialized(good)).toEqual({ control: 0, '404-before-tools': 0, '404-after-tools': 0 });
    expect(good).toMatchObject({ verdict: 'good', reason: 'tool called, result returned, no reconnect' });
  });

  it('a release of today is good as well', () => {
    expect(latest).toMatchObject({ verdict: 'good', reason: 'tool called, result returned, no reconnect' });
  });

  it('every client was at its prompt, past all dialogs, until we ended it', () => {
    for (const { version, observations } of [good, bad, latest])
      for (const { exit, screen } of observations) {
        expect(exit).toEqual({ kind: 'ended' });
        expect(screen.join('\n')).toContain(`Claude Code v${version}`);
        expect(screen.join('\n')).toMatch(/^❯ Call the tool lookup_ticket/m);
        expect(screen.join('\n')).toContain('The ticket is open.');
      }
  });

  it('mcp list says connected on both sides of the boundary, and asks nothing that could tell them apart', () => {
    for (const { health } of [good, bad])
      expect(health).toMatchObject({
        said: 'connected',
        asked: ['initialize', 'notifications/initialized', 'GET'],
      });
  });
});

describe('eras of the terminal', () => {
  it.concurrent.each(['2.0.50', '2.1.50', '2.1.112', '2.1.152'])('%s gives a verdict', async (version) => {
    const { document } = await toolJson('probe', version);
    expect(document.probes[0]).toMatchObject({ version, verdict: version === '2.1.152' ? 'bad' : 'good' });
  });
});
