import { describe, expect, it } from 'vitest';
import { digestOf } from '../../src/ledger/ledger.js';
import { withArms } from '../../src/scenarios/scenario.js';
import { getStream404 } from '../../src/scenarios/get-stream-404.js';

const idsOf = ({ arms }: typeof getStream404) => arms.map(({ id }) => id);

describe('a scenario that is asked about by some of its arms', () => {
  it('keeps its control, and its order', () => {
    const some = withArms(getStream404, ['404-after-tools']);
    expect(idsOf(some)).toEqual(['control', '404-after-tools']);
    expect(some.asked).toEqual(['control', '404-after-tools']);
  });

  it('is another question, so that its rounds are never taken for whole ones', () => {
    const digests = [[], ['404-after-tools'], ['404-before-tools']].map((ids) =>
      digestOf(withArms(getStream404, ids)),
    );
    expect(new Set(digests).size).toBe(3);
  });

  it('is the whole one where every arm is named, or none', () => {
    expect(withArms(getStream404, [])).toBe(getStream404);
    expect(withArms(getStream404, ['404-after-tools', '404-before-tools'])).toBe(getStream404);
  });

  it.each([
    [['get-405'], 'get-stream-404 has no arm "get-405"'],
    [['404-after-tools', 'x'], 'get-stream-404 has no arm "x"'],
    [['control'], 'the control is run in any case, and alone it can blame nobody'],
  ])('refuses %j, and names the arms that there are', (ids, message) => {
    expect(() => withArms(getStream404, ids)).toThrow(
      expect.objectContaining({
        code: 'BAD_OPTION',
        message,
        hint: expect.stringContaining('404-before-tools, 404-after-tools'),
      }),
    );
  });
});
