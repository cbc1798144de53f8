import { describe, expect, it } from 'vitest';
import { get405 } from '../../src/scenarios/get-405.js';
import { judging } from '../helpers/judging.js';

const TOOL = 'mcp__gateway__lookup_ticket';
const RESULT = 'TICKET-4711_is_open';
const { armOf, judge, isOver } = judging(get405, TOOL);

const WELL = `model(Bash,${TOOL}) C model(Bash,${TOOL})=${RESULT}`;
const REFUSING = ['405-before-tools', '405-after-tools', '405-stateless'];

describe('get-405', () => {
  it('has a control in which nothing is answered with 405: its stream opens and stays open', () => {
    expect(get405.arms.map(({ id, control }) => [id, control])).toEqual([
      ['control', true],
      ...REFUSING.map((id) => [id, false]),
    ]);
    expect(armOf('control').gateway).toMatchObject({ listening: {}, rules: [] });
  });

  it.each(REFUSING)('answers GET with 405 in the arm %s', (id) => {
    const { rules, listening } = armOf(id).gateway;
    const rule = rules.find(({ on }) => on.method === 'GET');
    expect([rule?.answer, listening]).toMatchObject([{ status: 405 }, undefined]);
  });

  it('has a stateless server in the last arm alone', () => {
    expect(get405.arms.map(({ gateway }) => gateway.sessions)).toEqual([true, true, true, false]);
  });
});

describe.each(REFUSING)('in the arm %s a release passes when', (arm) => {
  it.each([
    ['GET is refused while it lists its tools', `I N L> GET:405 L< ${WELL}`, 'no reconnect'],
    ['GET is refused once it knows them', `I N GET> L GET:405< ${WELL}`, 'no reconnect'],
    ['GET is refused twice', `I N L> GET:405 GET:405 L< ${WELL}`, 'no reconnect'],
    ['it never opens the stream', `I N L ${WELL}`, 'GET stream not opened'],
    ['tools/list is held in vain, there being no GET', `I N L> L~ ${WELL}`, 'GET stream not opened'],
    ['it asks for the newer protocol first', `D I N L> GET:405 L< ${WELL}`, 'no reconnect'],
  ])('%s', (_, shorthand, stream) => {
    const evidence = `tool called, result returned, ${stream}`;
    expect(judge(arm, shorthand)).toEqual({ outcome: 'pass', evidence, symptoms: [] });
  });
});

it('a release passes the control when the stream is open while the tool is called', () => {
  expect(judge('control', `I N GET L ${WELL} GET/`)).toEqual({
    outcome: 'pass',
    evidence: 'tool called, result returned',
    symptoms: [],
  });
});

describe('a release fails when', () => {
  it.each([
    [
      'it closes tools/list after the 405 and goes on without the tool',
      'I N L> GET:405 L! model(Bash)',
      'tools lost',
      ['tools-lost'],
    ],
    [
      'it initializes anew after the 405, though the call succeeds',
      `I N L> GET:405 L< I N ${WELL}`,
      're-initialized 1×',
      ['re-initialized'],
    ],
    [
      'it does both, again and again',
      'I N L> GET:405 L! I GET:405 I model(Bash)',
      'tools lost; re-initialized 2×',
      ['tools-lost', 're-initialized'],
    ],
  ])('%s', (_, shorthand, evidence, symptoms) => {
    for (const arm of REFUSING)
      expect(judge(arm, shorthand)).toEqual({ outcome: 'fail', evidence, symptoms });
  });
});

describe('an innocent release is not blamed when', () => {
  it.each([
    ['nothing at all happened', '', 'the gateway was never initialized'],
    [
      'it does not wait for its tools, and closes tools/list only when it ends',
      'I N L> GET:405 model(Bash) L!',
      'the model was not offered the tool (tools/list aborted)',
    ],
    [
      'it gave tools/list up before the 405',
      'I N L> L! GET:405 model(Bash)',
      'the model was not offered the tool (tools/list aborted)',
    ],
    [
      'another path was answered with 405',
      'META:405 I N L> L! model(Bash)',
      'the model was not offered the tool (tools/list aborted)',
    ],
    [
      'it initialized twice before the 405',
      `I I N L> GET:405 L< ${WELL}`,
      'initialized 2× before anything happened to the stream',
    ],
    [
      'the order of the answers could not be held',
      `I N L> GET:405 L~ ${WELL}`,
      'the order of the answers could not be held',
    ],
    [
      'the call is made twice',
      `I N L> GET:405 L< model(Bash,${TOOL}) C C model(Bash,${TOOL})=${RESULT}`,
      'the tool was called 2×',
    ],
    [
      'the result does not reach the model',
      `I N L> GET:405 L< model(Bash,${TOOL}) C`,
      'the result of the call did not reach the model',
    ],
  ])('%s', (_, shorthand, evidence) => {
    expect(judge('405-before-tools', shorthand)).toEqual({ outcome: 'unclear', evidence, symptoms: [] });
  });

  it.each(['I N L> GET:405 L! I N model(Bash)', `I N GET L I N ${WELL}`])(
    'the control shows the symptoms (%s): a control never fails, it does not pass',
    (shorthand) => {
      expect(judge('control', shorthand).outcome).toBe('unclear');
    },
  );
});

describe('the client is watched on', () => {
  it.each([
    ['while it may still list its tools', 'I N L> GET:405', false],
    ['until the model has answered the result', `I N L> GET:405 L< ${WELL}>`, false],
    ['and no longer after that', `I N L> GET:405 L< ${WELL}`, true],
    [
      'until it ends by itself, once the model has answered without the tool',
      'I N L> GET:405 L! model(Bash)',
      false,
    ],
  ])('%s', (_, shorthand, over) => {
    expect(isOver('405-before-tools', shorthand)).toBe(over);
  });
});
