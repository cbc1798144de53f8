import { describe, expect, it } from 'vitest';
import { stdioStrayLine } from '../../src/scenarios/stdio-stray-line.js';
import { judging } from '../helpers/judging.js';

const TOOL = 'mcp__gateway__lookup_ticket';
const RESULT = 'TICKET-4711_is_open';
const { armOf, judge, isOver } = judging(stdioStrayLine, TOOL);

const WELL = `model(Bash,${TOOL}) C model(Bash,${TOOL})=${RESULT}`;
const STRAY = ['text', 'json'];

describe('stdio-stray-line', () => {
  it('has a control arm over stdio without a stray line, from which the others differ in that alone', () => {
    expect(stdioStrayLine.arms.map(({ id, control }) => [id, control])).toEqual([
      ['control', true],
      ...STRAY.map((id) => [id, false]),
    ]);
    expect(armOf('control').gateway).toMatchObject({ transport: 'stdio', strayLines: [] });
    for (const id of STRAY) {
      expect({ ...armOf(id).gateway, strayLines: [] }).toEqual(armOf('control').gateway);
      expect(armOf(id).gateway.strayLines).toHaveLength(1);
    }
  });

  it('has no line that is a message', () => {
    for (const { gateway } of stdioStrayLine.arms)
      for (const line of gateway.strayLines ?? []) expect(line).not.toContain('jsonrpc');
  });
});

describe('a release passes every arm when', () => {
  it.each([
    ['the call and its result arrive', `I N L ${WELL} STDIO/`],
    ['it starts the server again', `I STDIO/ I N L ${WELL} STDIO/`],
    ['it asks for the newer protocol first', `D I N L ${WELL}`],
  ])('%s', (_, shorthand) => {
    for (const arm of ['control', ...STRAY])
      expect(judge(arm, shorthand)).toEqual({
        outcome: 'pass',
        evidence: 'tool called, result returned',
        symptoms: [],
      });
  });
});

describe('a release fails when it ends the server itself, and asks the model without the tool', () => {
  it.each([
    ['at once', 'STDIO/ model(Bash)'],
    ['while initialize is unanswered', 'I> STDIO/ model(Bash)'],
    ['before tools/list', 'I STDIO/ model(Bash)'],
    ['after tools/list', 'I N L STDIO/ model(Bash)'],
    ['after it has started it again', 'I#1 STDIO#1/ I#2 STDIO#2/ model model(Bash)'],
  ])('%s', (_, shorthand) => {
    for (const arm of STRAY)
      expect(judge(arm, shorthand)).toEqual({
        outcome: 'fail',
        evidence: 'server ended before its tools were known',
        symptoms: ['server-given-up'],
      });
  });
});

describe('an innocent release is not blamed when', () => {
  it.each([
    ['nothing at all happened', '', 'the gateway was never initialized'],
    ['the server ended by itself', 'I STDIO| model(Bash)', 'tools/list was never asked for'],
    [
      'it does not wait for its tools, and ends the server only at its own end',
      'I N L> model(Bash) STDIO/',
      'the model was not offered the tool (tools/list pending)',
    ],
    [
      'it has another server under way',
      'D#1 STDIO#1/ I#2> model(Bash) I#2<',
      'tools/list was never asked for',
    ],
    [
      'it has had two at a time, and ends the second only at its own end',
      'D#1 I#2> STDIO#1/ model(Bash) STDIO#2/',
      'tools/list was never asked for',
    ],
    ['it starts the server again later', 'I#1 STDIO#1/ model(Bash) I#2', 'tools/list was never asked for'],
    [
      'one of two servers ended by itself',
      'I#1 STDIO#1| I#2 STDIO#2/ model(Bash)',
      'tools/list was never asked for',
    ],
    ['the model has not answered yet', 'I STDIO/ model(Bash)>', 'tools/list was never asked for'],
    [
      'the result does not reach the model',
      `I N L model(Bash,${TOOL}) C STDIO/`,
      'the result of the call did not reach the model',
    ],
  ])('%s', (_, shorthand, evidence) => {
    expect(judge('text', shorthand)).toEqual({ outcome: 'unclear', evidence, symptoms: [] });
  });

  it('the control shows the symptoms: a control never fails, it does not pass', () => {
    expect(judge('control', 'I STDIO/ model(Bash)').outcome).toBe('unclear');
  });
});

describe('the client is watched on', () => {
  it.each([
    ['until the model has answered the result', `I N L ${WELL}>`, false],
    ['and no longer after that', `I N L ${WELL}`, true],
    ['until it ends by itself, once the model has answered without the tool', 'I STDIO/ model(Bash)', false],
  ])('%s', (_, shorthand, over) => {
    expect(isOver('text', shorthand)).toBe(over);
  });
});
