import { describe, expect, it } from 'vitest';
import { discoverFallback } from '../../src/scenarios/discover-fallback.js';
import { judging } from '../helpers/judging.js';

const TOOL = 'mcp__gateway__lookup_ticket';
const RESULT = 'TICKET-4711_is_open';
const { armOf, judge, isOver } = judging(discoverFallback, TOOL);

const WELL = `model(Bash,${TOOL}) C model(Bash,${TOOL})=${RESULT}`;
const ARMS = ['status-400', 'status-404', 'status-500', 'older', 'unanswered'];

describe('discover-fallback', () => {
  it('has a control arm, which refuses server/discover as JSON-RPC has it', () => {
    expect(discoverFallback.arms.map(({ id, control }) => [id, control])).toEqual([
      ['control', true],
      ...ARMS.map((id) => [id, false]),
    ]);
    expect(armOf('control').gateway).toMatchObject({ protocolVersion: '2025-03-26', rules: [] });
    expect(armOf('control').gateway.discover).toBeUndefined();
  });

  it('answers server/discover otherwise in each of the others, and knows initialize in all', () => {
    const answers = ARMS.map((id) => armOf(id).gateway.rules[0]?.answer ?? armOf(id).gateway.discover);
    expect(answers).toMatchObject([{ status: 400 }, { status: 404 }, { status: 500 }, 'answer', 'never']);
    for (const { gateway } of discoverFallback.arms) expect(gateway.protocolVersion).not.toBe('2026-07-28');
  });
});

describe.each(ARMS)('in the arm %s a release passes when', (arm) => {
  it.each([
    ['it falls back to initialize', `D:404 I N L ${WELL}`, 'fell back to initialize'],
    ['it asks twice', `D:404 D:404 I N L ${WELL}`, 'fell back to initialize'],
    ['it gives server/discover up', `D> D! I N L ${WELL}`, 'fell back to initialize'],
    ['it never asks', `I N L ${WELL}`, 'server/discover not asked'],
  ])('%s', (_, shorthand, how) => {
    expect(judge(arm, shorthand)).toEqual({
      outcome: 'pass',
      evidence: `${how}, result returned`,
      symptoms: [],
    });
  });
});

describe('a release fails when it asks the model without the tool, and never initialize', () => {
  it.each([
    ['after server/discover was refused', 'D:404 model(Bash)'],
    ['after it has asked again and again', 'D:404 D:404 model D:404 model(Bash)'],
    ['after it has given server/discover up', 'D> D! model(Bash)'],
    ['after it has given server/discover up, and asked again', 'D> D! D:500 model(Bash)'],
  ])('%s', (_, shorthand) => {
    for (const arm of ARMS)
      expect(judge(arm, shorthand)).toEqual({
        outcome: 'fail',
        evidence: 'no initialize after server/discover',
        symptoms: ['no-fallback'],
      });
  });
});

describe('an innocent release is not blamed when', () => {
  it.each([
    ['nothing at all happened', '', 'the gateway was never initialized'],
    ['it never asked anything', 'model(Bash)', 'the gateway was never initialized'],
    [
      'it asked the model while server/discover was unanswered',
      'D> model(Bash) D!',
      'the gateway was never initialized',
    ],
    [
      'it asked the model before server/discover was refused',
      'D> model(Bash) D:404<',
      'the gateway was never initialized',
    ],
    [
      'it asked the model while it tried server/discover again',
      'D:500 model(Bash) D:500',
      'the gateway was never initialized',
    ],
    [
      'it asked the model while a second server/discover was unanswered',
      'D:500 D> model(Bash) D!',
      'the gateway was never initialized',
    ],
    ['it fell back after it had asked the model', 'D:404 model(Bash) I', 'tools/list was never asked for'],
    ['the model has not answered yet', 'D:404 model(Bash)>', 'the gateway was never initialized'],
    [
      'it fell back and did not wait for its tools',
      'D:404 I N L> model(Bash)',
      'the model was not offered the tool (tools/list pending)',
    ],
  ])('%s', (_, shorthand, evidence) => {
    expect(judge('status-404', shorthand)).toEqual({ outcome: 'unclear', evidence, symptoms: [] });
  });

  it('the control shows the symptoms: a control never fails, it does not pass', () => {
    expect(judge('control', 'D model(Bash)').outcome).toBe('unclear');
  });
});

describe('the client is watched on', () => {
  it.each([
    ['until the model has answered', 'D:404 model(Bash)>', false],
    ['until it ends by itself, once the model has answered without the tool', 'D:404 model(Bash)', false],
    ['until the result is answered', `D:404 I N L ${WELL}>`, false],
    ['and no longer after that', `D:404 I N L ${WELL}`, true],
  ])('%s', (_, shorthand, over) => {
    expect(isOver('status-404', shorthand)).toBe(over);
  });
});
