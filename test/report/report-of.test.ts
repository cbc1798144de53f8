import { describe, expect, it } from 'vitest';
import { claudeCode } from '../../src/clients/claude-code.js';
import type { Run } from '../../src/run/run.js';
import { reportOf } from '../../src/report/report-of.js';
import type { Report } from '../../src/report/report.js';
import { stdioStrayLine } from '../../src/scenarios/stdio-stray-line.js';
import { hostileRun, keptRun, LOST, reducedTo, roundOf, type RunChanges } from '../helpers/kept-runs.js';
import { journalOf, observationOf } from '../helpers/observations.js';
import { HOSTILE } from '../helpers/reports.js';

const report = (changes: RunChanges = {}): Report => reportOf(keptRun(changes), claudeCode);
const fact = ({ environment }: Report, name: string) =>
  environment.find((known) => known.name === name)?.value ?? '';
const ENDS = (versions: readonly string[], step: object, direction: 'regression' | 'fix' = 'regression') =>
  [{ direction, versions, step }] as RunChanges['ends'] & object;
const found = (before: string, after: string) => ({
  kind: 'found',
  boundary: { before, after },
  confidence: null,
});

const THREE = ['2.1.146', '2.1.147', '2.1.148'];
const FIXED: RunChanges = {
  asked: 'fix',
  versions: ['2.1.147', '2.1.148'],
  ends: ENDS(['2.1.147', '2.1.148'], found('2.1.147', '2.1.148'), 'fix'),
  releases: { '2.1.147': [roundOf('2.1.147', 'bad')], '2.1.148': [roundOf('2.1.148', 'good')] },
};
const WINDOW: RunChanges = {
  asked: 'window',
  versions: THREE,
  ends: [
    ...ENDS(['2.1.146', '2.1.147'], found('2.1.146', '2.1.147')),
    ...ENDS(['2.1.147', '2.1.148'], found('2.1.147', '2.1.148'), 'fix'),
  ],
  releases: {
    '2.1.146': [roundOf('2.1.146', 'good')],
    '2.1.147': [roundOf('2.1.147', 'bad')],
    '2.1.148': [roundOf('2.1.148', 'good')],
  },
};
const SUSPECTS: RunChanges = {
  versions: ['2.1.146', '2.1.147', '2.1.150'],
  ends: ENDS(['2.1.146', '2.1.147', '2.1.150'], {
    kind: 'suspects',
    boundary: { before: '2.1.146', after: '2.1.150' },
    suspects: ['2.1.147'],
    confidence: null,
  }),
  releases: { '2.1.146': [roundOf('2.1.146', 'good')], '2.1.150': [roundOf('2.1.150', 'bad')] },
};
const AGREE: RunChanges = {
  versions: ['2.1.145', '2.1.146'],
  ends: ENDS(['2.1.145', '2.1.146'], { kind: 'ends-agree', older: 'good', newer: 'good', confidence: null }),
  releases: { '2.1.145': [roundOf('2.1.145', 'good')], '2.1.146': [roundOf('2.1.146', 'good')] },
};

describe('the report on a regression', () => {
  it('names the release in its title, and says what fails where the one before works', () => {
    const { title, wrong, lastGood, firstBad, newestBad, sentence } = report();
    expect(title).toBe('Claude Code 2.1.147 broke: GET listening stream answered with 404');
    expect(wrong).toBe(
      'Claude Code 2.1.147 fails where 2.1.146 works: GET listening stream answered with 404. ' +
        '2.1.147 showed 404 before tools: tools lost. 2.1.146 showed tool called, result returned, no reconnect. ' +
        'By its own log 2.1.147 took the 404 for an expired session and failed to fetch tools. ' +
        'So 2.1.147 broke gateways that 2.1.146 tolerated.',
    );
    expect([lastGood, firstBad, newestBad]).toEqual(['2.1.146', '2.1.147', '2.1.147']);
    expect(sentence).toContain('First broken: 2.1.147');
  });

  it('says what should happen: the scenario’s word, the control, the section, and no verdict on it', () => {
    const { expected, scenario } = report();
    expect(expected).toBe(
      `${scenario.expected} In the control arm, "GET 405 (control)", both 2.1.146 and 2.1.147 work: ` +
        'tool called, result returned, no reconnect. The part of the specification that is concerned: ' +
        'MCP 2025-03-26, Transports › Streamable HTTP › Listening for Messages from the Server. ' +
        'This report shows how the behaviour differs between releases; it does not claim that any of them violates the specification.',
    );
  });

  it('compares the two releases, the arms that fail first and the control last', () => {
    const [comparison] = report().comparisons;
    expect(comparison).toMatchObject({ direction: 'regression', good: '2.1.146', bad: '2.1.147' });
    expect(comparison?.arms.map(({ arm, good, bad }) => [arm, good.outcome, bad.outcome])).toEqual([
      ['404-before-tools', 'pass', 'fail'],
      ['404-after-tools', 'pass', 'pass'],
      ['control', 'pass', 'pass'],
    ]);
    const [failing] = comparison?.arms ?? [];
    expect(failing?.exchanges.filter(({ differs }) => differs).map(({ request }) => request)).toEqual([
      'POST tools/list',
      'POST tools/call',
    ]);
  });

  it('tells by all its logs, and not by what differs in the control as well', () => {
    const [failing, , control] = report().comparisons[0]?.arms ?? [];
    expect(failing?.log).toMatchObject({ goodLogs: 2, badLogs: 2 });
    expect(failing?.log?.telling).toEqual([
      '[DEBUG] MCP server "gateway": MCP session expired (server returned 404), triggering reconnection',
      '[ERROR] MCP server "gateway" Failed to fetch tools: Not connected',
    ]);
    expect(control?.log?.telling).toEqual(['[DEBUG] Sending 11 skills via attachment (initial)']);
  });

  it('takes no line for telling which a log of the good release may have had beyond the part that was kept', () => {
    const cut = roundOf('2.1.146', 'good');
    const observations = cut.observations.map((seen) => ({
      ...seen,
      debugLog: { ...seen.debugLog, capped: true },
    }));
    const releases = { ...keptRun().releases, '2.1.146': [{ ...cut, observations }] };
    const [failing] = report({ releases }).comparisons[0]?.arms ?? [];
    expect(failing?.log?.telling).toEqual([]);
    expect(failing?.log?.focused.map(({ kind }) => kind)).toContain('added');
  });

  it('shows what every release that was run did, in the order of the table', () => {
    const { releases } = report();
    expect(releases.map(({ version, label }) => [version, label])).toEqual([
      ['2.1.146', 'last known good'],
      ['2.1.147', 'first broken'],
    ]);
    const [, failing] = releases[1]?.arms ?? [];
    expect(failing).toMatchObject({
      arm: '404-before-tools',
      title: '404 before tools',
      outcome: 'fail',
      evidence: 'tools lost',
      end: 'exited with code 0',
      durationMs: 500,
      omitted: 0,
      logged: expect.arrayContaining(['took the 404 for an expired session']),
      tools: [{ names: ['Bash'], fromServer: [] }],
    });
    expect(failing?.steps).toHaveLength(10);
  });

  it('names versions that were never published', () => {
    const gaps = report().rows.map(({ version, unpublishedBefore }) => [version, unpublishedBefore]);
    expect(gaps).toEqual([
      ['2.1.145', []],
      ['2.1.146', []],
      ['2.1.147', []],
      ['2.1.150', ['2.1.148', '2.1.149']],
      ['2.1.152', ['2.1.151']],
    ]);
  });

  it('tells the way of the search in words', () => {
    expect(report().path).toEqual([
      {
        search: 1,
        side: null,
        atMs: 3,
        why: 'both ends, before anything else',
        asked: [
          { version: '2.1.146', rounds: 1, verdict: 'good' },
          { version: '2.1.147', rounds: 1, verdict: 'bad' },
        ],
      },
    ]);
  });

  it('names a newer release that fails as well', () => {
    const releases = {
      '2.1.146': [roundOf('2.1.146', 'good')],
      '2.1.147': [roundOf('2.1.147', 'bad')],
      '2.1.150': [roundOf('2.1.150', 'bad')],
    };
    const { newestBad, wrong } = report({ releases });
    expect(newestBad).toBe('2.1.150');
    expect(wrong).toContain('The newest release that was tested and fails is 2.1.150.');
  });
});

describe('which run stands for a release', () => {
  const evidenceOf = (rounds: Run['releases'][string]) =>
    report({ releases: { '2.1.146': [roundOf('2.1.146', 'good')], '2.1.147': rounds } });

  it('is the newest whole round with its verdict', () => {
    const older = roundOf('2.1.147', 'bad', { durationMs: 1 });
    const newer = roundOf('2.1.147', 'bad', { durationMs: 2 });
    const other = roundOf('2.1.147', 'good', { durationMs: 3 });
    const { releases } = evidenceOf([older, newer, reducedTo(roundOf('2.1.147', 'bad')), other]);
    expect(releases[1]?.arms.map(({ durationMs }) => durationMs)).toEqual([2, 2, 2]);
  });

  it('is the last run of an arm that was repeated', () => {
    const round = roundOf('2.1.147', 'bad');
    const again = observationOf('404-before-tools', { journal: journalOf(LOST), durationMs: 7 });
    const { releases } = evidenceOf([{ ...round, observations: [...round.observations, again] }]);
    expect(releases[1]?.arms.map(({ arm, durationMs }) => [arm, durationMs])).toEqual([
      ['control', 500],
      ['404-before-tools', 7],
      ['404-after-tools', 500],
    ]);
  });

  it('is none where only logs were kept: then there is nothing to compare', () => {
    const { releases, comparisons, wrong } = evidenceOf([reducedTo(roundOf('2.1.147', 'bad'))]);
    expect(releases[1]?.arms).toEqual([]);
    expect(comparisons).toEqual([]);
    expect(wrong).toContain('Claude Code 2.1.147 fails: GET listening stream answered with 404.');
  });
});

describe('the report on a fix', () => {
  it('compares the other way round, and blames nobody', () => {
    const { title, wrong, comparisons, lastGood, firstBad } = report(FIXED);
    expect(title).toBe('Claude Code 2.1.148 fixed: GET listening stream answered with 404');
    expect(comparisons[0]).toMatchObject({ direction: 'fix', good: '2.1.148', bad: '2.1.147' });
    expect(wrong).toMatch(/^Claude Code 2\.1\.147 fails, and 2\.1\.148 works: /);
    expect(wrong).not.toContain('broke');
    expect([lastGood, firstBad]).toEqual([null, null]);
  });
});

describe('the report on a window', () => {
  it('has both sides', () => {
    const { title, wrong, comparisons, firstBad, newestBad } = report(WINDOW);
    expect(title).toBe(
      'Claude Code 2.1.147 broke, and 2.1.148 fixed: GET listening stream answered with 404',
    );
    expect(comparisons.map(({ direction, good, bad }) => [direction, good, bad])).toEqual([
      ['regression', '2.1.146', '2.1.147'],
      ['fix', '2.1.148', '2.1.147'],
    ]);
    expect(wrong).toContain('2.1.148 works again.');
    expect(wrong).not.toContain('broke');
    expect([firstBad, newestBad]).toEqual(['2.1.147', '2.1.147']);
  });
});

describe('the report without a sure answer', () => {
  it('compares the nearest releases that are known, and says that it need not be these', () => {
    const { title, comparisons, firstBad, wrong, warnings } = report(SUSPECTS);
    expect(title).toBe(
      'Claude Code changed between 2.1.146 and 2.1.150: GET listening stream answered with 404',
    );
    expect(comparisons[0]).toMatchObject({ good: '2.1.146', bad: '2.1.150' });
    expect(firstBad).toBeNull();
    expect(wrong).not.toContain('broke');
    expect(warnings).toContain(
      'Which release is the first broken one is not known: it may be 2.1.147 or 2.1.150. What is compared here are 2.1.146 and 2.1.150.',
    );
  });

  it('says that nothing fails where nothing does', () => {
    const { title, wrong, comparisons, configuration, expected } = report(AGREE);
    expect(title).toBe(
      'Claude Code (no release that fails was seen): GET listening stream answered with 404',
    );
    expect(wrong).toMatch(/^Every release of Claude Code that was run works: .*Nothing to bisect/);
    expect(comparisons).toEqual([]);
    expect(configuration?.text).toContain('https://<your-host>/mcp');
    expect(expected).not.toContain('control');
  });

  it('names releases on the wrong side', () => {
    const releases = {
      '2.1.145': [roundOf('2.1.145', 'bad')],
      '2.1.146': [roundOf('2.1.146', 'good')],
      '2.1.147': [roundOf('2.1.147', 'bad')],
    };
    const { title, warnings } = report({ releases });
    expect(title).toContain('changed between 2.1.146 and 2.1.147, and not only there: ');
    expect(warnings).toContain(
      'There is more than one change in the range beside the one between 2.1.146 and 2.1.147: 2.1.145 is bad.',
    );
  });
});

describe('warnings', () => {
  const warned = (changes: RunChanges) => report(changes).warnings.join('\n');

  it('are none where the answer was confirmed in a sealed room', () => {
    expect(report().warnings).toEqual([]);
  });

  it('are given for what weakens it', () => {
    expect(warned({ mode: 'interactive' })).toMatch(/at a pseudo-terminal/);
    expect(warned({ oracle: './check.sh' })).toMatch(/^No control arm was run: .* It is: \.\/check\.sh$/);
    expect(warned(WINDOW)).toBe('Not confirmed: of 2.1.146, 2.1.147 and 2.1.148 there is one round only.');
    const flaky = [roundOf('2.1.147', 'good'), roundOf('2.1.147', 'bad'), roundOf('2.1.147', 'bad')];
    expect(warned({ releases: { '2.1.146': [roundOf('2.1.146', 'good')], '2.1.147': flaky } })).toMatch(
      /disagreed: 2\.1\.147 \(1 good, 2 bad\)\./,
    );
  });
});

describe('the circumstances', () => {
  it('are told: system, platform, tool, room, mode, rounds, keys', () => {
    const told = report();
    expect(fact(told, 'Operating system')).toBe('Debian GNU/Linux 12 (bookworm), Linux 6.1.0, x64');
    expect(fact(told, 'Platform of the releases')).toBe('linux-x64');
    expect([fact(told, 'Node'), fact(told, 'mcp-bisect')]).toEqual(['20.20.0', '0.1.0']);
    expect(fact(told, 'Isolation')).toMatch(/bubblewrap: no network but its own loopback/);
    expect(fact(told, 'Mode')).toMatch(/^headless/);
    expect(fact(told, 'Rounds')).toBe(
      '1 of each release that the search asks for, 3 more of those that the answer rests on',
    );
    expect(fact(told, 'Runs of the client')).toMatch(/^12, at \d{4}-\d\d-\d\d \d\d:\d\d UTC$/);
    expect(fact(told, 'Keys')).toMatch(/dummy/);
    expect(fact(told, 'Environment of the client')).toContain('ENABLE_TOOL_SEARCH=false');
    expect(fact(told, 'Environment of the client')).not.toContain('sk-');
  });

  it('say what holds server-side flags at their defaults, and where that was not sure', () => {
    const held = 'held at their defaults by an empty home';
    const traffic = 'CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC=1';
    expect(fact(report(), 'Server-side flags')).toBe(`${held}, no egress, ${traffic}`);
    const releases = { '2.1.146': [roundOf('2.1.146', 'good', { isolation: 'none' })] };
    expect(fact(report({ releases }), 'Server-side flags')).toBe(
      `${held}, ${traffic}; egress was not blocked`,
    );
  });
});

describe('how to have it again', () => {
  it('is one line for a shell', () => {
    const reproduce = ['run', '--scenario', "./it's mine.mjs", '--oracle', 'a\nb\u001B"$x"', '', '~/x.mjs'];
    expect(report({ reproduce }).reproduce).toBe(
      String.raw`mcp-bisect run --scenario './it'\''s mine.mjs' --oracle $'a\x0ab\x1b"$x"' '' ~/x.mjs`,
    );
  });

  it('has the least configuration, with places to fill in for what is secret', () => {
    const { scenario } = keptRun();
    const headers = { Authorization: 'Bearer real-token-1', 'X-Tenant': 'acme' };
    const arms = scenario.arms.map((arm) => ({ ...arm, headers }));
    const { configuration } = report({ scenario: { ...scenario, arms } });
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
  });

  it('names a command where the server is started by the client', () => {
    const { id, title, issue, spec, expected = '', server, tool, prompt, arms } = stdioStrayLine;
    const scenario = { id, title, issue, spec, expected, server, tool, prompt, arms };
    expect(JSON.parse(report({ scenario }).configuration?.text ?? '')).toEqual({
      mcpServers: { gateway: { type: 'stdio', command: '<your-server>', args: [] } },
    });
  });

  it('has no configuration where a command judged, and says what that checked', () => {
    const { configuration, title, expected } = report({ oracle: './check.sh' });
    expect(configuration).toBeNull();
    expect(title).toBe('Claude Code changes at 2.1.147, as judged by the command "./check.sh"');
    expect(expected).toMatch(/^The command should end with exit code 0\./);
  });
});

describe('whatever the client wrote', () => {
  it('is in the report as it is, for the formats to defuse', () => {
    const hostile = reportOf(hostileRun(HOSTILE), claudeCode);
    expect(hostile.scenario.title).toBe(HOSTILE);
    expect(hostile.releases[1]?.arms[0]).toMatchObject({
      evidence: HOSTILE,
      screen: [HOSTILE],
      stderr: HOSTILE,
    });
    expect(hostile.comparisons).toHaveLength(1);
  });

  it('does not become megabytes: long errors and endless loops are cut, and say so', () => {
    const text = 'x'.repeat(10_000_000);
    const journal = journalOf(`I N ${'I GET:404 '.repeat(1_000)}`);
    const stderr = { text, bytes: text.length, capped: false };
    const round = roundOf('2.1.147', 'bad', { journal, journalOmitted: 5, stderr });
    const { releases } = report({ releases: { '2.1.147': [round] } });
    const [arm] = releases[0]?.arms ?? [];
    expect(arm?.steps).toHaveLength(120);
    expect(arm?.omitted).toBe(journal.length - 120 + 5);
    expect(arm?.stderr).toMatch(/^x{4000} … 9996000 more characters$/);
  });
});
