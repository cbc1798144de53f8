/** Small bisections as they are kept: of a gateway that answers GET with 404, and one in which every text is hostile. */
import { claudeCode } from '../../src/clients/claude-code.js';
import type { Run } from '../../src/run/run.js';
import type { KeptRound } from '../../src/verdict/round.js';
import type { Observation } from '../../src/probe/observation.js';
import { answerOf, type Asked } from '../../src/search/answer.js';
import type { SearchEnd } from '../../src/search/change.js';
import type { Release } from '../../src/registry/releases.js';
import { getStream404 } from '../../src/scenarios/get-stream-404.js';
import { standingOf, type Standing } from '../../src/verdict/standing.js';
import { judgeRelease } from '../../src/verdict/judge.js';
import { journalOf, observationOf } from './observations.js';

export const TOOL = 'mcp__gateway__lookup_ticket';
/** A client that takes the refusal of the stream for what it is. */
export const WELL = `I N L> GET:405 L< model(Bash,${TOOL}) C model(Bash,${TOOL})=TICKET-4711_is_open`;
export const REFUSED = WELL.replace('405', '404');
/** One that closes tools/list over it. */
export const LOST = 'I N L> GET:404 L! model(Bash)';

const GOOD_LOG = `2026-11-22T23:45:43.505Z [DEBUG] MCP server "gateway": Initializing HTTP transport to http://127.0.0.1:34981/mcp
2026-11-22T23:45:43.534Z [DEBUG] MCP server "gateway": Connection error: Streamable HTTP error: Failed to open SSE stream: Not Found
2026-11-22T23:45:43.561Z [DEBUG] Sending 11 skills via attachment (initial, 11 total sent)
`;
const CONTROL_LOG = GOOD_LOG.replace(/.*Connection error.*\n/, '');
const BAD_LOG = `${GOOD_LOG}2026-11-22T23:45:43.534Z [DEBUG] MCP server "gateway": MCP session expired (server returned 404), triggering reconnection
2026-11-22T23:45:43.535Z [ERROR] MCP server "gateway" Failed to fetch tools: Not connected
`;

const captured = (text: string) => ({ text, bytes: Buffer.byteLength(text), capped: false });
const log = (text: string) => captured(text);
/** Later releases word a line in another way, whatever happens. */
const drifted = (text: string) => log(text.replace(', 11 total sent', ''));
const agentOf = (version: string) => `claude-code/${version} (sdk-cli)`;

/** One whole round of a release, judged by the scenario. */
export function roundOf(
  version: string,
  verdict: 'good' | 'bad',
  changes: Partial<Observation> = {},
): KeptRound {
  const isBad = verdict === 'bad';
  const seen = (arm: string, shorthand: string, debugLog: Observation['debugLog']) =>
    observationOf(arm, { version, journal: journalOf(shorthand, agentOf(version)), debugLog, ...changes });
  const word = isBad ? drifted : log;
  const observations = [
    seen('control', WELL, word(CONTROL_LOG)),
    seen('404-before-tools', isBad ? LOST : REFUSED, word(isBad ? BAD_LOG : GOOD_LOG)),
    seen('404-after-tools', REFUSED, word(GOOD_LOG)),
  ];
  return {
    judgement: judgeRelease(version, observations, getStream404, claudeCode),
    observations,
    isWhole: true,
  };
}

/** The round as it is kept beside a newer one of its kind: with its logs alone. */
export const reducedTo = (round: KeptRound): KeptRound => ({
  ...round,
  isWhole: false,
  observations: round.observations.map((seen) => ({ ...seen, journal: [], stderr: captured('') })),
});

export const releaseOf = (version: string): Release => ({
  version,
  publishedAt: '2026-05-21T02:50:00.000Z',
  timeDoubtful: false,
  prerelease: version.includes('-'),
  deprecated: null,
  missing: null,
  source: {
    integrity: `sha512-${version.replaceAll('.', '')}VZCBWaZbHPYXwvKqmCJ1Y2==`,
  } as Release['source'] & object,
});

const unavailableOf = (version: string): Release => ({
  ...releaseOf(version),
  source: null,
  missing: 'no linux-x64 package was published',
});

const VERSIONS = ['2.1.145', '2.1.146', '2.1.147', '2.1.150', '2.1.152'];
const RELEASES = {
  '2.1.146': [reducedTo(roundOf('2.1.146', 'good')), roundOf('2.1.146', 'good')],
  '2.1.147': [reducedTo(roundOf('2.1.147', 'bad')), roundOf('2.1.147', 'bad')],
};
const FOUND: SearchEnd = {
  direction: 'regression',
  versions: VERSIONS,
  step: { kind: 'found', boundary: { before: '2.1.146', after: '2.1.147' }, confidence: null },
};

export interface RunChanges extends Partial<Run> {
  readonly asked?: Asked;
  /** How its searches ended; 2.1.147 as the first bad release when left out. */
  readonly ends?: readonly SearchEnd[];
  readonly versions?: readonly string[];
  /** Of these, releases that were not published for this platform. */
  readonly unavailable?: readonly string[];
}

/** A run whose answer follows from its rounds. */
export function keptRun(changes: RunChanges = {}): Run {
  const {
    asked = 'regression',
    ends = [FOUND],
    versions = VERSIONS,
    unavailable = [],
    releases = RELEASES,
    ...fields
  } = changes;
  const { id, title, issue, spec, expected = '', server, tool, prompt, arms } = getStream404;
  return {
    schema: 1,
    id: 'abc123',
    startedAt: '2026-11-21T23:59:00.000Z',
    elapsedMs: 9000,
    tool: '0.1.0',
    reproduce: ['run', '--client', 'claude-code', '--good', '2.1.145', '--bad', '2.1.152'],
    client: 'claude-code',
    scenario: { id, title, issue, spec, expected, server, tool, prompt, arms },
    platform: 'linux-x64',
    mode: 'headless',
    isolation: 'bwrap',
    oracle: null,
    arms: null,
    rule: { repeat: 1, confirm: 3, confidence: 0.95, maxRounds: 120 },
    host: { system: 'Debian GNU/Linux 12 (bookworm), Linux 6.1.0, x64', node: '20.20.0' },
    answer: answerOf(
      asked,
      ends,
      versions.map((version) =>
        unavailable.includes(version) ? unavailableOf(version) : releaseOf(version),
      ),
      summariesOf(releases),
    ),
    paths: [
      [{ atMs: 3, why: 'ends', rounds: ['2.1.146', '2.1.147'].map((version) => ({ version, count: 1 })) }],
    ],
    probed: Object.keys(releases),
    downloads: 2,
    releases,
    identity: null,
    ...fields,
  };
}

function summariesOf(releases: Run['releases']): ReadonlyMap<string, Standing> {
  const summed = Object.entries(releases).flatMap(([version, rounds]) => {
    const summary = standingOf(
      rounds.map(({ judgement }) => judgement),
      null,
    );
    return summary ? [[version, summary] as const] : [];
  });
  return new Map(summed);
}

/** A run in which all that a client, a registry or a scenario's author can write is `text`. */
export function hostileRun(text: string, run: Run = keptRun()): Run {
  const { scenario, answer } = run;
  const hostile = hostileRound(text);
  return {
    ...run,
    reproduce: ['run', '--oracle', text],
    scenario: {
      ...scenario,
      title: text,
      issue: text,
      spec: text,
      expected: text,
      prompt: text,
      arms: scenario.arms.map((arm) => ({ ...arm, title: text, headers: { 'x-hostile': text } })),
    },
    oracle: text,
    host: { system: text, node: text },
    answer: { ...answer, rows: answer.rows.map((row) => ({ ...row, reason: text })) },
    releases: Object.fromEntries(
      Object.entries(run.releases).map(([version, rounds]) => [version, rounds.map(hostile)]),
    ),
  };
}

/** What is kept of a log, and of one field of a journal, has an end. */
const KEPT_CHARS = 20_000;

function hostileRound(text: string): (round: KeptRound) => KeptRound {
  const said = captured(text);
  const part = text.slice(0, KEPT_CHARS);
  return ({ judgement, observations, isWhole }) => ({
    isWhole,
    judgement: {
      ...judgement,
      reason: text,
      findings: judgement.findings.map((finding) => ({ ...finding, title: text, evidence: text })),
    },
    observations: observations.map((seen) => ({
      ...seen,
      command: [text],
      stdout: said,
      stderr: said,
      debugLog: captured(`${seen.debugLog.text}${part.replaceAll(/\s+/g, ' ')}\n`),
      screen: [text],
      fault: text,
      journal: seen.journal.map((entry) => ({
        ...entry,
        path: part,
        ...(entry.rpc !== undefined && { rpc: part }),
        session: part,
        ...(entry.kind === 'request' && {
          userAgent: part,
          tool: part,
          offeredTools: [part],
          toolResults: [part],
        }),
      })),
    })),
  });
}
