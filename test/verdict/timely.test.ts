import { describe, expect, it } from 'vitest';
import { getStream404 } from '../../src/scenarios/get-stream-404.js';
import { read } from '../../src/scenarios/reading.js';
import { fail, pass } from '../../src/scenarios/scenario.js';
import { timelyFinding } from '../../src/verdict/judge.js';
import { recordOf } from '../helpers/judging.js';
import { journalOf } from '../helpers/observations.js';

/** What a user's judge may ask for: tools were listed, and the model was not offered them. */
const judge = (shorthand: string, aboutWaiting?: boolean) =>
  timelyFinding(
    {
      judge: (record) => {
        const seen = read(record);
        if (seen.initializes.length > 1) return fail('initialized twice', 're-initialized');
        return seen.questions.length > 0 && seen.offers.length === 0
          ? fail('not offered', 'tools-lost')
          : pass('offered');
      },
      ...(aboutWaiting !== undefined && { aboutWaiting }),
    },
    recordOf(getStream404, '404-before-tools', journalOf(shorthand)),
  );

describe('a client that asked the model without the tool', () => {
  it.each([
    ['while an answer was kept back', 'I N L+ model(Bash) L<', 'tools/list'],
    ['while one was kept back that never went out', 'I N L+ model(Bash) L!', 'tools/list'],
    ['while the session itself was', 'I+ model(Bash) I<', 'initialize'],
  ])('%s is not blamed', (_, shorthand, rpc) => {
    expect(judge(shorthand)).toEqual({
      outcome: 'unclear',
      evidence: `asked the model without the tool before the answer to ${rpc} was due`,
      symptoms: [],
    });
  });

  it.each([
    ['though nothing was kept back', 'I N L> model(Bash) L<'],
    ['after the answer that was', 'I N L+ L< model(Bash)'],
    ['after it had closed the request itself', 'I N L+ L! model(Bash)'],
    ['and once more after the answer', 'I N L+ model(Bash) L< model(Bash)'],
    ['while only its listening stream was kept back', 'I N GET+ L model(Bash) GET<'],
  ])('%s is', (_, shorthand) => {
    expect(judge(shorthand)).toMatchObject({ outcome: 'fail', symptoms: ['tools-lost'] });
  });

  it('early is still blamed for what had failed by then', () => {
    expect(judge('I N L! I N L+ model(Bash) L<')).toMatchObject({ symptoms: ['re-initialized'] });
  });

  it('early is blamed where waiting is the question', () => {
    expect(judge('I N L+ model(Bash) L<', true)).toMatchObject({ outcome: 'fail' });
  });
});
