import { describe, expect, it } from 'vitest';
import { sequenceOf } from '../../../src/report/html/sequence.js';
import type { Step } from '../../../src/report/report.js';
import { sampleReport } from '../../helpers/reports.js';
import { textOf } from './page.js';

const steps = sampleReport.comparisons[0]?.arms[0]?.bad.steps ?? [];
const diagram = (all: readonly Step[], omitted = 0) => sequenceOf({ steps: all, omitted }, 'a journal');

describe('a sequence diagram', () => {
  it('says as text who told whom what, when, and in which session', () => {
    const lines = textOf(diagram(steps)).split('\n');
    expect(lines.slice(1)).toEqual([
      '12 ms client → gateway: POST initialize',
      '14 ms gateway → client: 200 to POST initialize; issues session 1 session 1',
      '20 ms client → gateway: POST tools/list session 1',
      '22 ms client → gateway: GET session 1',
      '23 ms gateway → client: 404 refused to GET; held 1 ms session 1',
      '29 ms client → gateway: closed by the client broken off POST tools/list session 1',
      '61 ms client → model: POST /v1/messages 26 tools',
      '63 ms model → client: 200 to POST /v1/messages',
    ]);
  });

  it('is an ordered list with a name', () => {
    expect(diagram(steps).toString()).toContain('<ol aria-label="a journal">');
  });

  it('of a client that asked nothing says so', () => {
    expect(textOf(diagram([]))).toBe('It asked neither the gateway nor the model anything.');
  });

  it('counts what is left out here together with what was left out before', () => {
    const [first] = steps;
    const many = Array.from({ length: 600 }, () => first as Step);
    const text = textOf(diagram(many, 37));
    expect(text).toContain('… 137 more events are left out of this page.');
    expect(text.split('POST initialize').length - 1).toBe(500);
  });
});
