import { describe, expect, it } from 'vitest';
import { getSseCloses } from '../../src/scenarios/get-sse-closes.js';
import { judging } from '../helpers/judging.js';

const TOOL = 'mcp__gateway__lookup_ticket';
const RESULT = 'TICKET-4711_is_open';
const { armOf, judge, isOver } = judging(getSseCloses, TOOL);

const WELL = `model(Bash,${TOOL}) C model(Bash,${TOOL})=${RESULT}`;
/** The stream opens and closes while the tool is at work, and the call is answered after that. */
const CALL = `GET> L model(Bash,${TOOL}) C> GET< GET|`;
const CLOSING = ['closes-before-tools', 'closes-during-call'];

describe('get-sse-closes', () => {
  it('has a control arm whose stream stays open, and closes every stream in the others', () => {
    expect(getSseCloses.arms.map(({ id, control }) => [id, control])).toEqual([
      ['control', true],
      ...CLOSING.map((id) => [id, false]),
    ]);
    expect(armOf('control').gateway).toMatchObject({ listening: {}, rules: [] });
    for (const id of CLOSING)
      expect(armOf(id).gateway.rules[0]).toMatchObject({
        on: { method: 'GET' },
        answer: { status: 200, stream: { closeAfterMs: 0 } },
      });
  });
});

describe('a release passes when', () => {
  it.each([
    [
      'the stream closes while it lists its tools',
      'closes-before-tools',
      `I N L> GET GET| L< ${WELL}`,
      'session kept',
    ],
    [
      'the stream closes while the tool is at work',
      'closes-during-call',
      `I N ${CALL} C< model(Bash,${TOOL})=${RESULT}`,
      'session kept',
    ],
    [
      'it opens other streams, which close as well',
      'closes-during-call',
      `I N ${CALL} GET GET| GET GET| C< model(Bash,${TOOL})=${RESULT}`,
      'session kept',
    ],
    ['it never opens the stream', 'closes-during-call', `I N L ${WELL}`, 'GET stream not opened'],
    [
      'the call is held in vain, there being no stream',
      'closes-during-call',
      `I N L model(Bash,${TOOL}) C> C~ model(Bash,${TOOL})=${RESULT}`,
      'GET stream not opened',
    ],
  ])('%s', (_, arm, shorthand, stream) => {
    const evidence = `tool called, result returned, ${stream}`;
    expect(judge(arm, shorthand)).toEqual({ outcome: 'pass', evidence, symptoms: [] });
  });

  it('the stream of the control is open until the client closes it', () => {
    expect(judge('control', `I N GET L ${WELL} GET/`)).toEqual({
      outcome: 'pass',
      evidence: 'tool called, result returned',
      symptoms: [],
    });
  });
});

describe('a release fails when', () => {
  it.each([
    [
      'it closes tools/list after the stream has closed, and goes on without the tool',
      'closes-before-tools',
      'I N L> GET GET| L! model(Bash)',
      'tools lost',
      ['tools-lost'],
    ],
    [
      'it initializes anew after the stream has closed, though the call succeeds',
      'closes-during-call',
      `I N ${CALL} I N C< model(Bash,${TOOL})=${RESULT}`,
      're-initialized 1×',
      ['re-initialized'],
    ],
    [
      'it gives its call up and initializes again and again',
      'closes-during-call',
      `I N ${CALL} C! I N GET GET| I N GET GET| model(Bash,${TOOL})=error`,
      're-initialized 2×',
      ['re-initialized'],
    ],
  ])('%s', (_, arm, shorthand, evidence, symptoms) => {
    expect(judge(arm, shorthand)).toEqual({ outcome: 'fail', evidence, symptoms });
  });
});

describe('an innocent release is not blamed when', () => {
  it.each([
    ['nothing at all happened', '', 'the gateway was never initialized'],
    [
      'it initialized twice while its stream was open',
      `I N GET I N GET| L ${WELL}`,
      'initialized 2× before anything happened to the stream',
    ],
    [
      'it closed the stream itself',
      `I N GET GET/ I N L ${WELL}`,
      'initialized 2× before anything happened to the stream',
    ],
    [
      'it does not wait for its tools, and closes tools/list only when it ends',
      'I N L> GET GET| model(Bash) L!',
      'the model was not offered the tool (tools/list aborted)',
    ],
    [
      'the order could not be held',
      `I N GET> L GET~ GET| ${WELL}`,
      'the order of the answers could not be held',
    ],
    [
      'it gives the call up after the stream has closed',
      `I N ${CALL} C! model(Bash,${TOOL})=error`,
      'no call of lookup_ticket was answered',
    ],
  ])('%s', (_, shorthand, evidence) => {
    expect(judge('closes-during-call', shorthand)).toEqual({ outcome: 'unclear', evidence, symptoms: [] });
  });

  it('the control shows the symptoms: a control never fails, it does not pass', () => {
    expect(judge('control', `I N GET L> GET| L! I N model(Bash)`).outcome).toBe('unclear');
  });
});

describe('the client is watched on', () => {
  it.each([
    ['while the tool is at work', `I N ${CALL}`, false],
    ['until the model has answered the result', `I N ${CALL} C< model(Bash,${TOOL})=${RESULT}>`, false],
    ['and no longer after that', `I N ${CALL} C< model(Bash,${TOOL})=${RESULT}`, true],
  ])('%s', (_, shorthand, over) => {
    expect(isOver('closes-during-call', shorthand)).toBe(over);
  });
});
