import { describe, expect, it } from 'vitest';
import { openLedger } from '../../src/ledger/ledger.js';
import type { Run } from '../../src/run/run.js';
import { keptRun } from '../helpers/kept-runs.js';
import { Setting } from './setting.js';

const at = new Setting();
const runCalled = (id: string, changes: Partial<Run> = {}) => keptRun({ id, releases: {}, ...changes });
const keep = (...names: string[]) => {
  for (const name of names) at.ledger.keep(runCalled(name));
};
const kept = () => at.ledger.runs().map((run) => run.id);

describe('runs in the ledger', () => {
  it('come back as they were kept, in another process too', () => {
    const run = keptRun({ id: 'aa000001' });
    at.ledger.keep(run);
    const other = openLedger(at.folder);
    expect(other.run('aa000001')).toEqual(run);
    other.close();
  });

  it('are found by the beginning of their id, and the last one without any', () => {
    keep('aa000001', 'bb000002');
    expect(['aa', undefined, 'cc'].map((id) => at.ledger.run(id)?.id)).toEqual([
      'aa000001',
      'bb000002',
      undefined,
    ]);
  });

  it('are not guessed at: a beginning that several have is an error which names them', () => {
    keep('aa000001', 'aa000002');
    expect(() => at.ledger.run('aa')).toThrow(
      expect.objectContaining({
        code: 'UNKNOWN_RUN',
        message: expect.stringContaining('aa000001, aa000002'),
      }),
    );
    expect(at.ledger.run()?.id).toBe('aa000002');
  });

  it('take no part of an id for a pattern', () => {
    keep('aa000001');
    expect([at.ledger.run('%'), at.ledger.run('_a')]).toEqual([undefined, undefined]);
  });

  it('are listed newest first, by when they were kept and not by the clock', () => {
    at.ledger.keep(runCalled('aa000001', { startedAt: '2027-01-01T00:00:00.000Z' }));
    keep('bb000002');
    expect(kept()).toEqual(['bb000002', 'aa000001']);
    expect(at.ledger.runs()[1]).toMatchObject({ startedAt: '2027-01-01T00:00:00.000Z', outcome: 'found' });
  });

  it.each([
    ['number, the oldest first', { count: 2, bytes: 1e9 }, ['cc000003', 'bb000002']],
    ['size; the last one stays, however large it is', { count: 100, bytes: 1 }, ['cc000003']],
  ])('are let go of beyond their %s', (_, limits, left) => {
    at.reopened(limits);
    keep('aa000001', 'bb000002', 'cc000003');
    expect(kept()).toEqual(left);
  });
});
