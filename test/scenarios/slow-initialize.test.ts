import { describe, expect, it } from 'vitest';
import { slowInitialize } from '../../src/scenarios/slow-initialize.js';
import { judging } from '../helpers/judging.js';
import { journalOf } from '../helpers/observations.js';

const TOOL = 'mcp__gateway__lookup_ticket';
const RESULT = 'TICKET-4711_is_open';
const { armOf, judge, isOver } = judging(slowInitialize, TOOL);

const WELL = `model(Bash,${TOOL}) C model(Bash,${TOOL})=${RESULT}`;
const FAILED = {
  outcome: 'fail',
  evidence: 'asked the model without the tool, initialize unanswered',
  symptoms: ['did-not-wait'],
};

/** The journal as it is, but with this much time after its first entry. */
const later = (shorthand: string, ms: number) =>
  journalOf(shorthand).map((entry) => (entry.seq === 0 ? entry : { ...entry, atMs: entry.atMs + ms }));

describe('slow-initialize', () => {
  it('has a control arm, from which the other differs in the delay of initialize alone', () => {
    expect(slowInitialize.arms.map(({ id, control }) => [id, control])).toEqual([
      ['control', true],
      ['slow', false],
    ]);
    expect(armOf('slow').gateway.rules).toEqual([{ on: { rpc: 'initialize' }, delayMs: 4_000 }]);
    expect({ ...armOf('slow').gateway, rules: [] }).toEqual(armOf('control').gateway);
  });
});

describe('a release passes an arm when', () => {
  it.each([
    ['it waits for the answer', `I> I< N L ${WELL}`],
    ['it makes side calls without tools meanwhile', `I> model model I< N L ${WELL}`],
    ['it asks without the tool first, and calls it all the same', `I> model(Bash) I< N L ${WELL}`],
  ])('%s', (_, shorthand) => {
    const passed = { outcome: 'pass', evidence: 'tool called, result returned', symptoms: [] };
    expect(judge('slow', shorthand)).toEqual(passed);
    expect(judge('control', shorthand)).toEqual(passed);
  });
});

describe('a release fails the slow arm when it asks the model without the tool', () => {
  it.each([
    ['while initialize is unanswered, and closes that at its end', 'I> model(Bash) I!'],
    ['after it has given initialize up', 'I> I! model(Bash)'],
    ['and the answer comes only after that of the model', 'I> model(Bash) I< N'],
    ['after side calls without tools', 'I> model model(Bash) I!'],
  ])('%s', (_, shorthand) => {
    expect(judge('slow', shorthand)).toEqual(FAILED);
  });
});

describe('an innocent release is not blamed when', () => {
  it.each([
    ['nothing at all happened', '', 'the gateway was never initialized'],
    ['it asks the model before it initializes', 'model(Bash) I> I!', 'tools/list was never asked for'],
    [
      'initialize was answered before the model was asked',
      'I> I< N L> model(Bash)',
      'the model was not offered the tool (tools/list pending)',
    ],
    ['the model has not answered yet', 'I> model(Bash)>', 'tools/list was never asked for'],
    [
      'it is offered the tool later',
      `I> model(Bash) I< N L model(Bash,${TOOL})`,
      'the tool lookup_ticket was never called',
    ],
  ])('%s', (_, shorthand, evidence) => {
    expect(judge('slow', shorthand)).toEqual({ outcome: 'unclear', evidence, symptoms: [] });
  });

  it('the answer was due before it asked the model, and the machine was too busy to send it', () => {
    expect(judge('slow', later('I> model(Bash) I!', 3_980))).toMatchObject({ outcome: 'fail' });
    expect(judge('slow', later('I> model(Bash) I!', 3_990))).toMatchObject({ outcome: 'unclear' });
  });

  it('it asked the model something else while it waited', () => {
    const waited = journalOf('I> model(title) model(Bash)').map((entry) =>
      entry.seq > 2 ? { ...entry, atMs: entry.atMs + 4_000 } : entry,
    );
    expect(judge('slow', waited).outcome).toBe('unclear');
  });

  it('it runs in a terminal, where its user may ask again', () => {
    expect(judge('slow', 'I> model(Bash) I!', 'interactive').outcome).toBe('unclear');
  });

  it('the control shows the symptoms: a control never fails, it does not pass', () => {
    expect(judge('control', 'I> model(Bash) I!').outcome).toBe('unclear');
  });
});

describe('the client is watched on', () => {
  it.each([
    ['while it waits', 'I> model', false],
    ['until the model has answered', 'I> model(Bash)>', false],
    ['until it ends by itself, once the model has answered without the tool', 'I> model(Bash)', false],
    ['while its call is unanswered', `I N L model(Bash,${TOOL}) C>`, false],
    ['and no longer once its result was answered', `I N L ${WELL}`, true],
  ])('%s', (_, shorthand, over) => {
    expect(isOver('slow', shorthand)).toBe(over);
  });
});
