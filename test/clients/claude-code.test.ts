import { describe, expect, it } from 'vitest';
import { claudeCode } from '../../src/clients/claude-code.js';
import { clientById } from '../../src/clients/index.js';
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

describe('a launch', () => {
  const launch = claudeCode.launch({
    version: '2.1.147',
    home: '/probe/home',
    work: '/probe/work',
    gatewayUrl: 'http://127.0.0.1:1/mcp',
    modelUrl: 'http://127.0.0.1:2',
    server: 'gateway',
    tool: 'lookup',
    prompt: 'Look it up.',
  });

  it('points the client at both fixtures and nothing else', () => {
    expect(launch.env['ANTHROPIC_BASE_URL']).toBe('http://127.0.0.1:2');
    expect(Object.values(launch.files)).toEqual([
      JSON.stringify({ mcpServers: { gateway: { type: 'http', url: 'http://127.0.0.1:1/mcp' } } }),
    ]);
    expect(Object.keys(launch.files)).toEqual([launch.args[launch.args.indexOf('--mcp-config') + 1]]);
  });

  it('allows the one tool, and asks with the prompt', () => {
    expect(launch.args).toContain('mcp__gateway__lookup');
    expect(launch.args.slice(0, 2)).toEqual(['-p', 'Look it up.']);
  });

  it('uses no flag that some releases do not know', () => {
    for (const flag of ['--debug-file', '--strict-mcp-config']) expect(launch.args).not.toContain(flag);
  });

  it('writes and reads only below the home of the room', () => {
    for (const path of [...Object.keys(launch.files), ...launch.debugLogs])
      expect(path).toMatch(/^\/probe\/home\//);
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
