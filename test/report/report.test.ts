import { describe, expect, it } from 'vitest';
import { claudeCode } from '../../src/clients/claude-code.js';
import type { Run } from '../../src/run/run.js';
import { reproduceLine } from '../../src/report/carried-file.js';
import { configurationOf, environmentOf } from '../../src/report/environment.js';
import type { ArmEvidence } from '../../src/report/evidence.js';
import { reportOf, type Report } from '../../src/report/report.js';
import { stdioStrayLine } from '../../src/scenarios/stdio-stray-line.js';
import { hostileRun, keptRun, LOST, reducedTo, roundOf, type RunChanges } from '../helpers/kept-runs.js';
import { journalOf, observationOf } from '../helpers/observations.js';
import { redactRun } from '../../src/report/redact/redact.js';
import { HOSTILE, HOSTILE_KEY, told } from '../helpers/reports.js';

/** What a run's report is made of, where test/golden does not show it. */

const report = (changes: RunChanges = {}): Report => reportOf(keptRun(changes), claudeCode);
const fact = (one: Report, name: string) => environmentOf(one).find((known) => known.name === name)?.value;
const armOf = ({ evidence }: Report, version: string, index: number) =>
  evidence.get(version)?.[index] as ArmEvidence;
const good = (changes = {}) => [roundOf('2.1.146', 'good', changes)];
const bad = (changes = {}) => [roundOf('2.1.147', 'bad', changes)];
const of = (goods: Run['releases'][string], bads: Run['releases'][string]) => ({
  '2.1.146': goods,
  '2.1.147': bads,
});

describe('two releases beside each other', () => {
  it('are compared by the arms that fail first, the control last, and by what differs in their requests', () => {
    const [comparison] = report().comparisons;
    expect(comparison).toMatchObject({ direction: 'regression', good: '2.1.146', bad: '2.1.147' });
    expect(comparison?.arms.map(({ arm, good: well, bad: ill }) => [arm, well.outcome, ill.outcome])).toEqual(
      [
        ['404-before-tools', 'pass', 'fail'],
        ['404-after-tools', 'pass', 'pass'],
        ['control', 'pass', 'pass'],
      ],
    );
    const differing = comparison?.arms[0]?.exchanges.filter(({ differs }) => differs);
    expect(differing?.map(({ request }) => request)).toEqual(['POST tools/list', 'POST tools/call']);
  });

  it('are told apart by all their logs, and not by what differs in the control as well', () => {
    const [failing, , control] = report().comparisons[0]?.arms ?? [];
    expect(failing?.log).toMatchObject({ goodLogs: 2, badLogs: 2 });
    expect(failing?.log?.telling).toEqual([
      '[DEBUG] MCP server "gateway": MCP session expired (server returned 404), triggering reconnection',
      '[ERROR] MCP server "gateway" Failed to fetch tools: Not connected',
    ]);
    expect(control?.log?.telling).toEqual(['[DEBUG] Sending 11 skills via attachment (initial)']);
  });

  it('are told apart by no line which a log of the good one may have had beyond the part that was kept', () => {
    const [whole] = good();
    const observations = whole?.observations.map((seen) => ({
      ...seen,
      debugLog: { ...seen.debugLog, capped: true },
    }));
    const releases = { ...keptRun().releases, '2.1.146': [{ ...whole, observations }] } as Run['releases'];
    const [failing] = report({ releases }).comparisons[0]?.arms ?? [];
    expect(failing?.log?.telling).toEqual([]);
    expect(failing?.log?.focused.map(({ kind }) => kind)).toContain('added');
  });

  it('are none where only logs were kept of one', () => {
    const alone = report({ releases: of(good(), bad().map(reducedTo)) });
    expect([alone.evidence.get('2.1.147'), alone.comparisons]).toEqual([[], []]);
    expect(told(alone).wrong).toContain('Claude Code 2.1.147 fails: GET listening stream answered with 404.');
  });
});

describe('which run stands for a release', () => {
  const durations = (rounds: Run['releases'][string]) =>
    report({ releases: of(good(), rounds) })
      .evidence.get('2.1.147')
      ?.map(({ arm, durationMs }) => `${arm} ${durationMs}`);

  it('is the newest whole round with its verdict', () => {
    const rounds = [
      ...bad({ durationMs: 1 }),
      ...bad({ durationMs: 2 }),
      ...bad().map(reducedTo),
      roundOf('2.1.147', 'good', { durationMs: 3 }),
    ];
    expect(durations(rounds)).toEqual(['control 2', '404-before-tools 2', '404-after-tools 2']);
  });

  it('is the last run of an arm that was repeated', () => {
    const again = observationOf('404-before-tools', { journal: journalOf(LOST), durationMs: 7 });
    const rounds = bad().map((round) => ({ ...round, observations: [...round.observations, again] }));
    expect(durations(rounds)).toEqual(['control 500', '404-before-tools 7', '404-after-tools 500']);
  });

  it('is none of one whose tarball could not be had', () => {
    const [round] = [roundOf('2.1.150', 'bad')];
    const of150 = (one: typeof round) =>
      report({ releases: { ...keptRun().releases, '2.1.150': [one] } }).evidence.has('2.1.150');
    expect(of150({ ...round, observations: [] })).toBe(false);
    expect(of150(reducedTo(round))).toBe(true);
  });
});

describe('who asked', () => {
  it('is told by what the client called itself, each name once, without what redaction takes out', () => {
    const names = ['claude-code/2.1.147 (sdk-cli)', `probe ${HOSTILE_KEY}`, null];
    const journal = names.flatMap((name) => journalOf('I N', name)).map((entry, seq) => ({ ...entry, seq }));
    const run = keptRun({ releases: { '2.1.147': bad({ journal }) } });
    expect(armOf(reportOf(run, claudeCode), '2.1.147', 0).userAgent).toBe(names.slice(0, 2).join(', '));
    const redacted = reportOf(redactRun(run), claudeCode);
    expect(JSON.stringify([...redacted.evidence])).not.toContain(HOSTILE_KEY);
    expect(armOf(redacted, '2.1.147', 0).userAgent).toContain(names[0]);
  });
});

describe('the log of a release on its own', () => {
  const logsOf = (count: number) => {
    const lines = Array.from(
      { length: count },
      (_, index) => `2026-11-22T23:45:43.505Z MCP server "gateway": try ${index} in 12ms\nnoise`,
    );
    const text = lines.join('\n');
    const releases = { '2.1.147': bad({ debugLog: { text, bytes: text.length, capped: false } }) };
    return (report({ releases }).evidence.get('2.1.147') ?? []).map(({ log }) => log);
  };

  it('has the lines that name the server, normalised, of the arms that do not pass, a hundred at most', () => {
    expect(logsOf(2)).toEqual([
      [],
      ['MCP server "gateway": try 0 in [duration]', 'MCP server "gateway": try 1 in [duration]'],
      [],
    ]);
    expect(logsOf(2_000)[1]).toHaveLength(100);
  });
});

describe('warnings', () => {
  const warned = (changes: RunChanges) => told(report(changes)).warnings.join('\n');

  it('are none where the answer was confirmed in a sealed room', () => {
    expect(warned({ isolation: 'unshare' })).toBe('');
  });

  it('say how the runs were sealed off that the answer rests on: the weakest counts, a mixture is named', () => {
    const mixed = report({ releases: of(good({ isolation: 'unshare' }), bad()) });
    expect(fact(mixed, 'Isolation')).toMatch(/^sealed by unshare: /);
    expect(told(mixed).warnings).toContain(
      'Not all runs of the client were sealed off alike: 3 runs were sealed by unshare and 3 runs were sealed by bubblewrap.',
    );
    const open = report({ releases: of(good(), bad({ isolation: 'none' })) });
    expect(told(open).warnings[0]).toMatch(/^The releases were not sealed off: /);
    expect(fact(open, 'Server-side flags')).toBe(
      'held at their defaults by an empty home, CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC=1; egress was not blocked',
    );
    expect(warned({ releases: {}, isolation: 'none' })).toMatch(/^The releases were not sealed off: /);
  });

  it('say which releases a command judged that are not proved to have run: then nothing is a regression', () => {
    const ORACLE = { oracle: './check.sh' };
    expect(warned(ORACLE)).toMatch(/^No control arm was run: .* It is: \.\/check\.sh$/);
    expect(told(report(ORACLE)).isRegression).toBe('yes');
    const unseen = bad().map((round) => ({
      ...round,
      observations: round.observations.map((seen) => ({ ...seen, journal: [] })),
    }));
    const judged = told(report({ ...ORACLE, releases: of(good(), unseen) }));
    expect(judged.warnings.join()).toContain('not proved of 2.1.147: no client made itself known');
    expect(judged.isRegression).toBe('unknown');
    // Where the scenario judged, that is in its verdict.
    expect(warned({ releases: of(good(), bad()) })).not.toContain('not proved');
  });
});

describe('the circumstances', () => {
  it('tell how many rounds were made before, of which what is said of the machine is not said', () => {
    const earlier = { startedAt: '2026-11-20T10:00:00.000Z' };
    const one = report({ releases: of([...good(earlier).map(reducedTo), ...good()], bad(earlier)) });
    expect(fact(one, 'Rounds from earlier runs')).toMatch(/^2 of 3 rounds; operating system, Node and /);
    expect(fact(one, 'Runs of the client')).toMatch(/^9, between 2026-11-20 10:00 and /);
    expect(fact(report(), 'Rounds from earlier runs')).toBeUndefined();
  });
});

describe('how to have it again', () => {
  it('is one line for a shell', () => {
    const reproduce = ['run', '--scenario', "./it's mine.mjs", '--oracle', 'a\nb\u001B"$x"', '', '~/x.mjs'];
    expect(reproduceLine(keptRun({ reproduce }))).toBe(
      String.raw`mcp-bisect run --scenario './it'\''s mine.mjs' --oracle $'a\x0ab\x1b"$x"' '' ~/x.mjs`,
    );
  });

  it('has the least configuration, with places to fill in for what is secret', () => {
    const { scenario } = keptRun();
    const headers = { Authorization: 'Bearer real-token-1', 'X-Tenant': 'acme' };
    const arms = scenario.arms.map((arm) => ({ ...arm, headers }));
    const configuration = configurationOf(report({ scenario: { ...scenario, arms } }));
    expect(configuration?.path).toBe('~/.claude.json');
    expect(JSON.parse(configuration?.text ?? '')).toEqual({
      mcpServers: {
        gateway: {
          type: 'http',
          url: 'https://<your-host>/mcp',
          headers: { Authorization: 'Bearer <token>', 'X-Tenant': '<value>' },
        },
      },
    });
    expect(configurationOf(report({ oracle: './check.sh' }))).toBeNull();
  });

  it('names a command where the server is started by the client', () => {
    const scenario = { ...stdioStrayLine, expected: '' };
    expect(JSON.parse(configurationOf(report({ scenario }))?.text ?? '')).toEqual({
      mcpServers: { gateway: { type: 'stdio', command: '<your-server>', args: [] } },
    });
  });
});

describe('whatever the client wrote', () => {
  it('is in the report as it is, for the formats to defuse', () => {
    const hostile = reportOf(hostileRun(HOSTILE), claudeCode);
    expect(hostile.comparisons).toHaveLength(1);
    expect(armOf(hostile, '2.1.147', 0)).toMatchObject({
      evidence: HOSTILE,
      screen: [HOSTILE],
      stderr: HOSTILE,
      stdout: HOSTILE,
    });
  });

  it('does not become megabytes: long errors and endless loops are cut, and say so', () => {
    const text = 'x'.repeat(10_000_000);
    const journal = journalOf(`I N ${'I GET:404 '.repeat(1_000)}`);
    const stderr = { text, bytes: text.length, capped: false };
    const arm = armOf(
      report({ releases: { '2.1.147': bad({ journal, journalOmitted: 5, stderr }) } }),
      '2.1.147',
      0,
    );
    expect(arm.steps).toHaveLength(120);
    expect(arm.omitted).toBe(journal.length - 120 + 5);
    expect(arm.stderr).toMatch(/^x{4000} … 9996000 more characters$/);
    expect(arm.stdout).toBe('');
  });
});
