import { describe, expect, it } from 'vitest';
import { get405 } from '../../src/scenarios/get-405.js';
import { armOf, judges, TOOL, WELL } from '../helpers/judging.js';

it('answers GET with 405 in all arms but the control, whose stream opens and stays open', () => {
  expect(armOf(get405, 'control').gateway).toMatchObject({ listening: {}, rules: [] });
  const plans = get405.arms.slice(1).map(({ id, gateway }) => {
    const { answer } = gateway.rules.find(({ on }) => on.method === 'GET') ?? {};
    return [id, answer, gateway.sessions, gateway.listening];
  });
  expect(plans).toMatchObject([
    ['405-before-tools', { status: 405 }, true, undefined],
    ['405-after-tools', { status: 405 }, true, undefined],
    ['405-stateless', { status: 405 }, false, undefined],
  ]);
});

describe('a release', () => {
  judges(
    get405,
    `
    passes when GET is refused while it lists its tools
      I N L> GET:405 L< ${WELL} → pass: tool called, result returned, no reconnect
    passes when GET is refused once it knows them
      I N GET> L GET:405< ${WELL} → pass: tool called, result returned, no reconnect
    passes when GET is refused twice
      I N L> GET:405 GET:405 L< ${WELL} → pass: tool called, result returned, no reconnect
    passes when it never opens the stream
      I N L ${WELL} → pass: tool called, result returned, GET stream not opened
    passes when tools/list is held in vain, there being no GET
      I N L> L~ ${WELL} → pass: tool called, result returned, GET stream not opened
    passes when it asks for the newer protocol first
      D I N L> GET:405 L< ${WELL} → pass: tool called, result returned, no reconnect
    passes the control when the stream is open while the tool is called
      control: I N GET L ${WELL} GET/ → pass: tool called, result returned
    fails when it closes tools/list after the 405 and goes on without the tool
      I N L> GET:405 L! model(Bash) → fail: tools lost [tools-lost]
    fails when it initializes anew after the 405, though the call succeeds
      I N L> GET:405 L< I N ${WELL} → fail: re-initialized 1× [re-initialized]
    fails when it does both, again and again
      I N L> GET:405 L! I GET:405 I model(Bash) → fail: tools lost; re-initialized 2× [tools-lost, re-initialized]
    is not blamed when it does not wait for its tools, and closes tools/list only when it ends
      I N L> GET:405 model(Bash) L! → unclear: the model was not offered the tool (tools/list aborted)
    is not blamed when it asks, gives tools/list up, and asks again
      I N L> GET:405 model(Bash) L! model(Bash) → unclear: the model was not offered the tool (tools/list aborted)
    is not blamed when it gave tools/list up before the 405
      I N L> L! GET:405 model(Bash) → unclear: the model was not offered the tool (tools/list aborted)
    is not blamed when another path was answered with 405
      META:405 I N L> L! model(Bash) → unclear: the model was not offered the tool (tools/list aborted)
    is not blamed when it opens its stream before it initializes
      GET:405 I N L ${WELL} → pass: tool called, result returned, no reconnect
    is not blamed when it initialized twice before the 405
      I I N L> GET:405 L< ${WELL} → unclear: initialized 2× before anything happened to the stream
    is not blamed when the order of the answers could not be held
      I N L> GET:405 L~ ${WELL} → unclear: the order of the answers could not be held
    is not blamed when the call is made twice
      I N L> GET:405 L< model(Bash,${TOOL}) C C ${WELL.split(' C ')[1]} → unclear: the tool was called 2×
    is not blamed when the result does not reach the model
      I N L> GET:405 L< model(Bash,${TOOL}) C → unclear: the result of the call did not reach the model
    is not called good when it initializes anew in the control
      control: I N GET L I N ${WELL} → unclear: initialized 2× before anything happened to the stream
    `,
  );
});
