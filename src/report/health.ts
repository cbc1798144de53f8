/** What a client's own health check said, and what it asked before it said so. Values in, words out. */
import type { HealthCheck } from '../clients/client.js';
import type { JournalEntry } from '../fixture/journal.js';
import type { Observation } from '../probe/observation.js';
import type { Judgement } from '../verdict/round.js';
import { printable } from './text.js';

export interface Health {
  readonly command: string;
  readonly said: 'connected' | 'failed' | 'unknown';
  /** What the gateway was asked, each kind of request once, in order: JSON-RPC methods, and HTTP methods without one. */
  readonly asked: readonly string[];
  /** A failure of the tool's own side: the check was not run, or not to its end. */
  readonly fault: string | null;
}

/** A health check that could not even be started, and why. */
export interface NotRun {
  readonly fault: string;
}

/** Reads the observation of a health check: what it says of the server of that name. */
export function readHealth(
  seen: Observation | NotRun,
  { command, read }: Omit<HealthCheck, 'launch'>,
  server: string,
): Health {
  if (!('journal' in seen)) return { command, said: 'unknown', asked: [], fault: seen.fault };
  const requests = seen.journal.filter(({ kind, fixture }) => kind === 'request' && fixture === 'gateway');
  return {
    command,
    said: seen.fault === null ? read(seen.stdout.text, server) : 'unknown',
    asked: [...new Set(requests.map(requestName))],
    fault: seen.fault,
  };
}

/** Other paths than the endpoint's own are named: clients look for OAuth metadata there. */
function requestName({ rpc, method, path }: JournalEntry): string {
  return rpc ?? (path.split('?')[0] === '/mcp' ? method : `${method} ${path}`);
}

/** `health check (claude mcp list): connected; it asked only initialize, GET: it does not show this failure; it …` */
export function healthText(health: Health, { verdict }: Pick<Judgement, 'verdict'>): string {
  const name = `health check (${health.command})`;
  if (health.fault !== null) return `${name}: not run: ${printable(health.fault)}`;
  const said = { connected: 'connected', failed: 'failed', unknown: 'did not say' }[health.said];
  if (health.asked.length === 0) return `${name}: ${said}; it asked the gateway nothing`;
  const asked = health.asked.map(printable).join(', ');
  return `${name}: ${said}; it asked only ${asked}${blindness(health, verdict)}`;
}

/**
 * A check that is content with a release which fails is what misleads its users. That it never lists the tools is said
 * beside it and not as the reason: what fails may be something else.
 */
function blindness({ said, asked }: Health, verdict: Judgement['verdict']): string {
  const blind = said === 'connected' && verdict === 'bad';
  const remarks = [
    ...(blind ? ['it does not show this failure'] : []),
    ...(asked.includes('tools/list') ? [] : ['it never lists the tools']),
  ];
  return remarks.length > 0 ? `: ${remarks.join('; ')}` : '';
}
