import { describe, expect, it } from 'vitest';
import { scenarios } from '../../src/scenarios/index.js';
import { RESULT, TOOL, watchMs } from '../helpers/judging.js';

/** Of get-stream-404 a failure is seen, never a silence: it is settled by what is seen. */
const others = scenarios.filter(({ id }) => id !== 'get-stream-404');

describe.each(others)('$id', (scenario) => {
  it('is not over when the client has asked the model something else, but for seconds at a terminal', () => {
    for (const { id } of scenario.arms) {
      expect(watchMs(scenario, id, 'I> model(title)')).toBeUndefined();
      expect(watchMs(scenario, id, 'I> model(title)>', 'interactive')).toBeUndefined();
      expect(watchMs(scenario, id, 'I> model(title)', 'interactive')).toBe(4000);
    }
  });

  it('is over once the model has heard of every call, and answered', () => {
    for (const { id, model } of scenario.arms) {
      const results = Array.from(model.turns.slice(1), () => RESULT).join('+');
      const whole = `I N L model(${TOOL}) C C model(${TOOL})=${results}`;
      for (const mode of ['headless', 'interactive'] as const) {
        expect(watchMs(scenario, id, `${whole}>`, mode)).toBeUndefined();
        expect(watchMs(scenario, id, whole, mode)).toBe(400);
      }
    }
  });
});
