/** Every built-in scenario: one file and one line each. */
import { BisectError } from '../errors.js';
import { bearerStaticHeaders } from './bearer-static-headers.js';
import { discoverFallback } from './discover-fallback.js';
import { get405 } from './get-405.js';
import { getSseCloses } from './get-sse-closes.js';
import { getStream404 } from './get-stream-404.js';
import { modernDiscover } from './modern-discover.js';
import type { Scenario } from './scenario.js';
import { sessionExpired, sessionExpiredPlain } from './session-expired.js';
import { slowInitialize } from './slow-initialize.js';
import { stdioStrayLine } from './stdio-stray-line.js';

export const scenarios: readonly Scenario[] = [
  getStream404,
  get405,
  getSseCloses,
  sessionExpired,
  sessionExpiredPlain,
  slowInitialize,
  bearerStaticHeaders,
  modernDiscover,
  discoverFallback,
  stdioStrayLine,
];

/**
 * The scenario with this id.
 * @throws BisectError `UNKNOWN_SCENARIO`
 */
export function scenarioById(id: string): Scenario {
  const scenario = scenarios.find((known) => known.id === id);
  if (scenario) return scenario;
  throw new BisectError('UNKNOWN_SCENARIO', `unknown scenario "${id}"`, {
    hint: `choose one of ${scenarios.map((known) => known.id).join(', ')}, or name a file, such as ./${id}.mjs`,
    facts: { scenario: id },
  });
}
