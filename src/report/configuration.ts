/** What a user of the client writes to meet such a server. Pure. */
import type { Client, LaunchContext } from '../clients/client.js';
import type { Run } from '../run/run.js';
import type { Comparison, Report } from './report.js';

/** In place of what only a real run has. */
export const STAND_IN: Pick<LaunchContext, 'version' | 'command' | 'home' | 'work' | 'modelUrl'> = {
  version: '0.0.0',
  command: ['client'],
  home: '/home',
  work: '/work',
  modelUrl: 'http://127.0.0.1:1',
};

/**
 * The least that the client has to be told, in its own form, with places to fill in: for the first arm that fails, or else
 * for the first that is not the control. Null where a command judged, since what matters then is not known.
 */
export function configurationOf(
  { oracle, scenario }: Run,
  client: Client,
  [comparison]: readonly Comparison[],
): Report['configuration'] {
  if (oracle !== null) return null;
  const failing = comparison?.arms.find(({ bad }) => bad.outcome === 'fail')?.arm;
  const arm = scenario.arms.find(({ id }) => id === failing) ?? scenario.arms.find(({ control }) => !control);
  const isStdio = arm?.gateway.transport === 'stdio';
  return client.configuration({
    name: scenario.server,
    address: isStdio
      ? { transport: 'stdio', command: '<your-server>', args: [] }
      : { transport: 'http', url: 'https://<your-host>/mcp' },
    headers: Object.fromEntries(Object.keys(arm?.headers ?? {}).map((name) => [name, placeFor(name)])),
  });
}

const placeFor = (header: string) => (/^authorization$/i.test(header) ? 'Bearer <token>' : '<value>');
