/** Version tables and pages of releases as a night makes them: the reported window in small, long ones, and hostile ones. */
import type { ArmEvidence } from '../../src/report/evidence.js';
import type {
  Cell,
  ClientTable,
  Column,
  ReleasePage,
  TableRow,
  VersionTable,
} from '../../src/report/nightly/version-table.js';
import { HOSTILE, sampleReport } from './reports.js';

const column = (scenario: string, title: string, more: Partial<Column> = {}): Column => ({
  key: scenario,
  scenario,
  title,
  mode: 'headless',
  issue: '',
  ...more,
});

const ISSUES = 'https://github.com/anthropics/claude-code/issues';

const columns: readonly Column[] = [
  column('get-stream-404', 'GET listening stream answered with 404', { issue: `${ISSUES}/62198` }),
  column('get-stream-404', 'GET listening stream answered with 404', {
    key: 'get-stream-404-interactive',
    mode: 'interactive',
    issue: `${ISSUES}/62198`,
  }),
  column('get-405', 'GET listening stream answered with 405'),
  column('get-sse-closes', 'GET listening stream closed by the server'),
  column('session-expired', 'POST answered with 404: the session has expired'),
  column('bearer-static-headers', 'bearer token in static headers'),
  column('discover-fallback', 'server/discover is refused, initialize is not'),
  column('modern-discover', 'server of 2026-07-28 alone, without initialize'),
  column('slow-initialize', 'initialize is answered slowly'),
  column('stdio-stray-line', 'stdio server prints a line before its first message'),
];

const NONE = { good: 0, bad: 0, skip: 0 };

const good: Cell = {
  result: 'good',
  mark: null,
  reason: 'tool called, result returned, no reconnect',
  runs: 4,
  rounds: { ...NONE, good: 1 },
  testedAt: '2026-05-29T03:12:00.000Z',
};
const bad: Cell = {
  ...good,
  result: 'bad',
  reason: '404 before tools: tools lost; 404 after tools: re-initialized 2×',
  rounds: { ...NONE, bad: 1 },
};
const skip: Cell = {
  ...good,
  result: 'skip',
  reason: 'the client did not start: it asked for a login',
  rounds: { ...NONE, skip: 2 },
};
const flaky: Cell = {
  ...good,
  result: 'flaky',
  reason: 'initialize after 20 s: given up in some rounds',
  runs: 12,
  rounds: { good: 2, bad: 2, skip: 0 },
};
const untested: Cell = { result: 'untested', mark: null, reason: '', runs: 0, rounds: NONE, testedAt: null };

/** Cells of these kinds, to be put together. */
export const CELLS = { good, bad, skip, flaky, untested } as const;

const FOUR_GOOD = { rounds: { ...NONE, good: 4 }, runs: 16 };
const FOUR_BAD = { rounds: { ...NONE, bad: 4 }, runs: 16 };

/** What stands in the first two columns, and in that of servers without initialize. */
const WINDOW: readonly (readonly [version: string, date: string, stream: Cell, modern: Cell])[] = [
  ['2.1.155', '2026-05-29T01:03:11.000Z', good, good],
  ['2.1.154', '2026-05-28T17:52:40.000Z', good, good],
  ['2.1.153', '2026-05-28T00:19:02.000Z', { ...good, ...FOUR_GOOD, mark: 'first fixed' }, good],
  ['2.1.152', '2026-05-27T00:44:31.000Z', { ...bad, ...FOUR_BAD, mark: 'last broken' }, good],
  ['2.1.150', '2026-05-23T02:50:00.000Z', bad, { ...bad, reason: 'never asked again' }],
  ['2.1.149', '2026-05-22T21:08:26.000Z', bad, { ...bad, reason: 'never asked again' }],
  ['2.1.148', '2026-05-22T01:26:18.000Z', bad, { ...bad, reason: 'never asked again' }],
  ['2.1.147', '2026-05-21T21:31:12.000Z', { ...bad, ...FOUR_BAD, mark: 'first broken' }, bad],
  ['2.1.146', '2026-05-21T02:50:44.000Z', { ...good, ...FOUR_GOOD, mark: 'last good' }, bad],
  ['2.1.145', '2026-05-19T21:14:03.000Z', good, bad],
  ['2.1.144', '2026-05-18T23:51:55.000Z', good, bad],
  ['2.1.143', '2026-05-15T23:24:07.000Z', untested, untested],
];

const SPECIAL: Readonly<Record<string, Partial<TableRow>>> = {
  '2.1.148': { deprecated: 'superseded by 2.1.153' },
  '2.1.144': { isUnpublished: true },
  '2.1.143': { missing: 'no package for linux-x64', integrity: null, evidence: null },
};

const SLOW: Readonly<Record<string, Cell>> = { '2.1.154': flaky, '2.1.149': skip, '2.1.148': skip };

const rows: readonly TableRow[] = WINDOW.map(([version, publishedAt, stream, modern]) => ({
  version,
  publishedAt,
  timeDoubtful: false,
  deprecated: null,
  isUnpublished: false,
  missing: null,
  integrity: `sha512-${version.replaceAll('.', '')}VZCBWaZbHPYXwvKqmCJ1Y2iPVrVSDGZTqbe0cGZ6Zyw==`,
  evidence: {
    markdown: `evidence/claude-code/${version}.md`,
    html: `evidence/claude-code/${version}.html`,
  },
  cells: columns.map(({ key }): Cell => {
    if (stream.result === 'untested') return untested;
    if (key === 'get-stream-404') return stream;
    if (key === 'get-stream-404-interactive') return { ...stream, mark: null };
    if (key === 'modern-discover') return modern;
    return key === 'slow-initialize' ? (SLOW[version] ?? good) : good;
  }),
  ...SPECIAL[version],
}));

/** Claude Code around 2.1.147, ten columns. */
export const sampleClient: ClientTable = {
  client: 'claude-code',
  title: 'Claude Code',
  package: '@anthropic-ai/claude-code',
  platform: 'linux-x64',
  columns,
  rows,
  changes: [
    {
      kind: 'fix',
      column: 'get-stream-404',
      before: '2.1.152',
      after: '2.1.153',
      suspects: [],
      isConfirmed: true,
      report: { markdown: 'reports/fix-2.1.153.md', html: 'reports/fix-2.1.153.html' },
    },
    {
      kind: 'fix',
      column: 'modern-discover',
      before: '2.1.150',
      after: '2.1.152',
      suspects: ['2.1.151'],
      isConfirmed: false,
      report: null,
    },
    {
      kind: 'regression',
      column: 'get-stream-404',
      before: '2.1.146',
      after: '2.1.147',
      suspects: [],
      isConfirmed: true,
      report: { markdown: 'reports/regression-2.1.147.md', html: 'reports/regression-2.1.147.html' },
    },
  ],
};

export const sampleTable: VersionTable = { schema: 1, clients: [sampleClient] };

/** A table of so many releases and columns, in which every kind of cell occurs. */
export function longTable(releases: number, scenarios: number): VersionTable {
  const kinds = Object.values(CELLS);
  const many = Array.from({ length: scenarios }, (_, index) =>
    column(`scenario-${index}`, `what is asked in column ${index}`),
  );
  const [first = fail()] = rows;
  const long = Array.from({ length: releases }, (_, index): TableRow => {
    const version = `3.0.${releases - index}`;
    const evidence = {
      markdown: `evidence/claude-code/${version}.md`,
      html: `evidence/claude-code/${version}.html`,
    };
    const cells = many.map((__, place) => kinds[(index + place) % kinds.length] ?? good);
    return { ...first, version, evidence, cells };
  });
  return { schema: 1, clients: [{ ...sampleClient, columns: many, rows: long, changes: [] }] };
}

function fail(): never {
  throw new Error('The sample has lost its releases.');
}

function armsOf(verdict: 'good' | 'bad'): readonly ArmEvidence[] {
  return sampleReport.comparisons[0]?.arms.map((arm) => arm[verdict]) ?? fail();
}

/** What is recorded of a release of the sample: a round for every column that was tried. */
export function samplePage(version = '2.1.147'): ReleasePage {
  const { client, title, package: name, platform } = sampleClient;
  const row = rows.find((one) => one.version === version) ?? fail();
  const rounds = columns.flatMap(({ key }, index) => {
    const result = row.cells[index]?.result ?? 'untested';
    if (result === 'untested') return [];
    return [[key, { isolation: 'bwrap', arms: armsOf(result === 'good' ? 'good' : 'bad') }] as const];
  });
  return { client, title, package: name, platform, row, columns, rounds: Object.fromEntries(rounds) };
}

/** Fields whose text comes from a client, a registry or a scenario. */
const FOREIGN = new Set(
  'title issue version deprecated missing reason before after text detail evidence end stderr stdout package'.split(
    ' ',
  ),
);
const LISTS = new Set(['suspects', 'names', 'fromServer', 'logged', 'log', 'screen']);

/** The same value with every text that comes from a client, a registry or a scenario replaced. */
function hostile<T>(value: T, text: string): T {
  const replaced = (inner: unknown, key: string): unknown => {
    if (typeof inner === 'string') return FOREIGN.has(key) ? text : inner;
    if (inner === null)
      return ['deprecated', 'missing', 'screen'].includes(key) ? (key === 'screen' ? [text] : text) : null;
    if (Array.isArray(inner))
      return inner.map((item: unknown) => (LISTS.has(key) ? text : replaced(item, '')));
    if (typeof inner !== 'object') return inner;
    return Object.fromEntries(Object.entries(inner).map(([name, one]) => [name, replaced(one, name)]));
  };
  return replaced(value, '') as T;
}

/** A table in which every text of others is `text`; versions are told apart by a number. */
export function hostileTable(text = HOSTILE): VersionTable {
  const table = hostile(sampleTable, text);
  return {
    ...table,
    clients: table.clients.map((client) => ({
      ...client,
      rows: client.rows.map((row, index) => ({ ...row, version: `${text} ${index}` })),
    })),
  };
}

/** The page of a release in which every text of others is `text`. */
export const hostilePage = (text = HOSTILE): ReleasePage => hostile(samplePage(), text);
