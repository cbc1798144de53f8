/** A report as it comes out of the reported bisection, in small; and one in which every text is hostile. */
import type { Row } from '../../src/search/answer.js';
import type {
  ArmComparison,
  ArmEvidence,
  LogDifference,
  Report,
  ReportRow,
  Arrow,
} from '../../src/report/report.js';
import { claudeCode } from '../../src/clients/claude-code.js';

const row = (
  version: string,
  day: string,
  verdict: Row['verdict'],
  more: Partial<ReportRow> = {},
): ReportRow => ({
  version,
  publishedAt: `2026-05-${day}T02:50:00.000Z`,
  timeDoubtful: false,
  verdict,
  basis: 'tested',
  label: verdict === 'good' ? 'works' : 'broken',
  runs: 1,
  rounds: { good: verdict === 'good' ? 1 : 0, bad: verdict === 'bad' ? 1 : 0, skip: 0 },
  flaky: false,
  reason: verdict === 'good' ? 'tool called, result returned, no reconnect' : '404 before tools: tools lost',
  integrity: `sha512-${version.replaceAll('.', '')}VZCBWaZbHPYXwvKqmCJ1Y2iPVrVSDGZTqbe0cGZ6Zyw==`,
  unpublishedBefore: [],
  ...more,
});

const INFERRED = { basis: 'inferred', runs: 0, rounds: { good: 0, bad: 0, skip: 0 }, reason: '' } as const;
const FOUR_GOOD = { runs: 4, rounds: { good: 4, bad: 0, skip: 0 } };
const FOUR_BAD = { runs: 4, rounds: { good: 0, bad: 4, skip: 0 } };

const rows: readonly ReportRow[] = [
  row('2.1.142', '15', 'good'),
  row('2.1.145', '19', 'good', { ...INFERRED, unpublishedBefore: ['2.1.143', '2.1.144'] }),
  row('2.1.146', '21', 'good', { label: 'last known good', ...FOUR_GOOD }),
  row('2.1.147', '21', 'bad', { label: 'first broken', ...FOUR_BAD }),
  row('2.1.148', '22', 'bad', INFERRED),
  row('2.1.149', '23', 'skip', { label: 'untestable', reason: 'the client did not start' }),
  row('2.1.150', '23', 'bad'),
];

const step = (atMs: number, kind: Arrow['kind'], text: string, more: Partial<Arrow> = {}): Arrow => ({
  atMs,
  from: kind === 'answer' ? 'gateway' : 'client',
  to: kind === 'answer' ? 'client' : 'gateway',
  kind,
  text,
  detail: '',
  session: 1,
  tone: 'plain',
  ...more,
});

const common: readonly Arrow[] = [
  step(12, 'request', 'POST initialize', { session: null }),
  step(14, 'answer', '200', { detail: 'to POST initialize; issues session 1' }),
  step(20, 'request', 'POST tools/list'),
  step(22, 'request', 'GET'),
  step(23, 'answer', '404', { detail: 'to GET; held 1 ms', tone: 'refused' }),
];
const goodSteps: readonly Arrow[] = [
  ...common,
  step(40, 'answer', '200', { detail: 'to POST tools/list; held 20 ms' }),
  step(61, 'request', 'POST /v1/messages', { to: 'model', session: null, detail: '27 tools' }),
  step(63, 'answer', '200', { from: 'model', session: null, detail: 'to POST /v1/messages' }),
  step(70, 'request', 'POST tools/call'),
  step(71, 'answer', '200', { detail: 'to POST tools/call' }),
];
const badSteps: readonly Arrow[] = [
  ...common,
  step(29, 'aborted', 'closed by the client', { detail: 'POST tools/list', tone: 'broken' }),
  step(61, 'request', 'POST /v1/messages', { to: 'model', session: null, detail: '26 tools' }),
  step(63, 'answer', '200', { from: 'model', session: null, detail: 'to POST /v1/messages' }),
];

function evidence(outcome: 'pass' | 'fail', more: Partial<ArmEvidence> = {}): ArmEvidence {
  const fails = outcome === 'fail';
  return {
    arm: '404-before-tools',
    title: '404 before tools',
    isControl: false,
    outcome,
    evidence: fails ? 'tools lost' : 'tool called, result returned, no reconnect',
    end: fails ? 'exited with code 0' : 'ended by us, its arm being settled',
    durationMs: fails ? 730 : 640,
    steps: fails ? badSteps : goodSteps,
    omitted: 0,
    tools: [
      {
        atMs: 61,
        names: fails ? ['Bash', 'Read'] : ['Bash', 'Read', 'mcp__gateway__lookup_ticket'],
        fromServer: fails ? [] : ['mcp__gateway__lookup_ticket'],
      },
    ],
    logged: fails ? ['took the 404 for an expired session', 'closed its transport'] : [],
    stderr: '',
    stdout: '',
    log: fails ? ['[ERROR] MCP server "gateway" Failed to fetch tools: Not connected'] : [],
    screen: null,
    ...more,
  };
}

const log: LogDifference = {
  focused: [
    { kind: 'skipped', text: '17 unchanged lines' },
    {
      kind: 'same',
      text: '[DEBUG] MCP server "gateway": Connection error: Failed to open SSE stream: Not Found',
    },
    { kind: 'removed', text: '[DEBUG] MCP server "gateway": Calling MCP tool: lookup_ticket' },
    {
      kind: 'added',
      text: '[DEBUG] MCP server "gateway": MCP session expired (server returned 404), triggering reconnection',
    },
    { kind: 'added', text: '[DEBUG] MCP server "gateway": Closing transport (session expired)' },
    { kind: 'added', text: '[ERROR] MCP server "gateway" Failed to fetch tools: Not connected' },
  ],
  full: [
    { kind: 'skipped', text: '120 unchanged lines' },
    { kind: 'added', text: '[ERROR] MCP server "gateway" Failed to fetch tools: Not connected' },
  ],
  telling: [
    '[DEBUG] MCP server "gateway": MCP session expired (server returned 404), triggering reconnection',
    '[DEBUG] MCP server "gateway": Closing transport (session expired)',
  ],
  goodLogs: 4,
  badLogs: 4,
  serverLines: { good: 19, bad: 21 },
};

const CONTROL = { arm: 'control', title: 'GET 405 (control)', isControl: true };
const failing: ArmComparison = {
  arm: '404-before-tools',
  title: '404 before tools',
  isControl: false,
  good: evidence('pass'),
  bad: evidence('fail'),
  exchanges: [
    {
      request: 'POST initialize',
      answer: '200, issues a session',
      bodies: ['{"protocolVersion":"2025-11-25"}'],
      good: '1×',
      bad: '1×',
      differs: false,
    },
    { request: 'GET (listening stream)', answer: '404', bodies: [], good: '1×', bad: '1×', differs: false },
    {
      request: 'POST tools/list',
      answer: '200',
      bodies: ['{"tools":[],"nextCursor":"page-2"}'],
      good: '1×',
      bad: '1×, 1 closed by the client',
      differs: true,
    },
    {
      request: 'POST tools/call',
      answer: '200',
      bodies: ['{"content":[]}'],
      good: '1×',
      bad: 'never',
      differs: true,
    },
  ],
  log,
};
const control: ArmComparison = {
  ...failing,
  ...CONTROL,
  good: evidence('pass', CONTROL),
  bad: evidence('pass', CONTROL),
  exchanges: failing.exchanges.map((exchange) => ({ ...exchange, bad: exchange.good, differs: false })),
  log: null,
};

const ADVERB = 'Last known good: 2.1.146.';

/** The report on 2.1.147. */
export const sampleReport: Report = {
  id: '7f3a01',
  startedAt: '2026-11-23T00:10:00.000Z',
  elapsedMs: 12_400,
  tool: 'mcp-bisect 0.1.0',
  client: claudeCode,
  scenario: {
    id: 'get-stream-404',
    title: 'GET listening stream answered with 404',
    issue: 'https://github.com/anthropics/claude-code/issues/62198',
    spec: 'MCP 2025-03-26, Transports › Streamable HTTP › Listening for Messages from the Server',
    expected: 'The client goes on over POST: the listening stream is optional.',
    server: 'gateway',
    tool: 'lookup_ticket',
    prompt: 'Call the tool lookup_ticket with the id TICKET-4711 and tell me what it says.',
  },
  platform: 'linux-x64',
  mode: 'headless',
  isolation: 'bwrap',
  oracle: null,
  arms: null,
  asked: 'regression',
  outcome: 'found',
  answer: { asked: 'regression', outcome: 'found', changes: [], rows },
  title: 'Claude Code 2.1.147 broke: GET listening stream answered with 404',
  sentence: `First broken: 2.1.147 (published 2026-05-21 21:31 UTC). ${ADVERB}`,
  wrong: 'From 2.1.147 on Claude Code fails with such a server: 404 before tools: tools lost. 2.1.146 works.',
  expected: 'The client goes on over POST: the listening stream is optional.',
  lastGood: '2.1.146',
  firstBad: '2.1.147',
  newestBad: '2.1.150',
  isRegression: 'yes',
  changeLinks: [],
  rows,
  comparisons: [
    {
      direction: 'regression',
      isBoundary: true,
      untested: [],
      good: '2.1.146',
      bad: '2.1.147',
      arms: [failing, control],
    },
  ],
  releases: rows
    .filter(({ basis }) => basis === 'tested')
    .map(({ version, label, reason, verdict }) => ({
      version,
      label,
      reason,
      arms:
        verdict === 'skip' ? [] : [evidence(verdict === 'bad' ? 'fail' : 'pass'), evidence('pass', CONTROL)],
    })),
  path: [
    {
      search: 1,
      side: null,
      atMs: 0,
      why: 'both ends, before anything else',
      asked: [
        { version: '2.1.142', rounds: 1, verdict: 'good' },
        { version: '2.1.150', rounds: 1, verdict: 'bad' },
      ],
    },
    {
      search: 1,
      side: null,
      atMs: 3100,
      why: 'the middle of what is left',
      asked: [{ version: '2.1.146', rounds: 1, verdict: 'good' }],
    },
  ],
  probed: ['2.1.142', '2.1.146', '2.1.147', '2.1.150'],
  downloads: 4,
  environment: [
    { name: 'Operating system', value: 'Debian GNU/Linux 12 (bookworm)' },
    { name: 'Isolation', value: 'bubblewrap' },
  ],
  protocolVersion: '2025-11-25',
  configuration: {
    path: '~/.claude.json',
    text: '{\n  "mcpServers": { "gateway": { "type": "http", "url": "https://<your-host>/mcp" } }\n}',
  },
  reproduce: 'mcp-bisect run --client claude-code --scenario get-stream-404 --good 2.1.142 --bad 2.1.150',
  warnings: [],
};

/** What a client can print. Each piece is a different way out of a format; the key has the usual shape, and is made up. */
export const HOSTILE_KEY = `sk-ant-api03-${'Ab3_'.repeat(20)}`;
export const HOSTILE = [
  HOSTILE_KEY,
  '<script>document.title = "owned"</script>',
  '![x](https://evil.example/x.png)',
  '@everyone @octocat',
  '| a | b |',
  '```',
  '``````',
  '~~~',
  '</details></summary></code></pre></textarea>-->',
  ']]>',
  '\u001B[31mred\u001B[0m\u001B]8;;https://evil.example\u0007link\u001B]8;;\u0007',
  '\u202Egnihton\u202C\u0000\u0007',
  '#1 org/repo#2 https://evil.example www.evil.example me@evil.example',
  '\n\n| 2.1.146 | 2026-05-21 02:50 | first broken | tested |\n|---|---|---|---|\n',
  '\n::error title=owned::owned\n',
  '&lt;b&gt; &amp; " \' ` $& $1',
].join(' ');

/** The same report with every text that comes from a client, a registry or a scenario file replaced by `text`. */
export function hostileReport(text = HOSTILE): Report {
  return replaced(sampleReport, text) as Report;
}

/** Fields that hold such text; all others are words of this tool, numbers, or checked for their form. */
const FOREIGN = new Set([
  'text',
  'detail',
  'evidence',
  'reason',
  'stderr',
  'stdout',
  'request',
  'answer',
  'title',
  'expected',
  'spec',
  'server',
  'tool',
  'prompt',
  'wrong',
  'sentence',
  'value',
  'reproduce',
  'end',
  'why',
  'oracle',
]);
const LISTS = new Set([
  'names',
  'fromServer',
  'logged',
  'telling',
  'warnings',
  'screen',
  'log',
  'unpublishedBefore',
  'bodies',
]);

function replaced(value: unknown, text: string, key = ''): unknown {
  if (typeof value === 'string' || (value === null && key === 'oracle'))
    return FOREIGN.has(key) ? text : value;
  if (value === null && key === 'screen') return [text, text];
  if (Array.isArray(value)) return value.map((item) => (LISTS.has(key) ? text : replaced(item, text)));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [
      name,
      name === 'client'
        ? inner
        : name === 'answer' && typeof inner !== 'string'
          ? inner
          : replaced(inner, text, name),
    ]),
  );
}
