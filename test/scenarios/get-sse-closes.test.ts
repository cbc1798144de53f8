import { describe, expect, it } from 'vitest';
import { getSseCloses } from '../../src/scenarios/get-sse-closes.js';
import { armOf, judges, RESULT, TOOL, WELL } from '../helpers/judging.js';

/** The stream opens and closes while the tool is at work, and the call is answered after that. */
const CALL = `GET> L model(Bash,${TOOL}) C> GET< GET|`;
const ANSWERED = `C< model(Bash,${TOOL})=${RESULT}`;

it('closes every stream, but that of the control, which stays open', () => {
  expect(armOf(getSseCloses, 'control').gateway).toMatchObject({ listening: {}, rules: [] });
  const closing = { on: { method: 'GET' }, answer: { status: 200, stream: { closeAfterMs: 0 } } };
  for (const { gateway } of getSseCloses.arms.slice(1)) expect(gateway.rules[0]).toMatchObject(closing);
});

describe('a release', () => {
  judges(
    getSseCloses,
    `
    passes when the stream closes while it lists its tools
      I N L> GET GET| L< ${WELL} → pass: tool called, result returned, session kept
    passes when the stream closes while the tool is at work
      I N ${CALL} ${ANSWERED} → pass: tool called, result returned, session kept
    passes when it opens other streams, which close as well
      I N ${CALL} GET GET| GET GET| ${ANSWERED} → pass: tool called, result returned, session kept
    passes when it never opens the stream
      I N L ${WELL} → pass: tool called, result returned, GET stream not opened
    passes when the call is held in vain, there being no stream
      I N L model(Bash,${TOOL}) C> C~ model(Bash,${TOOL})=${RESULT} → pass: tool called, result returned, GET stream not opened
    passes the control when its stream is open until it closes it
      control: I N GET L ${WELL} GET/ → pass: tool called, result returned
    fails when it closes tools/list after the stream has closed, and goes on without the tool
      I N L> GET GET| L! model(Bash) → fail: tools lost [tools-lost]
    fails when it initializes anew after the stream has closed, though the call succeeds
      I N ${CALL} I N ${ANSWERED} → fail: re-initialized 1× [re-initialized]
    fails when it gives its call up and initializes again and again
      I N ${CALL} C! I N GET GET| I N GET GET| model(Bash,${TOOL})=error → fail: re-initialized 2× [re-initialized]
    is not blamed when it initialized twice while its stream was open
      I N GET I N GET| L ${WELL} → unclear: initialized 2× before anything happened to the stream
    is not blamed when it closed the stream itself
      I N GET GET/ I N L ${WELL} → unclear: initialized 2× before anything happened to the stream
    is not blamed when it does not wait for its tools, and closes tools/list only when it ends
      I N L> GET GET| model(Bash) L! → unclear: the model was not offered the tool (tools/list aborted)
    is not blamed when the order could not be held
      I N GET> L GET~ GET| ${WELL} → unclear: the order of the answers could not be held
    is not blamed when it gives the call up after the stream has closed
      I N ${CALL} C! model(Bash,${TOOL})=error → unclear: no call of lookup_ticket was answered
    `,
  );
});
