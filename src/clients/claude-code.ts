/** Anthropic's Claude Code. Each fact here was seen on real releases, from 1.0.8 to 2.1.330. */
import type { JournalEntry } from '../fixture/journal.js';
import type { Hold } from '../fixture/plan.js';
import type { Manifest } from '../registry/manifest.js';
import type { ExecutableLocation } from '../registry/releases.js';
import type { Target } from '../registry/platform.js';
import type { Client, Launch, LaunchContext } from './client.js';

const PACKAGE = '@anthropic-ai/claude-code';

/** Real keys have this shape; releases check it before they send anything. */
const DUMMY_KEY = 'sk-ant-api03-mcp-bisect-dummy-key-0000000000';

export const claudeCode: Client = {
  id: 'claude-code',
  title: 'Claude Code',
  package: PACKAGE,
  revision: 2,
  modelApi: 'anthropic-messages',
  locate,
  launch,
  bugForm: {
    fields: [
      { field: 'wrong', heading: "What's Wrong?" },
      { field: 'expected', heading: 'What Should Happen?' },
      { field: 'logs', heading: 'Error Messages/Logs' },
      { field: 'steps', heading: 'Steps to Reproduce' },
      { field: 'model', heading: 'Claude Model' },
      { field: 'regression', heading: 'Is this a regression?' },
      { field: 'lastWorking', heading: 'Last Working Version' },
      { field: 'version', heading: 'Claude Code Version' },
      { field: 'api', heading: 'Platform' },
      { field: 'system', heading: 'Operating System' },
      { field: 'terminal', heading: 'Terminal/Shell' },
      { field: 'additional', heading: 'Additional Information' },
    ],
    api: 'Anthropic API',
  },
  // GitHub makes the anchor of a heading of its letters and digits; a release without an entry leads to the top.
  changesIn: (version) =>
    `https://github.com/anthropics/claude-code/blob/main/CHANGELOG.md#${version.replaceAll(/[^\w-]/g, '')}`,
  configuration: (server) => ({
    path: '~/.claude.json',
    text: JSON.stringify(serverEntries({ server }), null, 2),
  }),
  healthCheck: { command: 'claude mcp list', launch: checkHealth, read: readHealth },
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
  if (bin?.endsWith('js'))
    return {
      package: manifest.name,
      version: manifest.version,
      entry: `package/${bin.replace(/^\.\//, '')}`,
      // package.json says that the program is an ES module; releases up to 2.0.x load the layout engine beside them.
      companions: ['package/package.json', 'package/yoga.wasm'],
      runner: 'node',
    };
  const name = `${PACKAGE}-${target}`;
  const version = manifest.optionalDependencies?.[name];
  if (version === undefined) return { missing: `it names no package for ${target}` };
  const entry = target.startsWith('win32') ? 'package/claude.exe' : 'package/claude';
  return { package: name, version, entry, companions: [], runner: 'native' };
}

/**
 * One run. No flag that came or went between releases is used: `--debug` writes below the configuration
 * folder in every era (`--debug-file` does not exist in 2.0.50), and the empty home makes `--strict-mcp-config`
 * (absent in 1.0.8) unnecessary. Unknown flags would end the client with exit code 1.
 */
function launch(context: LaunchContext): Launch {
  return context.mode === 'interactive' ? interactive(context) : headless(context);
}

function headless(context: LaunchContext): Launch {
  const servers = `${context.home}/mcp.json`;
  return {
    args: [
      '-p',
      context.prompt,
      '--mcp-config',
      servers,
      ...allowedTools(context),
      '--debug',
      '--output-format',
      'stream-json',
      '--verbose',
    ],
    env: environment(context),
    files: { [servers]: JSON.stringify(serverEntries(context)) },
    debugLogs: debugLogs(context),
  };
}

/**
 * One run at a terminal, past the dialogs of the first start: theme and login (`hasCompletedOnboarding`), the key found in
 * the environment (known by its last characters), and trust in the working directory.
 */
function interactive(context: LaunchContext): Launch {
  const { work, prompt } = context;
  const settings = {
    hasCompletedOnboarding: true,
    theme: 'dark',
    customApiKeyResponses: { approved: [DUMMY_KEY.slice(-20)], rejected: [] },
    projects: { [work]: { hasTrustDialogAccepted: true, allowedTools: [] } },
    ...serverEntries(context),
  };
  return {
    args: [...allowedTools(context), '--debug'],
    env: environment(context),
    files: { [`${configurationOf(context)}/.claude.json`]: JSON.stringify(settings) },
    debugLogs: debugLogs(context),
    terminal: {
      columns: 120,
      rows: 40,
      steps: [
        { when: INPUT_PROMPT, hold: toolsListed, type: prompt },
        // Enter in one piece with the text would be taken for a line break in something pasted.
        { when: firstWordsOf(prompt), type: '\r' },
      ],
    },
  };
}

/** `claude mcp list` knows no `--mcp-config`: the server has to be among the user's own. */
function checkHealth(context: LaunchContext): Launch {
  return {
    args: ['mcp', 'list'],
    env: environment(context),
    files: { [`${configurationOf(context)}/.claude.json`]: JSON.stringify(serverEntries(context)) },
    debugLogs: debugLogs(context),
  };
}

/** `gateway: http://127.0.0.1:1/mcp (HTTP) - ✓ Connected`, or `✗ Failed to connect`; others may have lines of their own. */
function readHealth(stdout: string, server: string): 'connected' | 'failed' | 'unknown' {
  const line = stdout.split('\n').find((text) => text.startsWith(`${server}: `)) ?? '';
  if (/ - \S+ Connected\s*$/.test(line)) return 'connected';
  return / - \S+ (?:Failed|Needs|Error|Not) /.test(line) ? 'failed' : 'unknown';
}

/** Where the user types, framed in some releases; and not the arrow before the selected line of a dialog. */
const INPUT_PROMPT = String.raw`^[\s│]*[>❯](?!\s*\d+\.)`;

/**
 * The first question takes whatever tools are known by then. A user comes after that; where the tools are never listed, the
 * question is asked all the same.
 */
const toolsListed: Hold = {
  until: { fixture: 'gateway', event: 'answer', rpc: 'tools/list' },
  settleMs: 200,
  atMostMs: 4_000,
};

/** Enough to know the prompt by, and short enough to be on one line. */
function firstWordsOf(prompt: string): string {
  const [words = ''] = /^.{0,20}/u.exec(prompt) ?? [];
  return words.replaceAll(/[^\w ]/gu, '.');
}

const configurationOf = ({ home }: LaunchContext) => `${home}/.claude`;
const debugLogs = (context: LaunchContext) => [`${configurationOf(context)}/debug`];
const serverEntries = ({ server }: Pick<LaunchContext, 'server'>) => ({
  mcpServers: { [server.name]: serverEntry(server) },
});
const allowedTools = ({ server, tools }: LaunchContext) => [
  '--allowedTools',
  tools.map((tool) => claudeCode.modelToolName(server.name, tool)).join(','),
];

function environment(context: LaunchContext): Launch['env'] {
  return {
    CLAUDE_CONFIG_DIR: configurationOf(context),
    ANTHROPIC_BASE_URL: context.modelUrl,
    ANTHROPIC_API_KEY: DUMMY_KEY,
    DISABLE_AUTOUPDATER: '1',
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    DISABLE_TELEMETRY: '1',
    DISABLE_ERROR_REPORTING: '1',
    // Newer releases otherwise hide MCP tools behind a search tool, and a good release looks bad.
    ENABLE_TOOL_SEARCH: 'false',
    // Some releases, 2.1.200 among them, otherwise ask the model some 2 s after they started, whatever tools have come by then.
    ...(context.waitsForServers && { MCP_CONNECTION_NONBLOCKING: '0' }),
  };
}

/** The entry of the server in the client's own form of configuration. */
function serverEntry({ address, headers }: LaunchContext['server']) {
  if (address.transport === 'stdio') return { type: 'stdio', command: address.command, args: address.args };
  return { type: 'http', url: address.url, ...(Object.keys(headers).length > 0 && { headers }) };
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
