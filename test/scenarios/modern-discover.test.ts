import { describe, expect, it } from 'vitest';
import { modernDiscover } from '../../src/scenarios/modern-discover.js';
import { judging } from '../helpers/judging.js';

const TOOL = 'mcp__gateway__lookup_ticket';
const RESULT = 'TICKET-4711_is_open';
const { armOf, judge, isOver } = judging(modernDiscover, TOOL);

const WELL = `model(Bash,${TOOL}) C model(Bash,${TOOL})=${RESULT}`;

describe('modern-discover', () => {
  it('has a control arm with initialize and sessions, and one with neither', () => {
    const speaks = (id: string) => [
      armOf(id).control,
      armOf(id).gateway.protocolVersion,
      armOf(id).gateway.sessions,
    ];
    expect(modernDiscover.arms.map(({ id }) => id)).toEqual(['control', 'modern']);
    expect(speaks('control')).toEqual([true, '2025-03-26', true]);
    expect(speaks('modern')).toEqual([false, '2026-07-28', false]);
  });
});

describe('a release passes when', () => {
  it.each([
    ['it discovers the server and goes on without initialize', 'modern', `D L ${WELL}`],
    ['it is refused with initialize and then discovers the server', 'modern', `I:400 D L ${WELL}`],
    ['it goes on without asking anything before tools/list', 'modern', `L ${WELL}`],
    ['it initializes in the control', 'control', `I N L ${WELL}`],
    ['it is refused discovery in the control', 'control', `D I N L ${WELL}`],
  ])('%s', (_, arm, shorthand) => {
    expect(judge(arm, shorthand)).toEqual({
      outcome: 'pass',
      evidence: 'tool called, result returned',
      symptoms: [],
    });
  });
});

describe('a release fails when', () => {
  it.each([
    [
      'it knows nothing but initialize',
      'I:400 model(Bash)',
      'initialize refused, no server/discover',
      'never-discovered',
    ],
    [
      'it tries initialize again and again',
      'I:400 I:400 model model(Bash) I:400',
      'initialize refused, no server/discover',
      'never-discovered',
    ],
    [
      'it initializes though the server was discovered',
      'D I:400 I:400 model(Bash)',
      'initialize all the same after server/discover was answered',
      'initialized-all-the-same',
    ],
  ])('%s', (_, shorthand, evidence, symptom) => {
    expect(judge('modern', shorthand)).toEqual({ outcome: 'fail', evidence, symptoms: [symptom] });
  });
});

describe('an innocent release is not blamed when', () => {
  it.each([
    ['nothing at all happened', '', 'tools/list was never asked for'],
    [
      'the model was asked before initialize was refused',
      'I> model(Bash) I:400<',
      'tools/list was never asked for',
    ],
    ['initialize was not answered', 'I> model(Bash) I!', 'tools/list was never asked for'],
    [
      'it discovers the server after the refusal, and does not wait for what comes of it',
      'I:400 model(Bash) D',
      'tools/list was never asked for',
    ],
    [
      'it discovers the server after the refusal, and lists no tools',
      'I:400 D model(Bash)',
      'tools/list was never asked for',
    ],
    [
      'it asks for both at once, and does not wait for what comes of it',
      'D> I> D< I:400< model(Bash)',
      'tools/list was never asked for',
    ],
    [
      'it asks for both at once, and lists its tools too late',
      'D> I> D< I:400< model(Bash)> L model(Bash)<',
      'the model was not offered the tool (tools/list answered)',
    ],
    [
      'it initializes all the same, and lists its tools too late',
      'D I:400 model(Bash)> L model(Bash)<',
      'the model was not offered the tool (tools/list answered)',
    ],
    [
      'it lists its tools too late, having discovered nothing',
      'I:400 model(Bash)> L model(Bash)<',
      'the model was not offered the tool (tools/list answered)',
    ],
    [
      'it does not wait for its tools',
      'D L> model(Bash)',
      'the model was not offered the tool (tools/list pending)',
    ],
    ['the model has not answered yet', 'I:400 model(Bash)>', 'tools/list was never asked for'],
    [
      'the result does not reach the model',
      `D L model(Bash,${TOOL}) C`,
      'the result of the call did not reach the model',
    ],
  ])('%s', (_, shorthand, evidence) => {
    expect(judge('modern', shorthand)).toEqual({ outcome: 'unclear', evidence, symptoms: [] });
  });

  it('the control shows the symptoms: a control never fails, it does not pass', () => {
    expect(judge('control', 'I:400 model(Bash)').outcome).toBe('unclear');
  });
});

describe('the client is watched on', () => {
  it.each([
    ['until the model has answered', 'I:400 model(Bash)>', false],
    ['until it ends by itself, once the model has answered without the tool', 'I:400 model(Bash)', false],
    ['until the result is answered', `D L ${WELL}>`, false],
    ['and no longer after that', `D L ${WELL}`, true],
  ])('%s', (_, shorthand, over) => {
    expect(isOver('modern', shorthand)).toBe(over);
  });
});
