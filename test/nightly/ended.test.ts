/** Nights that end after any of their steps: the clean night after it has the same table, and tells once. With signals: e2e/nightly-killed.test.ts. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { copyOf } from '../helpers/cli.js';
import { stateOf } from '../helpers/nights.js';
import { DEATH, NightScene, NightsHere } from './nights.js';

let scene: NightScene;
beforeEach(async () => {
  scene = await NightScene.open();
});
afterEach(() => scene.close());

const NEWS = ['regression 2.1.1 2.1.2', 'fix 2.1.2 2.1.3'];

it('after whichever step a night ends, the next one leaves what an undisturbed one leaves', async () => {
  scene.publish(1, 'good');
  await scene.nights.night();
  scene.publish(2, 'loses-tools');
  scene.publish(3, 'good');
  /** What the second night leaves, and in how many steps, where one before it dies after so many. */
  const leftBy = async (dyingAfter: number | undefined) => {
    const user = copyOf(scene.user);
    const nights = new NightsHere(user, scene.registry);
    const args = nights.args('--json', '--log-json');
    if (dyingAfter !== undefined) {
      nights.dyingAfter = dyingAfter;
      await expect(nights.run(args)).rejects.toThrow(DEATH);
      nights.dyingAfter = Infinity;
    }
    const { stderr } = await nights.run(args);
    const state = stateOf(nights);
    user.remove();
    return { state, steps: stderr.trim().split('\n').length };
  };
  const whole = await leftBy(undefined);
  expect(whole.state.told).toEqual(NEWS);
  for (let step = 0; step < whole.steps; step += 1)
    expect({ step, ...(await leftBy(step)).state }).toEqual({ step, ...whole.state });
});
