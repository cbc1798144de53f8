/** How a run of a client ended, in words. */
import type { Observation } from '../probe/observation.js';

/** `exited with code 0`, `ended by us, its arm being settled` … */
export function endingOf({ exit, fault }: Pick<Observation, 'exit' | 'fault'>): string {
  if (fault !== null) return `no run: ${fault}`;
  switch (exit.kind) {
    case 'exited':
      return `exited with code ${exit.code}`;
    case 'signalled':
      return `ended by ${exit.signal}`;
    case 'not-started':
      return `not started: ${exit.message}`;
    case 'timeout':
      return 'ended at the time limit';
    case 'flooded':
      return 'ended because of its output';
    case 'ended':
      return exit.byHand ? 'ended by hand' : 'ended by us, its arm being settled';
  }
}
