/** Which arms of a scenario are asked about. Pure. */
import { BisectError } from '../errors.js';
import type { Arm, Scenario } from './scenario.js';

/**
 * The one arm of this id; left out, the first that is not the control.
 * @throws BisectError `BAD_OPTION` if there is no such arm
 */
export function armNamed({ id: scenario, arms }: Scenario, id: string | undefined): Arm {
  const arm = arms.find((one) => (id === undefined ? !one.control : one.id === id));
  if (arm) return arm;
  throw new BisectError('BAD_OPTION', `${scenario} has no arm "${id}"`, {
    hint: `choose one of ${arms.map((one) => one.id).join(', ')}`,
  });
}

/**
 * The scenario with its control and the arms of these ids alone; the whole one if none is named. Its arms are part of its
 * digest, so that rounds under some of them are never taken for rounds under all.
 * @throws BisectError `BAD_OPTION` for an arm that there is not, and for the control alone, which can blame nobody
 */
export function withArms(scenario: Scenario, ids: readonly string[]): Scenario {
  const named = new Set(ids.map((id) => armNamed(scenario, id)));
  const arms = scenario.arms.filter((arm) => arm.control || named.has(arm));
  if (ids.length === 0 || arms.length === scenario.arms.length) return scenario;
  if (arms.length > 1) return { ...scenario, arms, asked: arms.map(({ id }) => id) };
  const others = scenario.arms.filter((arm) => !arm.control);
  throw new BisectError('BAD_OPTION', 'the control is run in any case, and alone it can blame nobody', {
    hint: `name another arm: ${others.map(({ id }) => id).join(', ')}`,
  });
}
