/**
 * A command of the user's as the judge, with git's meaning of exit codes (git-bisect(1), *Bisect run*): 0 is good, 1 to 124
 * bad, 125 a release that cannot be tested; anything above ends the search. Pure.
 */
import { createHash } from 'node:crypto';
import type { Client, Launch, LaunchContext } from '../clients/client.js';
import type { Observation } from '../probe/observation.js';
import { armNamed, type Arm, type Scenario } from '../scenarios/scenario.js';
import { brokenRun, faultOf, type JudgedClient } from './judge.js';
import type { Judgement } from './round.js';

export interface Oracle {
  /** For `/bin/sh -c`. */
  readonly command: string;
  /** Where it is run: shown read-only in the room. */
  readonly directory: string;
  /** The arm whose fixtures it gets; left out: the first that is not the control. */
  readonly arm: string | undefined;
  /** What a release is at which it does not end within the time limit. */
  readonly hang: 'bad' | 'skip';
  /** Every way to say "bad" counts as the same failure; else each exit code is one of its own. */
  readonly sameFailure: boolean;
  /** With `--static`: it reads the executable and needs no run of the client, so it is run outside of any room, with this environment. */
  readonly callerEnv: NodeJS.ProcessEnv | undefined;
}

/**
 * The scenario with nothing but the arm whose fixtures the oracle gets: neither its judge nor its control has a say.
 * @throws BisectError `BAD_OPTION` if there is no such arm
 */
export function scenarioForOracle(scenario: Scenario, oracle: Oracle): Scenario {
  const arm = armNamed(scenario, oracle.arm);
  const asked: Arm = oracle.callerEnv
    ? { ...arm, id: 'static', title: 'oracle, no run of the client' }
    : { ...arm, title: `oracle, ${arm.title}` };
  return { ...scenario, arms: [asked], settled: () => undefined, source: digestOf(scenario, oracle) };
}

const digestOf = ({ source = '' }: Scenario, { callerEnv, ...oracle }: Oracle) =>
  createHash('sha256')
    .update(JSON.stringify([source, oracle, callerEnv !== undefined]))
    .digest('hex');

/** Exit codes from this one on end the search. */
const FIRST_ABORTING = 126;
const UNTESTABLE = 125;

/** The client with the oracle started in its place, everything prepared as the client itself would find it. */
export function clientForOracle(client: Client, oracle: Oracle): Client {
  return {
    ...client,
    launch: (context) => oracleLaunch(client.launch(context), context, oracle),
  };
}

/** A mistake in the command's syntax (2, in every shell) must not end with an exit code that means "bad". */
const CHECKED = `/bin/sh -n -c "$MCP_BISECT_ORACLE" || exit ${FIRST_ABORTING}`;

/** Nor must `cd`. The script is made executable here, since a launch can write files but not their modes. */
const PREAMBLE = `${CHECKED}
cd -- "$MCP_BISECT_DIRECTORY" && chmod +x "$MCP_BISECT_CLIENT" || exit ${FIRST_ABORTING}
exec /bin/sh -c "$MCP_BISECT_ORACLE"`;

function oracleLaunch(launch: Launch, context: LaunchContext, { command, directory }: Oracle): Launch {
  const { work, server, modelUrl, version, prompt } = context;
  const client = `${work}/mcp-bisect/client`;
  const { address } = server;
  return {
    ...launch,
    replaces: ['/bin/sh', '-c', PREAMBLE],
    env: {
      ...launch.env,
      MCP_BISECT_ORACLE: command,
      MCP_BISECT_DIRECTORY: directory,
      MCP_BISECT_VERSION: version,
      // Of an interpreter and its file it is the file.
      MCP_BISECT_EXECUTABLE: context.command.at(-1) ?? '',
      MCP_BISECT_CLIENT: client,
      MCP_BISECT_RUN_DIR: work,
      MCP_BISECT_MODEL_URL: modelUrl,
      MCP_BISECT_GATEWAY_URL: address.transport === 'http' ? address.url : '',
      MCP_BISECT_PROMPT: prompt,
    },
    files: {
      ...launch.files,
      [client]: `#!/bin/sh\nexec ${[...context.command, ...launch.args].map(quoted).join(' ')}\n`,
    },
  };
}

const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

/** The command line and the environment of an oracle outside of any room; it is told the executable and its version. */
export function staticCommand(
  { command, callerEnv }: Oracle,
  version: string,
  executable: string,
): { readonly argv: readonly string[]; readonly env: NodeJS.ProcessEnv } {
  return {
    argv: ['/bin/sh', '-c', `${CHECKED}\nexec /bin/sh -c "$MCP_BISECT_ORACLE"`],
    env: {
      ...callerEnv,
      MCP_BISECT_ORACLE: command,
      MCP_BISECT_VERSION: version,
      MCP_BISECT_EXECUTABLE: executable,
    },
  };
}

/** The verdict that the oracle's exit code gives, if the run was one at all. */
export function judgeOracle(
  version: string,
  observations: readonly Observation[],
  client: JudgedClient,
  oracle: Pick<Oracle, 'hang' | 'sameFailure' | 'callerEnv'>,
): Judgement {
  const seen = observations.at(-1);
  const skip = { verdict: 'skip' as const, findings: [], runs: observations.length };
  if (!seen) return { ...skip, cause: 'oracle', reason: 'not run' };
  const fault = faultOf(seen);
  if (fault !== null) return { ...skip, cause: 'environment', reason: fault };
  // Requests that name no version are the command's own: it is free to make some, and to start no client at all. What was
  // not run is proved by the tarball: the registry's name, version and sha512.
  const hasToldVersion = client.reportedVersion(seen.journal) !== undefined;
  const broken = hasToldVersion ? brokenRun(seen, version, client) : null;
  if (broken) return { ...skip, ...broken };
  const { symptom, ...said } = readExit(seen, oracle.hang);
  const { verdict } = said;
  // What is no verdict needs no proof.
  const isProved = hasToldVersion || oracle.callerEnv !== undefined || verdict === 'skip';
  const proof = isProved ? '' : ', version not proved: no client made itself known to the fixtures';
  const reason = said.reason + proof;
  const symptoms = [oracle.sameFailure ? 'oracle' : symptom];
  const failing = { arm: seen.arm, title: seen.arm, outcome: 'fail', evidence: reason, symptoms } as const;
  return {
    ...said,
    reason,
    findings: verdict === 'bad' ? [failing] : [],
    runs: observations.length,
  };
}

type Said = Pick<Judgement, 'verdict' | 'cause' | 'reason'> & { readonly symptom: string };

function readExit({ exit }: Observation, hang: Oracle['hang']): Said {
  if (exit.kind === 'timeout') {
    const reason = `oracle did not end within ${Math.round(exit.afterMs / 1000)} s`;
    return { verdict: hang, cause: hang === 'bad' ? null : 'oracle', reason, symptom: 'hang' };
  }
  if (exit.kind !== 'exited') return aborted(wordsFor(exit));
  const { code } = exit;
  const symptom = `exit code ${code}`;
  const reason = `oracle: ${symptom}`;
  if (code === 0) return { verdict: 'good', cause: null, reason, symptom };
  if (code < UNTESTABLE) return { verdict: 'bad', cause: null, reason, symptom };
  if (code === UNTESTABLE) return { verdict: 'skip', cause: 'oracle', reason, symptom };
  return aborted(symptom);
}

const aborted = (symptom: string): Said => ({
  verdict: 'skip',
  cause: 'oracle-aborted',
  reason: `oracle aborted: ${symptom}`,
  symptom,
});

function wordsFor(exit: Exclude<Observation['exit'], { kind: 'exited' | 'timeout' }>): string {
  switch (exit.kind) {
    case 'signalled':
      return `ended by ${exit.signal}`;
    case 'not-started':
      return exit.message;
    case 'flooded':
      return 'ended because of its output';
    case 'ended':
      return 'ended before its time';
  }
}
