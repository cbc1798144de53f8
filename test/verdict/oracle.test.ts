import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { claudeCode } from '../../src/clients/claude-code.js';
import type { LaunchContext } from '../../src/clients/client.js';
import {
  clientForOracle,
  judgeOracle,
  scenarioForOracle,
  staticCommand,
  type Oracle,
} from '../../src/verdict/oracle.js';
import type { Observation } from '../../src/probe/observation.js';
import { getStream404 } from '../../src/scenarios/get-stream-404.js';
import type { Arm } from '../../src/scenarios/scenario.js';
import { failureOf, isSameFailure } from '../../src/verdict/standing.js';
import { journalOf, observationOf } from '../helpers/observations.js';

const oracle: Oracle = {
  command: './check.sh --strict',
  directory: '/home/me/checks',
  arm: undefined,
  hang: 'skip',
  sameFailure: false,
  callerEnv: undefined,
};
const outside: Oracle = { ...oracle, callerEnv: { HOME: '/home/me', MCP_BISECT_VERSION: 'mine' } };
const UNPROVED = ', version not proved: no client made itself known to the fixtures';
const WELL = journalOf('I N L C');

/** What the oracle said, after an ordinary run of the client but for what a test changes. */
const said = (changes: Partial<Observation>, asked = oracle) =>
  judgeOracle('2.1.147', [observationOf('oracle', { journal: WELL, ...changes })], claudeCode, asked);

const exited = (code: number): Partial<Observation> => ({ exit: { kind: 'exited', code } });
const hung: Partial<Observation> = { exit: { kind: 'timeout', afterMs: 30_000 } };

describe('the exit code of an oracle', () => {
  it.each([
    [0, 'good', null, 'oracle: exit code 0'],
    [1, 'bad', null, 'oracle: exit code 1'],
    [124, 'bad', null, 'oracle: exit code 124'],
    [125, 'skip', 'oracle', 'oracle: exit code 125'],
    [126, 'skip', 'oracle-aborted', 'oracle aborted: exit code 126'],
    [127, 'skip', 'oracle-aborted', 'oracle aborted: exit code 127'],
    [137, 'skip', 'oracle-aborted', 'oracle aborted: exit code 137'],
    [255, 'skip', 'oracle-aborted', 'oracle aborted: exit code 255'],
  ])('%i is %s (%s)', (code, verdict, cause, reason) => {
    expect(said(exited(code))).toMatchObject({ verdict, cause, reason, runs: 1 });
  });

  const alike = (one: Partial<Observation>, other: Partial<Observation>, asked = oracle) =>
    isSameFailure(failureOf(said(one, asked)), failureOf(said(other, asked)));

  it('tells failures apart, a hang among them', () => {
    const bad = { ...oracle, hang: 'bad' } as const;
    expect(alike(exited(3), exited(3))).toBe(true);
    expect(alike(exited(3), exited(7))).toBe(false);
    expect(alike(exited(3), hung, bad)).toBe(false);
    expect(alike(hung, { exit: { kind: 'timeout', afterMs: 30_001 } }, bad)).toBe(true);
  });

  it('is one failure whatever it is where that is asked for', () => {
    const same = { ...oracle, hang: 'bad', sameFailure: true } as const;
    expect(alike(exited(3), exited(7), same)).toBe(true);
    expect(alike(exited(3), hung, same)).toBe(true);
  });
});

describe('an oracle that gives no exit code', () => {
  it.each<[string, Partial<Observation>, string, RegExp]>([
    [
      'because it was ended by a signal has failed itself',
      { exit: { kind: 'signalled', signal: 'SIGKILL' } },
      'oracle-aborted',
      /^oracle aborted: ended by SIGKILL$/,
    ],
    [
      'because it wrote without end has failed itself',
      { exit: { kind: 'flooded', bytes: 67_108_864 } },
      'oracle-aborted',
      /^oracle aborted: ended because of its output$/,
    ],
    [
      'because there is no shell to start it with has failed itself',
      { journal: [], exit: { kind: 'not-started', code: 'ENOENT', message: 'no /bin/sh' } },
      'oracle-aborted',
      /^oracle aborted: no \/bin\/sh$/,
    ],
    [
      'within the time limit has not judged this release',
      { exit: { kind: 'timeout', afterMs: 30_000 } },
      'oracle',
      /^oracle did not end within 30 s$/,
    ],
  ])('%s', (_, changes, cause, reason) => {
    const judgement = said(changes);
    expect(judgement).toMatchObject({ verdict: 'skip', cause });
    expect(judgement.reason).toMatch(reason);
  });

  it('within the time limit has called it bad where a hang is what is looked for', () => {
    expect(said(hung, { ...oracle, hang: 'bad' })).toMatchObject({
      verdict: 'bad',
      cause: null,
      reason: 'oracle did not end within 30 s',
    });
  });
});

describe('an oracle outside of any room', () => {
  it('needs no client that says its version: the tarball is the proof', () => {
    expect(said({ ...exited(1), journal: [] }, outside)).toMatchObject({
      verdict: 'bad',
      reason: 'oracle: exit code 1',
    });
  });

  it('is told the executable and its version beside all that the caller has', () => {
    expect(staticCommand(outside, '2.1.147', '/store/claude').env).toEqual({
      HOME: '/home/me',
      MCP_BISECT_ORACLE: './check.sh --strict',
      MCP_BISECT_VERSION: '2.1.147',
      MCP_BISECT_EXECUTABLE: '/store/claude',
    });
  });

  it.each([
    ['exit 7', 7],
    ['if true; then', 126],
  ])('ends with its own exit code, or 126 where its syntax is wrong: %s', (command, status) => {
    const { argv, env } = staticCommand({ ...outside, command }, '2.1.147', '/store/claude');
    expect(spawnSync(argv[0] ?? '', argv.slice(1), { env }).status).toBe(status);
  });
});

describe('what an oracle says counts only of the release that was asked for', () => {
  it.each<[string, Partial<Observation>, string, RegExp]>([
    [
      'another version ran',
      { journal: journalOf('I N L C', 'claude-code/2.1.999 (sdk-cli)') },
      'version',
      /^another version ran: it calls itself 2\.1\.999$/,
    ],
    ['the room broke', { fault: 'the fixture host ended' }, 'environment', /^the fixture host ended$/],
    [
      'the room broke before any request',
      { fault: 'the fixture host ended', journal: [] },
      'environment',
      /^the fixture host ended$/,
    ],
    [
      'a fixture failed',
      {
        journal: WELL.map((entry) => (entry.kind === 'answer' ? { ...entry, fault: 'a bug' } : entry)),
      },
      'environment',
      /^a fixture failed: a bug$/,
    ],
  ])('%s: a skip, though its exit code is 1', (_, changes, cause, reason) => {
    const judgement = said({ exit: { kind: 'exited', code: 1 }, ...changes });
    expect(judgement).toMatchObject({ verdict: 'skip', cause });
    expect(judgement.reason).toMatch(reason);
  });

  it.each([
    ['it may have fixtures of its own: without any request its exit code counts', []],
    [
      'also of a command that asks the fixtures itself and starts no client',
      journalOf('I N L C', 'curl/8.0'),
    ],
  ])('but %s', (_, journal) => {
    expect(said({ journal, ...exited(1) })).toMatchObject({
      verdict: 'bad',
      cause: null,
      reason: `oracle: exit code 1${UNPROVED}`,
    });
  });

  it.each([125, 127])('and %i, which is no verdict, needs no proof of the version', (code) => {
    expect(said({ journal: [], exit: { kind: 'exited', code } }).reason).toMatch(/exit code \d+$/);
  });

  it('nothing is said where it was not run', () => {
    expect(judgeOracle('2.1.147', [], claudeCode, oracle)).toMatchObject({ verdict: 'skip', runs: 0 });
  });
});

describe('the scenario of an oracle', () => {
  it('has the first arm that is not the control, and no judge who would end it early', () => {
    const scenario = scenarioForOracle(getStream404, oracle);
    const [arm] = scenario.arms as [Arm];
    expect(scenario.arms).toHaveLength(1);
    expect(arm).toMatchObject({ id: '404-before-tools', title: 'oracle, 404 before tools' });
    const record = { arm, journal: WELL, modelToolName: 'x', mode: 'headless' as const };
    expect(scenario.settled(record)).toBeUndefined();
  });

  it.each(['control', '404-after-tools'])('has the arm that was asked for: %s', (arm) => {
    expect(scenarioForOracle(getStream404, { ...oracle, arm }).arms).toMatchObject([{ id: arm }]);
  });

  it('refuses an arm that there is not, and names those that there are', () => {
    expect(() => scenarioForOracle(getStream404, { ...oracle, arm: 'get-405' })).toThrow(
      expect.objectContaining({
        code: 'BAD_OPTION',
        message: 'get-stream-404 has no arm "get-405"',
        hint: 'choose one of control, 404-before-tools, 404-after-tools',
      }),
    );
  });

  it('is another question for another command, folder, scenario or meaning, and not for another environment', () => {
    const sources = [
      scenarioForOracle(getStream404, oracle),
      scenarioForOracle(getStream404, { ...oracle, command: './other.sh' }),
      scenarioForOracle(getStream404, { ...oracle, directory: '/home/me/others' }),
      scenarioForOracle({ ...getStream404, source: 'abc' }, oracle),
      scenarioForOracle(getStream404, { ...oracle, hang: 'bad' }),
      scenarioForOracle(getStream404, outside),
    ].map(({ source }) => source);
    expect(new Set(sources).size).toBe(6);
    const elsewhere = { ...outside, callerEnv: { HOME: '/home/you' } };
    expect(scenarioForOracle(getStream404, elsewhere).source).toBe(sources[5]);
  });
});

describe('the launch of an oracle', () => {
  const context: LaunchContext = {
    version: '2.1.147',
    command: ['/usr/bin/node', "/store/it's here/cli.js"],
    mode: 'headless',
    home: '/room/home',
    work: '/room/work',
    server: { name: 'gateway', address: { transport: 'http', url: 'http://127.0.0.1:4/mcp' }, headers: {} },
    modelUrl: 'http://127.0.0.1:5',
    tools: ['lookup_ticket'],
    prompt: 'Call the tool.',
    waitsForServers: true,
  };
  const own = claudeCode.launch(context);
  const launch = clientForOracle(claudeCode, oracle).launch(context);

  it('starts a shell in the place of the client, and tells the oracle what it is about', () => {
    expect(launch.replaces?.slice(0, 2)).toEqual(['/bin/sh', '-c']);
    expect(launch.env).toMatchObject({
      MCP_BISECT_ORACLE: './check.sh --strict',
      MCP_BISECT_DIRECTORY: '/home/me/checks',
      MCP_BISECT_VERSION: '2.1.147',
      MCP_BISECT_GATEWAY_URL: 'http://127.0.0.1:4/mcp',
      MCP_BISECT_MODEL_URL: 'http://127.0.0.1:5',
      MCP_BISECT_PROMPT: 'Call the tool.',
      MCP_BISECT_RUN_DIR: '/room/work',
    });
  });

  it('keeps what the client itself is given: its configuration, its environment, its debug log', () => {
    expect(launch.env).toMatchObject(own.env);
    expect(launch.files).toMatchObject(own.files);
    expect(launch.debugLogs).toEqual(own.debugLogs);
  });

  it('gives it the executable itself, and the client as the tool itself would start it', () => {
    const { MCP_BISECT_EXECUTABLE: executable, MCP_BISECT_CLIENT: client = '' } = launch.env;
    const subject = String.raw`exec '/usr/bin/node' '/store/it'\''s here/cli.js'`;
    expect(executable).toBe("/store/it's here/cli.js");
    expect(launch.files[client]).toContain(`${subject} '-p' 'Call the tool.'`);
    for (const argument of own.args) expect(launch.files[client]).toContain(`'${argument}'`);
  });

  it.each([
    ['its folder is gone: the exit code of cd would mean "bad"', 'exit 0', '/no/such/folder'],
    ['its syntax is wrong: if', 'if true; then', '/'],
    ['its syntax is wrong: a quote', 'echo "', '/'],
    ['its syntax is wrong: a bracket', 'exit 1; )', '/'],
  ])('has failed itself where %s', (_, command, folder) => {
    const [file = '', ...args] = launch.replaces ?? [];
    const env = { ...launch.env, MCP_BISECT_ORACLE: command, MCP_BISECT_DIRECTORY: folder };
    expect(spawnSync(file, args, { env }).status).toBe(126);
  });

  it('has no address of a gateway to give where there is none: over stdio', () => {
    const stdio = { transport: 'stdio' as const, command: 'node', args: ['bridge.js'] };
    const overStdio = { ...context, server: { ...context.server, address: stdio } };
    const { env } = clientForOracle(claudeCode, oracle).launch(overStdio);
    expect(env['MCP_BISECT_GATEWAY_URL']).toBe('');
  });
});
