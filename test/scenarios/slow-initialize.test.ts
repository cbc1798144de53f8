import { describe, expect, it } from 'vitest';
import { slowInitialize } from '../../src/scenarios/slow-initialize.js';
import { armOf, judges, recordOf, TOOL, WELL } from '../helpers/judging.js';
import { journalOf } from '../helpers/observations.js';

it('differs from its control in the delay of initialize alone', () => {
  const { gateway } = armOf(slowInitialize, 'slow');
  expect(gateway.rules).toEqual([{ on: { rpc: 'initialize' }, delayMs: 4_000 }]);
  expect({ ...gateway, rules: [] }).toEqual(armOf(slowInitialize, 'control').gateway);
});

describe('a release', () => {
  judges(
    slowInitialize,
    `
    passes when it waits for the answer
      control, slow: I> I< N L ${WELL} → pass: tool called, result returned
    passes when it makes side calls without tools meanwhile
      control, slow: I> model model I< N L ${WELL} → pass: tool called, result returned
    passes when it asks without the tool first, and calls it all the same
      control, slow: I> model(Bash) I< N L ${WELL} → pass: tool called, result returned
    fails when it asks the model without the tool while initialize is unanswered, and closes that at its end
      I> model(Bash) I! → fail: asked the model without the tool, initialize unanswered [did-not-wait]
    fails when it does so after it has given initialize up
      I> I! model(Bash) → fail: asked the model without the tool, initialize unanswered [did-not-wait]
    fails when it does so and the answer comes only after that of the model
      I> model(Bash) I< N → fail: asked the model without the tool, initialize unanswered [did-not-wait]
    fails when it does so after side calls without tools
      I> model model(Bash) I! → fail: asked the model without the tool, initialize unanswered [did-not-wait]
    is not blamed when it asks the model before it initializes
      model(Bash) I> I! → unclear: tools/list was never asked for
    is not blamed when initialize was answered before the model was asked
      I> I< N L> model(Bash) → unclear: the model was not offered the tool (tools/list pending)
    is not blamed when the model has not answered yet
      I> model(Bash)> → unclear: tools/list was never asked for
    is not blamed when it is offered the tool later
      I> model(Bash) I< N L model(Bash,${TOOL}) → unclear: the tool lookup_ticket was never called
    `,
  );

  /** The journal with this much time before the entries from `seq` on. */
  const outcome = (shorthand: string, ms: number, seq: number) =>
    slowInitialize.judge(
      recordOf(
        slowInitialize,
        'slow',
        journalOf(shorthand).map((entry) => (entry.seq < seq ? entry : { ...entry, atMs: entry.atMs + ms })),
      ),
    ).outcome;

  it('is not blamed when the answer was due before it asked, and the machine was too busy to send it', () => {
    expect(outcome('I> model(Bash) I!', 3_980, 1)).toBe('fail');
    expect(outcome('I> model(Bash) I!', 3_990, 1)).toBe('unclear');
  });

  it('is not blamed when it asked the model something else while it waited', () => {
    expect(outcome('I> model(title) model(Bash)', 4_000, 3)).toBe('unclear');
  });

  it('is not blamed in a terminal, where its user may ask again', () => {
    const record = recordOf(slowInitialize, 'slow', journalOf('I> model(Bash) I!'), 'interactive');
    expect(slowInitialize.judge(record).outcome).toBe('unclear');
  });
});
