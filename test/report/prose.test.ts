import { describe, expect, it } from 'vitest';
import { claudeCode } from '../../src/clients/claude-code.js';
import { reportOf } from '../../src/report/report.js';
import { keptRun, roundOf, WELL, type RunChanges } from '../helpers/kept-runs.js';
import { journalOf } from '../helpers/observations.js';
import { told } from '../helpers/reports.js';

const saidOf = (changes: RunChanges = {}) => told(reportOf(keptRun(changes), claudeCode));
const once = (version: string, verdict: 'good' | 'bad') => ({ [version]: [roundOf(version, verdict)] });
const twice = (version: string, verdict: 'good' | 'bad', changes = {}) => ({
  [version]: [roundOf(version, verdict, changes), roundOf(version, verdict, changes)],
});

describe('that a release broke it', () => {
  it.each([
    [
      'gateways that 2.1.146 tolerated, if that met a refusal',
      '404',
      'broke gateways that 2.1.146 tolerated.',
    ],
    [
      'one that 2.1.146 works with, where there was nothing to tolerate',
      '200',
      'broke a gateway that 2.1.146 works with.',
    ],
    [
      'no tolerance where a healthy server refuses the same',
      '405',
      'broke a gateway that 2.1.146 works with.',
    ],
  ])('is said of %s', (_, status, said) => {
    const journal = journalOf(WELL.replace('405', status), 'claude-code/2.1.146 (sdk-cli)');
    const good = status === '404' ? twice('2.1.146', 'good') : twice('2.1.146', 'good', { journal });
    expect(saidOf({ releases: { ...good, ...twice('2.1.147', 'bad') } }).wrong).toContain(
      `So 2.1.147 ${said}`,
    );
  });

  it('is not said where one round is all there is', () => {
    const releases = { ...once('2.1.146', 'good'), ...once('2.1.147', 'bad') };
    const { wrong, warnings } = saidOf({ releases });
    expect(wrong).toContain('2.1.147 fails where 2.1.146 works');
    expect(wrong).not.toContain('broke');
    expect(warnings.join()).toContain('Not confirmed');
  });

  it('is not said where a release before it is not available: it was found broken first', () => {
    const versions = ['2.1.146', '2.1.147', '2.1.148'];
    const boundary = { before: '2.1.146', after: '2.1.148' };
    const { title, wrong } = saidOf({
      versions,
      unavailable: ['2.1.147'],
      ends: [{ direction: 'regression', versions, step: { kind: 'found', boundary, confidence: null } }],
      releases: { ...twice('2.1.146', 'good'), ...twice('2.1.148', 'bad') },
    });
    expect(wrong).toContain(
      '2.1.148 is the first release that was found broken: 2.1.147, between them, is not available here.',
    );
    expect(`${wrong} ${title}`).not.toContain('2.1.148 broke');
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
    saidOf({
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
