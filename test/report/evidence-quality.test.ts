import { describe, expect, it } from 'vitest';
import { claudeCode } from '../../src/clients/claude-code.js';
import type { Report } from '../../src/report/report.js';
import { reportOf } from '../../src/report/report-of.js';
import { keptRun, reducedTo, roundOf, type RunChanges } from '../helpers/kept-runs.js';

const report = (changes: RunChanges = {}): Report => reportOf(keptRun(changes), claudeCode);
const fact = ({ environment }: Report, name: string) =>
  environment.find((known) => known.name === name)?.value;
const good = (changes = {}) => [roundOf('2.1.146', 'good', changes)];
const bad = (changes = {}) => [roundOf('2.1.147', 'bad', changes)];
const of = (goods: ReturnType<typeof good>, bads: ReturnType<typeof bad>) => ({
  '2.1.146': goods,
  '2.1.147': bads,
});

describe('how the runs were sealed off that an answer rests on', () => {
  it('is read from them, whatever the question asked for', () => {
    const told = report({ isolation: 'unshare' });
    expect(told.isolation).toBe('bwrap');
    expect(fact(told, 'Isolation')).toMatch(/^sealed by bubblewrap: /);
    expect(told.warnings).toEqual([]);
  });

  it('is the weakest of several, and the mixture is named', () => {
    const told = report({ releases: of(good({ isolation: 'unshare' }), bad()) });
    expect(told.isolation).toBe('unshare');
    expect(fact(told, 'Isolation')).toMatch(/^sealed by unshare: /);
    expect(told.warnings).toContain(
      'Not all runs of the client were sealed off alike: 3 runs were sealed by unshare and 3 runs were sealed by bubblewrap.',
    );
  });

  it('is none as soon as one of them was not', () => {
    const told = report({ releases: of(good(), bad({ isolation: 'none' })) });
    expect(told.isolation).toBe('none');
    expect(told.warnings[0]).toMatch(/^The releases were not sealed off: /);
    expect(told.warnings[1]).toContain('3 runs were not sealed off and 3 runs were sealed by bubblewrap');
    expect(fact(told, 'Server-side flags')).toContain('egress was not blocked');
  });

  it('is what was asked for where nothing was recorded', () => {
    expect(report({ releases: {}, isolation: 'none' }).isolation).toBe('none');
  });
});

describe('rounds from earlier runs', () => {
  const EARLIER = { startedAt: '2026-11-20T10:00:00.000Z' };

  it('are counted, and what is said of the machine is not said of them', () => {
    const releases = of([...good(EARLIER).map(reducedTo), ...good()], bad(EARLIER));
    const told = report({ releases });
    expect(fact(told, 'Rounds from earlier runs')).toBe(
      '2 of 3 rounds; operating system, Node and the version of mcp-bisect are those of the run that answered, and may have been others then',
    );
    expect(fact(told, 'Runs of the client')).toMatch(/^9, between 2026-11-20 10:00 and /);
  });

  it('are not mentioned where there are none', () => {
    expect(fact(report(), 'Rounds from earlier runs')).toBeUndefined();
  });
});

describe('which releases a command judged', () => {
  const ORACLE = { oracle: './check.sh' };

  it('is proved where the client names itself in every whole round', () => {
    const told = report(ORACLE);
    expect(told.warnings.join('\n')).not.toContain('not proved');
    expect(told.isRegression).toBe('yes');
  });

  it('is not where no client was seen, and then nothing is called a regression', () => {
    const told = report({ ...ORACLE, releases: of(good(), bad({ journal: [] })) });
    expect(told.answer.rows.find(({ version }) => version === '2.1.147')?.verdict).toBe('skip');
    const rounds = bad();
    const unseen = rounds.map((round) => ({
      ...round,
      observations: round.observations.map((seen) => ({ ...seen, journal: [] })),
    }));
    const judged = report({ ...ORACLE, releases: of(good(), unseen) });
    expect(judged.warnings.join('\n')).toContain('not proved of 2.1.147: no client made itself known');
    expect(judged.isRegression).toBe('unknown');
  });

  it('needs no such proof where the scenario judged: that is in its verdict', () => {
    expect(report({ releases: of(good(), bad()) }).warnings.join('\n')).not.toContain('not proved');
  });
});
