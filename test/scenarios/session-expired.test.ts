import { describe, expect, it } from 'vitest';
import { sessionExpired, sessionExpiredPlain } from '../../src/scenarios/session-expired.js';
import { armOf, judges, RESULT, TOOL, watchMs } from '../helpers/judging.js';

/** Up to the first call, which is answered with 404. */
const EXPIRES = `I N@1 L@1 model(Bash,${TOOL}) C@1:404`;
const FIRST = `${EXPIRES} model(Bash,${TOOL})=error`;
const GAVE_UP = `${FIRST} C@1:404 model(Bash,${TOOL})=error+error`;
const RECOVERS = `${EXPIRES} I N@2 C@2 model(Bash,${TOOL})=${RESULT} C@2 model(Bash,${TOOL})=${RESULT}+${RESULT}`;

it('refuses calls in the first session alone, in the arms but the control and nowhere else', () => {
  const control = armOf(sessionExpired, 'control');
  expect(armOf(sessionExpiredPlain, 'control')).toEqual(control);
  for (const { gateway, model } of [...sessionExpired.arms.slice(1), ...sessionExpiredPlain.arms.slice(1)]) {
    expect([{ ...gateway, rules: [] }, model]).toEqual([control.gateway, control.model]);
    expect(gateway.rules.map(({ on }) => on)).toEqual([{ rpc: 'tools/call', session: 1 }]);
  }
});

it('answers as the official SDKs do, and in the plain one without the code', () => {
  const answers = [...sessionExpired.arms, ...sessionExpiredPlain.arms].map(
    ({ gateway }) => gateway.rules[0]?.answer,
  );
  expect(answers).toEqual([
    undefined,
    {
      status: 404,
      headers: { 'content-type': 'application/json' },
      body: { jsonrpc: '2.0', error: { code: -32001, message: 'Session not found' }, id: null },
    },
    undefined,
    { status: 404 },
    { status: 404, body: { error: 'Session not found' } },
  ]);
});

describe.each([sessionExpired, sessionExpiredPlain])('a release, under $id,', (scenario) => {
  judges(
    scenario,
    `
    passes when it opens a new session and makes the call again
      ${RECOVERS} → pass: new session, result returned
    passes when it opens two new sessions
      ${EXPIRES} I N@2 I N@3 C@3 model(Bash,${TOOL})=${RESULT} → pass: new session, result returned
    passes when it makes the call again in another session that was there already
      I I N@2 L@1 model(Bash,${TOOL}) C@1:404 C@2 model(Bash,${TOOL})=${RESULT} → pass: new session, result returned
    passes when it tells the model of an error, and has a new session for the second call
      ${FIRST} I N@2 C@2 model(Bash,${TOOL})=error+${RESULT} → pass: tool error, then a new session, result returned
    passes the control when it makes both calls in its session
      control: I N@1 L@1 model(Bash,${TOOL}) C@1 model(Bash,${TOOL})=${RESULT} C@1 model(Bash,${TOOL})=${RESULT}+${RESULT} → pass: tool called, result returned
    fails when both calls end in an error and no session is opened
      ${GAVE_UP} → fail: tool error, no new session [tool-error, no-new-session]
    fails when it goes on without the tool after the error
      ${EXPIRES} model(Bash)=error → fail: tool error, no new session [tool-error, no-new-session]
    is not blamed when no call was refused, its session being another one
      I N@1 L@1 model(Bash,${TOOL}) C@2 model(Bash,${TOOL})=${RESULT} C@2 model(Bash,${TOOL})=${RESULT}+${RESULT} → unclear: no call was answered with 404
    is not blamed when the model asks for no call
      I N@1 L@1 model(Bash,${TOOL}) → unclear: the tool lookup_ticket was never called
    is not blamed when another request is answered with 404
      I N@1 META:404 L@1:404 model(Bash) → unclear: the model was not offered the tool (tools/list answered)
    is not blamed when it comes to its end after the first error
      ${FIRST} → unclear: it ended before it told the model what came of the calls
    is not blamed when the second call is still being answered
      ${GAVE_UP}> → unclear: it ended before it told the model what came of the calls
    is not called good when it opens a new session in which no call succeeds
      ${FIRST} I N@2 C@1:404 model(Bash,${TOOL})=error+error → unclear: a new session, but no call in it succeeded
    is not blamed when it opens a new session in the background, however late
      ${GAVE_UP} I N@2 L@2 → unclear: a new session, but no call in it succeeded
    is not called good when the call succeeds and its result is lost
      ${EXPIRES} I N@2 C@2 model(Bash,${TOOL})=error → unclear: a call in a new session succeeded, but no result reached the model
    is not called good when a result comes from no call that succeeded
      ${EXPIRES} I N@2 model(Bash,${TOOL})=${RESULT} → unclear: a new session, but no call in it succeeded
    is not called good when a call is answered in the session that is over
      ${EXPIRES} C@1 model(Bash,${TOOL})=${RESULT} → unclear: it ended before it told the model what came of the calls
    `,
  );

  it('is watched for seconds where it has opened no session, since it may do so in the background', () => {
    for (const { id } of scenario.arms.slice(1))
      for (const mode of ['headless', 'interactive'] as const) {
        expect(watchMs(scenario, id, GAVE_UP, mode)).toBe(4000);
        expect(watchMs(scenario, id, FIRST, mode)).toBeUndefined();
        expect(watchMs(scenario, id, RECOVERS, mode)).toBe(400);
      }
  });
});
