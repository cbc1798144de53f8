import { describe, expect, it } from 'vitest';
import { claudeCode } from '../../src/clients/claude-code.js';
import { clientById } from '../../src/clients/index.js';
import type { HealthCheck, Launch, LaunchContext } from '../../src/clients/client.js';
import type { Manifest } from '../../src/registry/manifest.js';
import { TARGETS, type Target } from '../../src/registry/platform.js';
import { journalOf } from '../helpers/observations.js';

const NAME = '@anthropic-ai/claude-code';

function manifest(version: string, bin: string, platforms: readonly Target[] = []): Manifest {
  return {
    name: NAME,
    version,
    bin: { claude: bin },
    optionalDependencies: Object.fromEntries(platforms.map((target) => [`${NAME}-${target}`, version])),
    dist: { tarball: 'https://localhost/x.tgz', integrity: 'sha512-x' },
  };
}

describe('the executable of a release', () => {
  it.each(TARGETS)('from 2.1.113 is in a package of its own for %s', (target) => {
    expect(claudeCode.locate(manifest('2.1.147', 'bin/claude.exe', TARGETS), target)).toEqual({
      package: `${NAME}-${target}`,
      version: '2.1.147',
      entry: target.startsWith('win32') ? 'package/claude.exe' : 'package/claude',
      companions: [],
      runner: 'native',
    });
  });

  it.each([
    ['2.1.112', 'cli.js'],
    ['0.2.9', './cli.mjs'],
  ])('of %s is %s in the main package, run with node', (version, bin) => {
    expect(claudeCode.locate(manifest(version, bin), 'linux-x64')).toMatchObject({
      package: NAME,
      version,
      entry: `package/${bin.replace('./', '')}`,
      runner: 'node',
    });
  });

  it('is missing, with the reason, where the release names no package for the target', () => {
    expect(claudeCode.locate(manifest('2.1.147', 'bin/claude.exe', ['linux-x64']), 'darwin-arm64')).toEqual({
      missing: 'it names no package for darwin-arm64',
    });
  });
});

const CONTEXT: LaunchContext = {
  version: '2.1.147',
  command: ['/store/claude'],
  mode: 'headless',
  home: '/probe/home',
  work: '/probe/work',
  server: {
    name: 'gateway',
    address: { transport: 'http', url: 'http://127.0.0.1:1/mcp' },
    headers: {},
  },
  modelUrl: 'http://127.0.0.1:2',
  tools: ['lookup', 'close'],
  prompt: 'Look it up (quickly), and tell me what it says.',
  waitsForServers: true,
};

/** The one file of a launch, parsed. */
function settingsOf({ files }: Launch) {
  const [[path, contents] = []] = Object.entries(files);
  return { path, settings: JSON.parse(contents ?? '') };
}

describe('a launch', () => {
  const launch = claudeCode.launch(CONTEXT);

  it('points the client at both fixtures and nothing else', () => {
    expect(launch.env['ANTHROPIC_BASE_URL']).toBe('http://127.0.0.1:2');
    expect(Object.values(launch.files)).toEqual([
      JSON.stringify({ mcpServers: { gateway: { type: 'http', url: 'http://127.0.0.1:1/mcp' } } }),
    ]);
    expect(Object.keys(launch.files)).toEqual([launch.args[launch.args.indexOf('--mcp-config') + 1]]);
  });

  it('has the client wait for its servers, unless that is the question', () => {
    expect(launch.env['MCP_CONNECTION_NONBLOCKING']).toBe('0');
    const alone = claudeCode.launch({ ...CONTEXT, waitsForServers: false });
    expect(alone.env).not.toHaveProperty('MCP_CONNECTION_NONBLOCKING');
  });

  it('allows the tools, and asks with the prompt', () => {
    expect(launch.args).toContain('mcp__gateway__lookup,mcp__gateway__close');
    expect(launch.args.slice(0, 2)).toEqual(['-p', CONTEXT.prompt]);
    expect(launch.terminal).toBeUndefined();
  });

  it('gives the client the static headers of a server, and the command of one over stdio', () => {
    const { server } = CONTEXT;
    const withHeaders = claudeCode.launch({ ...CONTEXT, server: { ...server, headers: { 'x-team': 'a' } } });
    expect(settingsOf(withHeaders).settings.mcpServers.gateway).toEqual({
      type: 'http',
      url: 'http://127.0.0.1:1/mcp',
      headers: { 'x-team': 'a' },
    });
    const address = { transport: 'stdio', command: 'node', args: ['bridge.js'] } as const;
    const stdio = claudeCode.launch({ ...CONTEXT, server: { ...server, address } });
    expect(settingsOf(stdio).settings.mcpServers.gateway).toEqual({
      type: 'stdio',
      command: 'node',
      args: ['bridge.js'],
    });
  });

  it('uses no flag that some releases do not know', () => {
    for (const flag of ['--debug-file', '--strict-mcp-config']) expect(launch.args).not.toContain(flag);
  });

  it('writes and reads only below the home of the room', () => {
    for (const path of [...Object.keys(launch.files), ...launch.debugLogs])
      expect(path).toMatch(/^\/probe\/home\//);
  });
});

describe('an interactive launch', () => {
  const launch = claudeCode.launch({ ...CONTEXT, mode: 'interactive' });
  const { path, settings } = settingsOf(launch);
  const [type, enter] = launch.terminal?.steps ?? [];

  it('is past every dialog of the first start by its configuration', () => {
    expect(path).toBe(`${launch.env['CLAUDE_CONFIG_DIR']}/.claude.json`);
    expect(settings).toMatchObject({
      hasCompletedOnboarding: true,
      customApiKeyResponses: { approved: [launch.env['ANTHROPIC_API_KEY']?.slice(-20)] },
      projects: { '/probe/work': { hasTrustDialogAccepted: true } },
      mcpServers: { gateway: { type: 'http', url: 'http://127.0.0.1:1/mcp' } },
    });
  });

  it('takes neither a prompt nor a flag that some releases do not know from the command line', () => {
    expect(launch.args).toEqual(['--allowedTools', 'mcp__gateway__lookup,mcp__gateway__close', '--debug']);
  });

  it.each([
    ['❯ Try "fix the tests"', true],
    ['> ', true],
    ['│ > Try "edit"            │', true],
    ['❯ 1. Yes, I trust this folder', false],
    ['│ ❯ 2. No, exit          │', false],
    ['Welcome to Claude Code', false],
  ])('types at the screen line %j: %s', (line, types) => {
    expect(new RegExp(type?.when ?? '', 'u').test(line)).toBe(types);
  });

  it('types the prompt once the tools have been listed, and Enter once the prompt is on the screen', () => {
    expect(type).toMatchObject({
      type: CONTEXT.prompt,
      hold: { until: { fixture: 'gateway', event: 'answer', rpc: 'tools/list' } },
    });
    expect(enter?.type).toBe('\r');
    expect(new RegExp(enter?.when ?? '', 'u').test(`❯ ${CONTEXT.prompt}`)).toBe(true);
    expect(new RegExp(enter?.when ?? '', 'u').test('❯ Try "fix the tests"')).toBe(false);
  });
});

describe('the health check', () => {
  const check = claudeCode.healthCheck as HealthCheck;

  it('is mcp list, with the server among the user’s own and nothing else', () => {
    const launch = check.launch(CONTEXT);
    expect([check.command, launch.args]).toEqual(['claude mcp list', ['mcp', 'list']]);
    expect(settingsOf(launch)).toEqual({
      path: '/probe/home/.claude/.claude.json',
      settings: { mcpServers: { gateway: { type: 'http', url: 'http://127.0.0.1:1/mcp' } } },
    });
  });

  it.each([
    ['connected', 'Checking MCP server health...\n\ngateway: http://127.0.0.1:1/mcp (HTTP) - ✓ Connected\n'],
    ['connected', 'gateway: http://127.0.0.1:1/mcp (HTTP) - ✔ Connected\n'],
    ['failed', 'gateway: http://127.0.0.1:1/mcp (HTTP) - ✗ Failed to connect\n'],
    ['failed', 'gateway: http://127.0.0.1:1/mcp (HTTP) - ⚠ Needs authentication\n'],
    [
      'failed',
      'other: http://127.0.0.1:1/mcp (HTTP) - ✓ Connected\ngateway: http://x - ✗ Failed to connect\n',
    ],
    ['connected', 'other: x - ✗ Failed to connect\ngateway: http://127.0.0.1:1/mcp (HTTP) - ✓ Connected\n'],
    ['unknown', 'my-gateway: http://127.0.0.1:1/mcp (HTTP) - ✓ Connected\n'],
    ['unknown', 'No MCP servers configured. Use `claude mcp add` to add a server.\n'],
    ['unknown', ''],
  ])('is read as %s from %j', (said, stdout) => {
    expect(check.read(stdout, CONTEXT.server.name)).toBe(said);
  });
});

describe('the version that ran', () => {
  it.each([
    ['claude-code/2.1.146 (sdk-cli)', '2.1.146'],
    ['claude-code/1.0.128', '1.0.128'],
    ['claude-cli/2.1.330 (external, sdk-cli)', '2.1.330'],
    ['Bun/1.3.14', undefined],
    ['node', undefined],
  ])('is read from the user agent %s', (agent, version) => {
    expect(claudeCode.reportedVersion(journalOf('I', agent))).toBe(version);
  });
});

describe('the table of clients', () => {
  it('gives a client by its id, and names those there are otherwise', () => {
    expect(clientById('claude-code')).toBe(claudeCode);
    expect(() => clientById('emacs')).toThrow(
      expect.objectContaining({ code: 'UNKNOWN_CLIENT', hint: 'choose one of claude-code' }),
    );
  });
});

it('its changes are told in a changelog, whose anchors are as GitHub makes them', () => {
  expect(claudeCode.changesIn?.('2.1.147', '2.1.146')).toBe(
    'https://github.com/anthropics/claude-code/blob/main/CHANGELOG.md#21147',
  );
});
