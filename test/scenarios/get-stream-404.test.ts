import { describe, expect, it } from 'vitest';
import { getStream404 } from '../../src/scenarios/get-stream-404.js';
import { armOf, judges, recordOf, RESULT, TOOL, watchMs, WELL } from '../helpers/judging.js';
import { journalOf } from '../helpers/observations.js';

it('differs between the control and the first arm in nothing but the status of GET', () => {
  const asControl = JSON.stringify(armOf(getStream404, '404-before-tools').gateway).replace('404', '405');
  expect(asControl).toBe(JSON.stringify(armOf(getStream404, 'control').gateway));
});

it('refuses the stream only after the tools were listed in the same session, in every round', () => {
  const { rules } = armOf(getStream404, '404-after-tools').gateway;
  const until = { fixture: 'gateway', event: 'answer', rpc: 'tools/list', sameSession: true };
  expect(rules.find(({ on }) => on.method === 'GET')?.hold?.until).toEqual(until);
});

const ROUND = ' I N L GET:404';

describe('a release', () => {
  judges(
    getStream404,
    `
    passes when the call and its result arrive, GET answered first
      I N L> GET:404 L< ${WELL} → pass: tool called, result returned, no reconnect
    passes when the call and its result arrive, GET answered last
      I N GET> L GET:404< ${WELL} → pass: tool called, result returned, no reconnect
    passes when it asks for the newer protocol first
      D I N L> GET:404 L< ${WELL} → pass: tool called, result returned, no reconnect
    passes when it makes side calls without tools
      I N model L> GET:404 L< model ${WELL} → pass: tool called, result returned, no reconnect
    passes the control when GET is refused with 405
      control: I N L> GET:405 L< ${WELL} → pass: tool called, result returned, no reconnect
    passes when it never opens the optional stream
      control, 404-after-tools: I N L ${WELL} → pass: tool called, result returned, GET stream not opened
    fails when it closes tools/list itself and goes on without the tool
      I N L> GET:404 L! model(Bash) → fail: tools lost [tools-lost]
    fails when it initializes anew after the 404, though the call succeeds
      I N GET> L GET:404< model(Bash,${TOOL}) I N GET:404 C model(Bash,${TOOL})=${RESULT} → fail: re-initialized 1× [re-initialized]
    fails when it does both, again and again
      I N L> GET:404 L! I GET:404 I model(Bash) → fail: tools lost; re-initialized 2× [tools-lost, re-initialized]
    fails when it initializes four times, which is no loop yet
      I N L GET:404${ROUND.repeat(4)} → fail: re-initialized 4× [re-initialized]
    fails when it goes round in circles: the fifth time comes 330 ms after the first refusal
      I N L GET:404${ROUND.repeat(5)} → fail: re-initialized 5×, 15 per second [re-initialized, reconnect-loop]
    is not blamed when the model was asked before tools/list was answered
      I N L> GET:404 model(Bash) L< → unclear: the model was not offered the tool (tools/list answered)
    is not blamed when tools/list is still held
      I N L> GET:404 model(Bash) → unclear: the model was not offered the tool (tools/list pending)
    is not blamed when it initializes twice before the 404
      I I N L> GET:404 L< ${WELL} → unclear: initialized 2× before anything happened to the stream
    is not blamed when it initializes twice and there is no GET
      I I N L ${WELL} → unclear: initialized 2× before anything happened to the stream
    is not blamed when it asks for the stream before it initializes
      GET:404 I N L ${WELL} → pass: tool called, result returned, no reconnect
    is not blamed when the model calls but the gateway is never reached
      I N L> GET:404 L< model(Bash,${TOOL}) → unclear: the tool lookup_ticket was never called
    is not blamed when the call is made twice
      I N L> GET:404 L< model(Bash,${TOOL}) C C model(Bash,${TOOL})=${RESULT} → unclear: the tool was called 2×
    is not blamed when the result does not reach the model
      I N L> GET:404 L< model(Bash,${TOOL}) C → unclear: the result of the call did not reach the model
    is not blamed when it gave tools/list up before the 404
      I N L> L! GET:404 model(Bash) → unclear: the model was not offered the tool (tools/list aborted)
    is not blamed when it does not wait for its tools, and closes tools/list only when it ends
      I N L> GET:404 model(Bash) L! → unclear: the model was not offered the tool (tools/list aborted)
    is not blamed when it asks for the tools only after the 404
      I N GET:404 model(Bash) → unclear: tools/list was never asked for
    is not blamed when another path was answered with 404, and the stream never opened
      META:404 I N L! model(Bash) → unclear: the model was not offered the tool (tools/list aborted)
    is not blamed when it initialized twice after another path was answered with 404
      META:404 I I N L> GET:404 L< ${WELL} → unclear: initialized 2× before anything happened to the stream
    is not blamed when the order of the answers could not be held
      I N L> GET:404 L~ ${WELL} → unclear: the order of the answers could not be held
    is not blamed when its first call was closed and made again
      I N L> GET:404 L< model(Bash,${TOOL}) C> C! C model(Bash,${TOOL})=${RESULT} → unclear: the tool was called 2×
    `,
  );

  it('is never said to go round less than once a second', () => {
    const slow = journalOf(`I N L GET:404${ROUND.repeat(5)}`);
    const record = slow.map((entry) => ({ ...entry, atMs: entry.atMs * 1000 }));
    expect(getStream404.judge(recordOf(getStream404, '404-after-tools', record)).evidence).toBe(
      're-initialized 5×, 1 per second',
    );
  });
});

describe('the client is watched on', () => {
  it.each<[string, string, number | undefined, number | undefined]>([
    ['until it asks the model without the tool that it lost', 'L> GET:404 L!', undefined, undefined],
    ['and then in quiet', 'L> GET:404 L! model(Bash)', 400, 1500],
    ['at a terminal alone after a question without it', 'GET:404 model(Bash)', undefined, 1500],
    ['until a new session is initialized', `GET> L GET:404< model(Bash,${TOOL})`, undefined, undefined],
    ['and then, to count those that follow', `GET> L GET:404< model(Bash,${TOOL}) I>`, 400, 3000],
    ['until the model has answered the result', `L> GET:404 L< ${WELL}>`, undefined, undefined],
    ['and then in quiet, all being well', `L> GET:404 L< ${WELL}`, 400, 1500],
    ['until the model has answered', 'L> GET:404 L< model(Bash)>', undefined, undefined],
    ['through side calls without tools', 'L> GET:404 L< model', undefined, undefined],
  ])('%s', (_, shorthand, headless, interactive) => {
    expect(watchMs(getStream404, '404-before-tools', `I N ${shorthand}`)).toBe(headless);
    expect(watchMs(getStream404, '404-before-tools', `I N ${shorthand}`, 'interactive')).toBe(interactive);
  });
});
