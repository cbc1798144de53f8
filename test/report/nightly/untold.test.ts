import { describe, expect, it } from 'vitest';
import { untoldIn } from '../../../src/report/nightly/untold.js';
import { CELLS, sampleClient } from '../../helpers/version-tables.js';

const { good, skip, flaky, untested } = CELLS;
const [row] = sampleClient.rows;
const columns = sampleClient.columns.slice(0, 2);

/** A table of two columns; the newest release first. */
function tableOf(...cells: readonly (readonly (typeof good)[])[]) {
  if (!row) throw new Error('The sample has lost its releases.');
  const rows = cells.map((one, index) => ({ ...row, version: `1.0.${cells.length - index}`, cells: one }));
  return { ...sampleClient, columns, rows };
}

describe('what has no verdict', () => {
  it('is told once for each reason, with the releases and the columns', () => {
    const other = { ...skip, reason: 'another reason' };
    expect(untoldIn(tableOf([skip, good], [skip, other], [good, untested]))).toEqual([
      { result: 'skip', reason: skip.reason, columns: ['get-stream-404'], versions: ['1.0.3', '1.0.2'] },
      {
        result: 'skip',
        reason: 'another reason',
        columns: ['get-stream-404-interactive'],
        versions: ['1.0.2'],
      },
    ]);
  });

  it('in every column for the same reason is told in one line', () => {
    expect(untoldIn(tableOf([skip, skip], [good, good]))).toEqual([
      { result: 'skip', reason: skip.reason, columns: null, versions: ['1.0.2'] },
    ]);
  });

  it('because rounds disagree is told apart from what could not be judged', () => {
    const same = { ...flaky, reason: skip.reason };
    expect(untoldIn(tableOf([skip, same])).map(({ result }) => result)).toEqual(['skip', 'flaky']);
  });

  it('is nothing where all is known, or nothing was tried', () => {
    expect(untoldIn(tableOf([good, untested]))).toEqual([]);
  });
});
