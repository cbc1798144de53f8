/** Anthropic's Claude Code. Each fact here was seen on real releases, from 1.0.8 to 2.1.330. */
import type { JournalEntry } from '../fixture/journal.js';
import type { ExecutableLocation, Manifest } from '../registry/manifest.js';
import type { Target } from '../registry/platform.js';
import type { Client, Launch, LaunchContext } from './client.js';

const PACKAGE = '@anthropic-ai/claude-code';

/** Real keys have this shape; releases check it before they send anything. */
const DUMMY_KEY = 'sk-ant-api03-mcp-bisect-dummy-key-0000000000';

export const claudeCode: Client = {
  id: 'claude-code',
  title: 'Claude Code',
  package: PACKAGE,
  revision: 1,
  modelApi: 'anthropic-messages',
  locate,
  launch,
  modelToolName: (server, tool) => `mcp__${server}__${tool}`,
  logPatterns: [
    {
      pattern: /MCP session expired \(server returned 404\)/,
      meaning: 'took the 404 for an expired session',
    },
    { pattern: /Closing transport \(session expired\)/, meaning: 'closed its transport' },
    { pattern: /Failed to fetch tools/, meaning: 'failed to fetch tools' },
    { pattern: /Failed to open SSE stream/, meaning: 'could not open the listening stream' },
  ],
  reportedVersion,
};

/**
 * From 2.1.113 the main package is a stub whose optional dependencies name one package per target. Before, it holds
 * the program itself (`cli.mjs` up to 0.2.30, then `cli.js`), even in 2.1.110 … 2.1.112, which have platform packages
 * already that nobody was given by `npm install`.
 */
function locate(manifest: Manifest, target: Target): ExecutableLocation | { missing: string } {
  const bin = typeof manifest.bin === 'string' ? manifest.bin : manifest.bin?.['claude'];
  if (bin?.endsWith('js')) return javascript(manifest, bin);
  const name = `${PACKAGE}-${target}`;
  const version = manifest.optionalDependencies?.[name];
  if (version === undefined) return { missing: `it names no package for ${target}` };
  const entry = target.startsWith('win32') ? 'package/claude.exe' : 'package/claude';
  return { package: name, version, entry, companions: [], runner: 'native' };
}

function javascript({ name, version }: Manifest, bin: string): ExecutableLocation {
  return {
    package: name,
    version,
    entry: `package/${bin.replace(/^\.\//, '')}`,
    // package.json says that the program is an ES module; releases up to 2.0.x load the layout engine beside them.
    companions: ['package/package.json', 'package/yoga.wasm'],
    runner: 'node',
  };
}

/**
 * One headless run. No flag that came or went between releases is used: `--debug` writes below the configuration
 * folder in every era (`--debug-file` does not exist in 2.0.50), and the empty home makes `--strict-mcp-config`
 * (absent in 1.0.8) unnecessary. Unknown flags would end the client with exit code 1.
 */
function launch({ home, gatewayUrl, modelUrl, server, tool, prompt }: LaunchContext): Launch {
  const configuration = `${home}/.claude`;
  const servers = `${home}/mcp.json`;
  return {
    args: [
      '-p',
      prompt,
      '--mcp-config',
      servers,
      '--allowedTools',
      claudeCode.modelToolName(server, tool),
      '--debug',
      '--output-format',
      'stream-json',
      '--verbose',
    ],
    env: {
      CLAUDE_CONFIG_DIR: configuration,
      ANTHROPIC_BASE_URL: modelUrl,
      ANTHROPIC_API_KEY: DUMMY_KEY,
      DISABLE_AUTOUPDATER: '1',
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      DISABLE_TELEMETRY: '1',
      DISABLE_ERROR_REPORTING: '1',
      // Newer releases otherwise hide MCP tools behind a search tool, and a good release looks bad.
      ENABLE_TOOL_SEARCH: 'false',
    },
    files: { [servers]: JSON.stringify({ mcpServers: { [server]: { type: 'http', url: gatewayUrl } } }) },
    debugLogs: [`${configuration}/debug`],
  };
}

/** From the user agents `claude-code/2.1.146 (sdk-cli)` (gateway) and `claude-cli/2.1.146 (external, …)` (model). */
function reportedVersion(journal: readonly JournalEntry[]): string | undefined {
  for (const entry of journal) {
    if (entry.kind !== 'request') continue;
    const match = /^claude-(?:code|cli)\/(\S+)/.exec(entry.userAgent ?? '');
    if (match) return match[1];
  }
  return undefined;
}
