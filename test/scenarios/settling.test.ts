import { describe, expect, it } from 'vitest';
import { scenarios } from '../../src/scenarios/index.js';
import { judging } from '../helpers/judging.js';

const TOOL = 'mcp__gateway__lookup_ticket';
const RESULTS = ['TICKET-4711_is_open', 'TICKET-4711_is_open+TICKET-4711_is_open'];

/** Of get-stream-404 a failure is seen, never a silence: it is settled by what is seen. */
const others = scenarios.filter(({ id }) => id !== 'get-stream-404');

describe.each(others.map((scenario) => [scenario.id, scenario] as const))('%s', (_, scenario) => {
  const { watchMs } = judging(scenario, TOOL);

  it('is not over when the client has asked the model something else meanwhile', () => {
    for (const { id } of scenario.arms) expect(watchMs(id, 'I> model(title)')).toBeUndefined();
  });

  it('goes on for seconds after that at a terminal, where no client ends by itself', () => {
    for (const { id } of scenario.arms) expect(watchMs(id, 'I> model(title)', 'interactive')).toBe(4000);
  });

  it('is over once the model has heard of every call', () => {
    for (const { id, model } of scenario.arms) {
      const results = RESULTS[model.turns.length - 2];
      const whole = `I N L model(${TOOL}) C C model(${TOOL})=${results}`;
      for (const mode of ['headless', 'interactive'] as const) expect(watchMs(id, whole, mode)).toBe(400);
    }
  });
});
