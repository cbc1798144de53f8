/** What a user of the client writes to meet such a server. Pure. */
import type { LaunchContext } from '../clients/client.js';
import type { Arm } from '../scenarios/scenario.js';
import type { Report } from './report.js';

/** In place of what only a real run has. */
export const STAND_IN: Pick<LaunchContext, 'version' | 'command' | 'home' | 'work' | 'modelUrl'> = {
  version: '0.0.0',
  command: ['client'],
  home: '/home',
  work: '/work',
  modelUrl: 'http://127.0.0.1:1',
};

/** The least that the client has to be told to meet such a server, in its own form. */
export interface Configuration {
  readonly path: string;
  readonly text: string;
}

/** With places to fill in, for the arm that tells most. Null where a command judged, since what matters then is not known. */
export function configurationOf(report: Report): Configuration | null {
  const { run, client } = report;
  if (run.oracle !== null) return null;
  const arm = tellingArm(report);
  const isStdio = arm?.gateway.transport === 'stdio';
  return client.configuration({
    name: run.scenario.server,
    address: isStdio
      ? { transport: 'stdio', command: '<your-server>', args: [] }
      : { transport: 'http', url: 'https://<your-host>/mcp' },
    headers: Object.fromEntries(Object.keys(arm?.headers ?? {}).map((name) => [name, placeFor(name)])),
  });
}

const placeFor = (header: string) => (/^authorization$/i.test(header) ? 'Bearer <token>' : '<value>');

/** The revision of MCP that the gateway speaks there, `2025-11-25`; empty with an oracle. */
export const protocolOf = (report: Report): string =>
  report.run.oracle === null ? (tellingArm(report)?.gateway.protocolVersion ?? '') : '';

/** The first arm that fails, or else the first that is not the control. */
function tellingArm({ run: { scenario }, comparisons: [comparison] }: Report): Arm | undefined {
  const failing = comparison?.arms.find(({ bad }) => bad.outcome === 'fail')?.arm;
  return scenario.arms.find(({ id }) => id === failing) ?? scenario.arms.find(({ control }) => !control);
}
