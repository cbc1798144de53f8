/**
 * Under what circumstances a run was made: as names and values, how it was sealed off, and what a user of the client writes to
 * meet such a server. Pure.
 */
import type { Client, LaunchContext } from '../clients/client.js';
import type { Provenance } from '../registry/provenance.js';
import type { Run } from '../run/run.js';
import type { Isolation } from '../sandbox/steps.js';
import type { Arm } from '../scenarios/scenario.js';
import type { Report } from './report.js';
import { counted, minutes, SEALED_BY } from './words.js';

export interface Fact {
  readonly name: string;
  readonly value: string;
}

/** What a reader needs who wants to have the same, or doubts that it was. */
export function environmentOf({ run, client }: Pick<Report, 'run' | 'client'>): Fact[] {
  const { host, platform, tool, mode, provenance = [], rule } = run;
  const { repeat, confirm } = rule;
  const { weakest } = isolationOf(run);
  const switches = mode === 'static' ? '' : switchesOf(run, client);
  const facts: Readonly<Record<string, string | undefined>> = {
    'Operating system': host.system,
    'Platform of the releases': platform,
    // Who vouches for the releases that the answer names.
    Signatures: provenance.map(signatureText).join('; ') || undefined,
    Node: host.node,
    'mcp-bisect': tool,
    Mode: MODES[mode],
    Rounds: `${repeat} of each release that the search asks for${confirm > 0 ? `, ${confirm} more of those that the answer rests on` : ''}`,
    ...(mode !== 'static' && {
      Isolation: `${SEALED_BY[weakest]}: ${weakest === 'none' ? OPEN : SEALED}`,
      'Runs of the client': runsText(run),
      'Rounds from earlier runs': earlierText(run),
      Keys: 'dummy keys; a scripted stand-in answers in place of the model',
      'Environment of the client': `built from nothing${switches && `; ${switches}`}`,
      'Server-side flags': flagsText(weakest, switches),
    }),
  };
  return Object.entries(facts).flatMap(([name, value]) => (value === undefined ? [] : [{ name, value }]));
}

const SEALED = 'no network but its own loopback, an empty home, none of the user’s files';
const OPEN = 'the network and the user’s files were within reach';

const MODES: Readonly<Record<Run['mode'], string>> = {
  headless: 'headless: without a terminal, the prompt as an argument',
  interactive: 'interactive: at a pseudo-terminal, the prompt typed',
  static: 'static: no client was run, a command read the executable',
};

function signatureText({ version, state, checked, repository, commit, reason }: Provenance): string {
  const unchecked = checked ? '' : ', which was not checked';
  if (state === 'unsigned') return `${version} is not signed here`;
  if (state !== 'attested') return `${version} is ${state}${reason && ` (${reason})`}${unchecked}`;
  const built = repository === null ? '' : `: built from ${repository} at ${commit}`;
  return `${version} is signed and attested${built}${unchecked}`;
}

const observationsOf = ({ releases }: Pick<Run, 'releases'>) =>
  Object.values(releases).flatMap((rounds) => rounds.flatMap(({ observations }) => observations));

/** The weakest first. */
const WEAKEST_FIRST = ['none', 'unshare', 'bwrap'] as const satisfies readonly Isolation[];

/**
 * How the runs were sealed off that the answer rests on: those of earlier questions may have been otherwise.
 * @returns the weakest way, that of the question itself where nothing was recorded; and how often each was used
 */
export function isolationOf(run: Run) {
  const seen = observationsOf(run);
  const counts = WEAKEST_FIRST.map(
    (kind) => [kind, seen.filter((one) => one.isolation === kind).length] as const,
  );
  const used = counts.filter(([, count]) => count > 0);
  return { weakest: used[0]?.[0] ?? run.isolation, counts: used };
}

function runsText(run: Run): string {
  const times = observationsOf(run)
    .map(({ startedAt }) => startedAt)
    .toSorted();
  const [from, to] = [times[0], times.at(-1)].map((time) => minutes(time ?? ''));
  if (times.length === 0) return 'none';
  return `${times.length}, ${from === to ? `at ${from}` : `between ${from} and ${to}`} UTC`;
}

/**
 * `2 of 6 rounds; …`: what the ledger knew was seen earlier than the question was asked, and may have been seen elsewhere.
 * Undefined where there is none.
 */
export function earlierText({ releases, startedAt }: Run): string | undefined {
  const rounds = Object.values(releases).flat();
  const recorded = rounds.filter(({ observations }) => observations.length > 0);
  const began = Date.parse(startedAt);
  const earlier = recorded.filter(({ observations }) =>
    observations.every((seen) => Date.parse(seen.startedAt) < began),
  );
  if (earlier.length === 0) return undefined;
  return `${earlier.length} of ${counted(recorded.length, 'round')}; operating system, Node and the version of mcp-bisect are those of the run that answered, and may have been others then`;
}

/** In place of what only a real run has. */
const STAND_IN: Pick<LaunchContext, 'version' | 'command' | 'home' | 'work' | 'modelUrl'> = {
  version: '0.0.0',
  command: ['client'],
  home: '/home',
  work: '/work',
  modelUrl: 'http://127.0.0.1:1',
};

/**
 * Settings of the client that are switches, `DISABLE_AUTOUPDATER=1`: they may change what is seen, and anyone who repeats it
 * by hand needs them. Addresses and keys are not among them.
 */
function switchesOf({ mode, scenario }: Run, client: Client): string {
  const { env } = client.launch({
    ...STAND_IN,
    mode,
    server: { name: scenario.server, address: { transport: 'http', url: STAND_IN.modelUrl }, headers: {} },
    tools: [scenario.tool],
    prompt: scenario.prompt,
    waitsForServers: !scenario.aboutWaiting,
  });
  const switches = Object.entries(env).filter(([, value]) => /^(?:0|1|true|false)$/.test(value));
  return switches.map(([name, value]) => `${name}=${value}`).join(', ');
}

/**
 * What a vendor's servers switch on and off can make two runs of one release differ (anthropics/claude-code #86430, #90970).
 */
function flagsText(isolation: Isolation, switches: string): string {
  const traffic = /\w*NONESSENTIAL_TRAFFIC=1/.exec(switches)?.[0];
  const means = ['an empty home', isolation !== 'none' && 'no egress', traffic].filter(Boolean).join(', ');
  return `held at their defaults by ${means}${isolation === 'none' ? '; egress was not blocked' : ''}`;
}

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
  return client.configuration({
    name: run.scenario.server,
    address:
      arm?.gateway.transport === 'stdio'
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
