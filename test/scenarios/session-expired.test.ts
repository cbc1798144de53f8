import { describe, expect, it } from 'vitest';
import { sessionExpired, sessionExpiredPlain } from '../../src/scenarios/session-expired.js';
import { judging } from '../helpers/judging.js';

const TOOL = 'mcp__gateway__lookup_ticket';
const RESULT = 'TICKET-4711_is_open';
const ERROR = 'Error_POSTing_to_endpoint';
const { armOf, judge, isOver, watchMs } = judging(sessionExpired, TOOL);

/** Up to the first call, which is answered with 404. */
const EXPIRES = `I N@1 L@1 model(Bash,${TOOL}) C@1:404`;
const GAVE_UP = `${EXPIRES} model(Bash,${TOOL})=${ERROR} C@1:404 model(Bash,${TOOL})=${ERROR}+${ERROR}`;
const RECOVERS = `${EXPIRES} I N@2 C@2 model(Bash,${TOOL})=${RESULT} C@2 model(Bash,${TOOL})=${RESULT}+${RESULT}`;

describe('session-expired', () => {
  it('has a control arm without a 404, and differs from it in nothing else', () => {
    expect(sessionExpired.arms.map(({ id, control }) => [id, control])).toEqual([
      ['control', true],
      ['expired', false],
    ]);
    expect({ ...armOf('expired').gateway, rules: [] }).toEqual(armOf('control').gateway);
    expect(armOf('expired').model).toEqual(armOf('control').model);
  });

  it('refuses calls in the first session alone, as the official SDKs do', () => {
    expect(armOf('expired').gateway.rules).toEqual([
      {
        on: { rpc: 'tools/call', session: 1 },
        answer: {
          status: 404,
          headers: { 'content-type': 'application/json' },
          body: { jsonrpc: '2.0', error: { code: -32001, message: 'Session not found' }, id: null },
        },
      },
    ]);
  });
});

describe('session-expired-plain', () => {
  it('differs in the bodies of the 404, none of which names a code', () => {
    const answers = sessionExpiredPlain.arms.map(({ gateway }) => gateway.rules[0]?.answer);
    expect(answers).toEqual([
      undefined,
      { status: 404 },
      { status: 404, body: { error: 'Session not found' } },
    ]);
  });

  it('has the same control, judge and end', () => {
    const plain = judging(sessionExpiredPlain, TOOL);
    expect(plain.armOf('control')).toEqual(armOf('control'));
    for (const arm of ['no-body', 'other-body']) {
      expect(plain.judge(arm, GAVE_UP)).toEqual(judge('expired', GAVE_UP));
      expect(plain.judge(arm, RECOVERS)).toEqual(judge('expired', RECOVERS));
      expect(plain.isOver(arm, GAVE_UP)).toBe(true);
    }
  });
});

describe('a release passes when', () => {
  it.each([
    ['it opens a new session and makes the call again', RECOVERS, 'new session, result returned'],
    [
      'it opens two new sessions',
      `${EXPIRES} I N@2 I N@3 C@3 model(Bash,${TOOL})=${RESULT}`,
      'new session, result returned',
    ],
    [
      'it makes the call again in another session that was there already',
      `I I N@2 L@1 model(Bash,${TOOL}) C@1:404 C@2 model(Bash,${TOOL})=${RESULT}`,
      'new session, result returned',
    ],
    [
      'it tells the model of an error, and has a new session for the second call',
      `${EXPIRES} model(Bash,${TOOL})=${ERROR} I N@2 C@2 model(Bash,${TOOL})=${ERROR}+${RESULT}`,
      'tool error, then a new session, result returned',
    ],
  ])('%s', (_, shorthand, evidence) => {
    expect(judge('expired', shorthand)).toEqual({ outcome: 'pass', evidence, symptoms: [] });
  });

  it('it makes both calls in the session of the control', () => {
    const both = `C@1 model(Bash,${TOOL})=${RESULT} C@1 model(Bash,${TOOL})=${RESULT}+${RESULT}`;
    expect(judge('control', `I N@1 L@1 model(Bash,${TOOL}) ${both}`)).toEqual({
      outcome: 'pass',
      evidence: 'tool called, result returned',
      symptoms: [],
    });
  });
});

describe('a release fails when', () => {
  it.each([
    ['both calls end in an error and no session is opened', GAVE_UP],
    ['it goes on without the tool after the error', `${EXPIRES} model(Bash)=${ERROR}`],
  ])('%s', (_, shorthand) => {
    expect(judge('expired', shorthand)).toEqual({
      outcome: 'fail',
      evidence: 'tool error, no new session',
      symptoms: ['tool-error', 'no-new-session'],
    });
  });
});

describe('an innocent release is not blamed, and not called good, when', () => {
  it.each([
    ['nothing at all happened', '', 'the gateway was never initialized'],
    [
      'no call was refused, its session being another one',
      `I N@1 L@1 model(Bash,${TOOL}) C@2 model(Bash,${TOOL})=${RESULT} C@2 model(Bash,${TOOL})=${RESULT}+${RESULT}`,
      'no call was answered with 404',
    ],
    [
      'the model asks for no call',
      `I N@1 L@1 model(Bash,${TOOL})`,
      'the tool lookup_ticket was never called',
    ],
    [
      'another request is answered with 404',
      `I N@1 META:404 L@1:404 model(Bash)`,
      'the model was not offered the tool (tools/list answered)',
    ],
    [
      'it comes to its end after the first error',
      `${EXPIRES} model(Bash,${TOOL})=${ERROR}`,
      'it ended before it told the model what came of the calls',
    ],
    [
      'the second call is still being answered',
      `${EXPIRES} model(Bash,${TOOL})=${ERROR} C@1:404 model(Bash,${TOOL})=${ERROR}+${ERROR}>`,
      'it ended before it told the model what came of the calls',
    ],
    [
      'it opens a new session in which no call succeeds',
      `${EXPIRES} I N@2 model(Bash,${TOOL})=${ERROR} C@1:404 model(Bash,${TOOL})=${ERROR}+${ERROR}`,
      'a new session, but no call in it succeeded',
    ],
    [
      'the call succeeds and its result is lost',
      `${EXPIRES} I N@2 C@2 model(Bash,${TOOL})=${ERROR}`,
      'a call in a new session succeeded, but no result reached the model',
    ],
    [
      'a result comes from no call that succeeded',
      `${EXPIRES} I N@2 model(Bash,${TOOL})=${RESULT}`,
      'a new session, but no call in it succeeded',
    ],
  ])('%s', (_, shorthand, evidence) => {
    expect(judge('expired', shorthand)).toEqual({ outcome: 'unclear', evidence, symptoms: [] });
  });

  it('a call is answered in the session that is over', () => {
    const shorthand = `${EXPIRES} C@1 model(Bash,${TOOL})=${RESULT}`;
    expect(judge('expired', shorthand).outcome).toBe('unclear');
  });

  it('the control shows the symptoms: a control never fails, it does not pass', () => {
    expect(judge('control', GAVE_UP).outcome).toBe('unclear');
  });
});

describe('the client is watched on', () => {
  it.each([
    ['after the 404', EXPIRES, false],
    ['after the first error', `${EXPIRES} model(Bash,${TOOL})=${ERROR}`, false],
    ['until the model has answered the second', `${GAVE_UP}>`, false],
    ['and no longer after that', GAVE_UP, true],
  ])('%s', (_, shorthand, over) => {
    expect(isOver('expired', shorthand)).toBe(over);
  });

  it('for seconds where it has opened no session, since it may do so in the background', () => {
    for (const mode of ['headless', 'interactive'] as const) {
      expect(watchMs('expired', GAVE_UP, mode)).toBe(4000);
      expect(watchMs('expired', RECOVERS, mode)).toBe(400);
    }
    expect(judge('expired', `${GAVE_UP} I N@2 L@2`).outcome).toBe('unclear');
  });
});
