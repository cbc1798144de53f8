/**
 * A command of the user's as the judge, with git's meaning of exit codes (git-bisect(1), *Bisect run*): 0 is good, 1 to 124
 * bad, 125 a release that cannot be tested; anything above ends the search. Pure.
 */
import { createHash } from 'node:crypto';
import type { Client, Launch, LaunchContext } from './clients/client.js';
import { BisectError } from './errors.js';
import type { Observation } from './probe/observation.js';
import type { Arm, Scenario } from './scenarios/scenario.js';
import { brokenRun, faultOf, type JudgedClient, type Judgement, type Reason } from './verdict.js';

export interface Oracle {
  /** For `/bin/sh -c`. */
  readonly command: string;
  /** Where it is run: shown read-only in the room. */
  readonly directory: string;
  /** The arm whose fixtures it gets; left out: the first that is not the control. */
  readonly arm: string | undefined;
}

/**
 * The scenario with nothing but the arm whose fixtures the oracle gets: neither its judge nor its control has a say.
 * @throws BisectError `BAD_OPTION` if there is no such arm
 */
export function scenarioForOracle(scenario: Scenario, oracle: Oracle): Scenario {
  const { arms } = scenario;
  const arm = arms.find(({ id, control }) => (oracle.arm === undefined ? !control : id === oracle.arm));
  if (!arm)
    throw new BisectError('BAD_OPTION', `${scenario.id} has no arm "${oracle.arm}"`, {
      hint: `choose one of ${arms.map(({ id }) => id).join(', ')}`,
    });
  const asked: Arm = { ...arm, title: `oracle, ${arm.title}` };
  return { ...scenario, arms: [asked], settled: () => undefined, source: digestOf(scenario, oracle) };
}

const digestOf = ({ source = '' }: Scenario, { command, directory }: Oracle) =>
  createHash('sha256')
    .update(JSON.stringify([source, command, directory]))
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

/**
 * Neither a mistake in the command's syntax (2, in every shell) nor `cd` may end with an exit code that means "bad". The two scripts are made executable here, since a launch can
 * write files but not their modes.
 */
const PREAMBLE = `/bin/sh -n -c "$MCP_BISECT_ORACLE" || exit ${FIRST_ABORTING}
cd -- "$MCP_BISECT_DIRECTORY" && chmod +x "$MCP_BISECT_EXECUTABLE" "$MCP_BISECT_CLIENT" || exit ${FIRST_ABORTING}
exec /bin/sh -c "$MCP_BISECT_ORACLE"`;

function oracleLaunch(launch: Launch, context: LaunchContext, { command, directory }: Oracle): Launch {
  const { work, server, modelUrl, version, prompt } = context;
  const executable = `${work}/mcp-bisect/executable`;
  const client = `${work}/mcp-bisect/client`;
  const subject = context.command.map(quoted).join(' ');
  const { address } = server;
  return {
    ...launch,
    replaces: ['/bin/sh', '-c', PREAMBLE],
    env: {
      ...launch.env,
      MCP_BISECT_ORACLE: command,
      MCP_BISECT_DIRECTORY: directory,
      MCP_BISECT_VERSION: version,
      MCP_BISECT_EXECUTABLE: executable,
      MCP_BISECT_CLIENT: client,
      MCP_BISECT_RUN_DIR: work,
      MCP_BISECT_MODEL_URL: modelUrl,
      MCP_BISECT_GATEWAY_URL: address.transport === 'http' ? address.url : '',
      MCP_BISECT_PROMPT: prompt,
    },
    files: {
      ...launch.files,
      [executable]: `#!/bin/sh\nexec ${subject} "$@"\n`,
      [client]: `#!/bin/sh\nexec ${subject} ${launch.args.map(quoted).join(' ')}\n`,
    },
  };
}

const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;

/** The verdict that the oracle's exit code gives, if the run was one at all. */
export function judgeOracle(
  version: string,
  observations: readonly Observation[],
  client: JudgedClient,
): Judgement {
  const seen = observations.at(-1);
  const skip = { verdict: 'skip' as const, findings: [], runs: observations.length };
  if (!seen) return { ...skip, cause: 'oracle', reason: 'not run' };
  // Requests that name no version are the command's own: it is free to make some, and to start no client at all.
  const isProved = client.reportedVersion(seen.journal) !== undefined;
  const broken = isProved ? brokenRun(seen, version, client) : faulted(seen);
  if (broken) return { ...skip, ...broken };
  const { reason, ...verdict } = readExit(seen);
  // What is no verdict needs no proof.
  const proof =
    isProved || verdict.verdict === 'skip'
      ? ''
      : ', version not proved: no client made itself known to the fixtures';
  return { ...verdict, reason: reason + proof, findings: [], runs: observations.length };
}

function faulted(seen: Observation): Reason | null {
  const reason = faultOf(seen);
  return reason === null ? null : { cause: 'environment', reason };
}

function readExit({ exit }: Observation): Pick<Judgement, 'verdict' | 'cause' | 'reason'> {
  if (exit.kind === 'timeout')
    return {
      verdict: 'skip',
      cause: 'oracle',
      reason: `oracle did not end within ${Math.round(exit.afterMs / 1000)} s`,
    };
  if (exit.kind !== 'exited')
    return { verdict: 'skip', cause: 'oracle-aborted', reason: `oracle aborted: ${wordsFor(exit)}` };
  const { code } = exit;
  const reason = `oracle: exit code ${code}`;
  if (code === 0) return { verdict: 'good', cause: null, reason };
  if (code < UNTESTABLE) return { verdict: 'bad', cause: null, reason };
  if (code === UNTESTABLE) return { verdict: 'skip', cause: 'oracle', reason };
  return { verdict: 'skip', cause: 'oracle-aborted', reason: `oracle aborted: exit code ${code}` };
}

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
