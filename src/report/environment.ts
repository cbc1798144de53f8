/** Under what circumstances a run was made, as names and values. Pure. */
import type { Client } from '../clients/client.js';
import type { Run } from '../run/run.js';
import type { Provenance } from '../registry/provenance.js';
import type { Isolation } from '../sandbox/steps.js';
import { STAND_IN } from './configuration.js';
import type { Report } from './report.js';
import { isolationOf, roundsOf } from './evidence-quality.js';
import { counted, minutes, SEALED_BY } from './words.js';

export interface Fact {
  readonly name: string;
  readonly value: string;
}

/** What a reader needs who wants to have the same, or doubts that it was. */
export function environmentOf({ run, client }: Pick<Report, 'run' | 'client'>): Fact[] {
  const { host, platform, tool, mode } = run;
  const isolation = isolationOf(run).weakest;
  const own = mode === 'static' ? [] : ownFacts(run, client, isolation);
  return [
    { name: 'Operating system', value: host.system },
    { name: 'Platform of the releases', value: platform },
    ...signatureFacts(run),
    { name: 'Node', value: host.node },
    { name: 'mcp-bisect', value: tool },
    { name: 'Mode', value: MODES[mode] },
    { name: 'Rounds', value: roundsText(run) },
    ...own,
  ];
}

/** Of the runs of the client. */
function ownFacts(run: Run, client: Client, isolation: Isolation): Fact[] {
  const switches = switchesOf(run, client);
  const earlier = earlierText(run);
  return [
    { name: 'Isolation', value: ROOMS[isolation] },
    { name: 'Runs of the client', value: runsText(run) },
    ...(earlier === undefined ? [] : [{ name: 'Rounds from earlier runs', value: earlier }]),
    { name: 'Keys', value: 'dummy keys; a scripted stand-in answers in place of the model' },
    { name: 'Environment of the client', value: `built from nothing${switches && `; ${switches}`}` },
    { name: 'Server-side flags', value: flagsText(isolation, switches) },
  ];
}

/** Who vouches for the releases that the answer names. */
function signatureFacts({ provenance = [] }: Run): Fact[] {
  if (provenance.length === 0) return [];
  return [{ name: 'Signatures', value: provenance.map(signatureText).join('; ') }];
}

function signatureText({ version, state, checked, repository, commit, reason }: Provenance): string {
  const unchecked = checked ? '' : ', which was not checked';
  if (state === 'unsigned') return `${version} is not signed here`;
  if (state !== 'attested') return `${version} is ${state}${reason && ` (${reason})`}${unchecked}`;
  const built = repository === null ? '' : `: built from ${repository} at ${commit}`;
  return `${version} is signed and attested${built}${unchecked}`;
}

const SEALED = 'no network but its own loopback, an empty home, none of the user’s files';
const ROOMS: Readonly<Record<Isolation, string>> = {
  bwrap: `${SEALED_BY.bwrap}: ${SEALED}`,
  unshare: `${SEALED_BY.unshare}: ${SEALED}`,
  none: `${SEALED_BY.none}: the network and the user’s files were within reach`,
};

const MODES: Readonly<Record<Run['mode'], string>> = {
  headless: 'headless: without a terminal, the prompt as an argument',
  interactive: 'interactive: at a pseudo-terminal, the prompt typed',
  static: 'static: no client was run, a command read the executable',
};

function roundsText({ rule: { repeat, confirm } }: Run): string {
  const each = `${repeat} of each release that the search asks for`;
  return confirm > 0 ? `${each}, ${confirm} more of those that the answer rests on` : each;
}

function runsText({ releases }: Run): string {
  const times = Object.values(releases)
    .flatMap((rounds) => rounds.flatMap(({ observations }) => observations.map((seen) => seen.startedAt)))
    .toSorted();
  const [first, last] = [times[0], times.at(-1)];
  if (first === undefined || last === undefined) return 'none';
  const [from, to] = [minutes(first), minutes(last)];
  return `${times.length}, ${from === to ? `at ${from}` : `between ${from} and ${to}`} UTC`;
}

/**
 * `2 of 6 rounds; …`: what the ledger knew was seen earlier than the question was asked, and may have been seen elsewhere.
 * Undefined where there is none.
 */
export function earlierText(run: Run): string | undefined {
  const { all, earlier } = roundsOf(run);
  if (earlier === 0) return undefined;
  return `${earlier} of ${counted(all, 'round')}; operating system, Node and the version of mcp-bisect are those of the run that answered, and may have been others then`;
}

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
  return Object.entries(env)
    .filter(([, value]) => /^(?:0|1|true|false)$/.test(value))
    .map(([name, value]) => `${name}=${value}`)
    .join(', ');
}

/**
 * What a vendor's servers switch on and off can make two runs of one release differ (anthropics/claude-code #86430, #90970).
 */
function flagsText(isolation: Isolation, switches: string): string {
  const traffic = /\w*NONESSENTIAL_TRAFFIC=1/.exec(switches)?.[0];
  const means = ['an empty home', isolation === 'none' ? '' : 'no egress', traffic ?? ''].filter(Boolean);
  const held = `held at their defaults by ${means.join(', ')}`;
  return isolation === 'none' ? `${held}; egress was not blocked` : held;
}
