import { describe, expect, it } from 'vitest';
import { claudeCode } from '../../src/clients/claude-code.js';
import { reportOf } from '../../src/report/report-of.js';
import { keptRun, reducedTo, roundOf, WELL, type RunChanges } from '../helpers/kept-runs.js';
import { journalOf } from '../helpers/observations.js';

const report = (changes: RunChanges = {}) => reportOf(keptRun(changes), claudeCode);
const once = (version: string, verdict: 'good' | 'bad') => ({ [version]: [roundOf(version, verdict)] });
const twice = (version: string, verdict: 'good' | 'bad', changes = {}) => ({
  [version]: [roundOf(version, verdict, changes), roundOf(version, verdict, changes)],
});

describe('that a release broke it', () => {
  it('is said of a gateway that the release before tolerated, if that met a refusal', () => {
    expect(report().wrong).toContain('So 2.1.147 broke gateways that 2.1.146 tolerated.');
  });

  it('is said of one that the release before works with, where there was nothing to tolerate', () => {
    const journal = journalOf(WELL.replace('405', '200'), 'claude-code/2.1.146 (sdk-cli)');
    const releases = { ...twice('2.1.146', 'good', { journal }), ...twice('2.1.147', 'bad') };
    expect(report({ releases }).wrong).toContain('So 2.1.147 broke a gateway that 2.1.146 works with.');
  });

  it('is not called tolerance where a healthy server refuses the same', () => {
    const journal = journalOf(WELL, 'claude-code/2.1.146 (sdk-cli)');
    const releases = { ...twice('2.1.146', 'good', { journal }), ...twice('2.1.147', 'bad') };
    expect(report({ releases }).wrong).not.toContain('tolerated');
  });

  it('is not said where one round is all there is', () => {
    const { wrong, warnings } = report({
      releases: { ...once('2.1.146', 'good'), ...once('2.1.147', 'bad') },
    });
    expect(wrong).toContain('2.1.147 fails where 2.1.146 works');
    expect(wrong).not.toContain('broke');
    expect(warnings.join()).toContain('Not confirmed');
  });
});

describe('that a later release works', () => {
  const THREE = ['2.1.146', '2.1.147', '2.1.148'];
  const fixed = {
    direction: 'fix',
    versions: ['2.1.147', '2.1.148'],
    step: { kind: 'found', boundary: { before: '2.1.147', after: '2.1.148' }, confidence: null },
  } as const;
  const window = (first: RunChanges['ends'] & object, verdict: 'good' | 'bad') =>
    report({
      asked: 'window',
      versions: THREE,
      ends: [...first, fixed],
      releases: { ...once('2.1.146', verdict), ...once('2.1.147', 'bad'), ...once('2.1.148', 'good') },
    }).wrong;

  it('is called working again where an earlier one is known to work, and only there', () => {
    const broke = {
      direction: 'regression',
      versions: ['2.1.146', '2.1.147'],
      step: { kind: 'found', boundary: { before: '2.1.146', after: '2.1.147' }, confidence: null },
    } as const;
    expect(window([broke], 'good')).toContain('2.1.148 works again.');
    const never = {
      direction: 'regression',
      open: 'older',
      versions: ['2.1.146', '2.1.147'],
      step: { kind: 'no-end', seen: '2.1.146', confidence: null },
    } as const;
    const wrong = window([never], 'bad');
    expect(wrong).toContain('2.1.147 fails, and 2.1.148 works');
    expect(wrong).not.toContain('again');
  });
});

describe('what a command judged', () => {
  const ORACLE = { oracle: './check.sh' };

  it('is told as what the command did', () => {
    const { wrong, expected } = report(ORACLE);
    expect(wrong).toContain(
      'With Claude Code 2.1.147 the command "./check.sh" fails, and with 2.1.146 it does not.',
    );
    expect(wrong).not.toContain('broke');
    expect(expected).toBe('The command should end with exit code 0.');
  });

  it('has nothing of the scenario about it but its servers', () => {
    expect(report(ORACLE).scenario).toEqual({
      id: 'get-stream-404',
      title: 'GET listening stream answered with 404',
      server: 'gateway',
      issue: '',
      spec: '',
      expected: '',
      tool: '',
      prompt: '',
    });
    expect(report(ORACLE).protocolVersion).toBe('');
    expect(report().protocolVersion).toBe('2025-03-26');
  });

  it('has the command’s output as evidence, cut, which is no evidence otherwise', () => {
    const text = `expected 3 tools\n${'x'.repeat(10_000)}`;
    const stdout = { text, bytes: text.length, capped: false };
    const releases = { '2.1.147': [roundOf('2.1.147', 'bad', { stdout })] };
    const [judged] = report({ ...ORACLE, releases }).releases[0]?.arms ?? [];
    expect(judged?.stdout).toMatch(/^expected 3 tools\nx+ … 6017 more characters$/);
    expect(report({ releases }).releases[0]?.arms[0]?.stdout).toBe('');
  });
});

describe('the log of a release on its own', () => {
  const lines = (count: number) =>
    Array.from(
      { length: count },
      (_, index) =>
        `2026-11-22T23:45:43.505Z [DEBUG] MCP server "gateway": try ${index} in 12ms\n2026-11-22T23:45:43.505Z noise`,
    ).join('\n');
  const armsOf = (text: string) => {
    const debugLog = { text, bytes: text.length, capped: false };
    return (
      report({ releases: { '2.1.147': [roundOf('2.1.147', 'bad', { debugLog })] } }).releases[0]?.arms ?? []
    );
  };

  it('has the lines that name the server, normalised, of the arms that do not pass', () => {
    const arms = armsOf(lines(2));
    expect(arms.map(({ outcome, log }) => [outcome, log.length])).toEqual([
      ['pass', 0],
      ['fail', 2],
      ['pass', 0],
    ]);
    expect(arms[1]?.log).toEqual([
      '[DEBUG] MCP server "gateway": try 0 in [duration]',
      '[DEBUG] MCP server "gateway": try 1 in [duration]',
    ]);
  });

  it('has a hundred of them at most', () => {
    expect(armsOf(lines(2_000))[1]?.log).toHaveLength(100);
  });
});

describe('the releases of a report', () => {
  it('are those of which there is a record: not one whose tarball could not be had', () => {
    const [round] = [roundOf('2.1.150', 'bad')];
    const none = { ...round, observations: [] };
    const releases = { ...keptRun().releases, '2.1.150': [none] };
    expect(report({ releases }).releases.map(({ version }) => version)).toEqual(['2.1.146', '2.1.147']);
    const logAlone = { ...keptRun().releases, '2.1.150': [reducedTo(round)] };
    expect(report({ releases: logAlone }).releases).toHaveLength(3);
  });
});

describe('the steps of a window', () => {
  it('say on which side of the bad release they are', () => {
    const step = { atMs: 1, why: 'middle', rounds: [{ version: '2.1.147', count: 1 }] } as const;
    const sides = (asked: 'window' | 'regression') =>
      report({ asked, paths: [[step], [step]] }).path.map(({ search, side }) => [search, side]);
    expect(sides('window')).toEqual([
      [1, 'before'],
      [2, 'after'],
    ]);
    expect(sides('regression').map(([, side]) => side)).toEqual([null, null]);
  });
});
