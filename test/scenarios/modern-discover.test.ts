import { describe, expect, it } from 'vitest';
import { modernDiscover } from '../../src/scenarios/modern-discover.js';
import { judges, TOOL, WELL } from '../helpers/judging.js';

it('has a control with initialize and sessions, and an arm with neither', () => {
  const spoken = modernDiscover.arms.map(({ gateway }) => [gateway.protocolVersion, gateway.sessions]);
  expect(spoken).toEqual([
    ['2025-03-26', true],
    ['2026-07-28', false],
  ]);
});

describe('a release', () => {
  judges(
    modernDiscover,
    `
    passes when it discovers the server and goes on without initialize
      D L ${WELL} → pass: tool called, result returned
    passes when it is refused with initialize and then discovers the server
      I:400 D L ${WELL} → pass: tool called, result returned
    passes when it goes on without asking anything before tools/list
      L ${WELL} → pass: tool called, result returned
    passes the control when it initializes
      control: I N L ${WELL} → pass: tool called, result returned
    passes the control when it is refused discovery
      control: D I N L ${WELL} → pass: tool called, result returned
    fails when it knows nothing but initialize
      I:400 model(Bash) → fail: initialize refused, no server/discover [never-discovered]
    fails when it tries initialize again and again
      I:400 I:400 model model(Bash) I:400 → fail: initialize refused, no server/discover [never-discovered]
    fails when it initializes though the server was discovered
      D I:400 I:400 model(Bash) → fail: initialize all the same after server/discover was answered [initialized-all-the-same]
    is not blamed when the model was asked before initialize was refused
      I> model(Bash) I:400< → unclear: tools/list was never asked for
    is not blamed when initialize was not answered
      I> model(Bash) I! → unclear: tools/list was never asked for
    is not blamed when it discovers the server after the refusal, and does not wait for what comes of it
      I:400 model(Bash) D → unclear: tools/list was never asked for
    is not blamed when it discovers the server after the refusal, and lists no tools
      I:400 D model(Bash) → unclear: tools/list was never asked for
    is not blamed when it asks for both at once, and does not wait for what comes of it
      D> I> D< I:400< model(Bash) → unclear: tools/list was never asked for
    is not blamed when it asks for both at once, and lists its tools too late
      D> I> D< I:400< model(Bash)> L model(Bash)< → unclear: the model was not offered the tool (tools/list answered)
    is not blamed when it initializes all the same, and lists its tools too late
      D I:400 model(Bash)> L model(Bash)< → unclear: the model was not offered the tool (tools/list answered)
    is not blamed when it lists its tools too late, having discovered nothing
      I:400 model(Bash)> L model(Bash)< → unclear: the model was not offered the tool (tools/list answered)
    is not blamed when it does not wait for its tools
      D L> model(Bash) → unclear: the model was not offered the tool (tools/list pending)
    is not blamed when the model has not answered yet
      I:400 model(Bash)> → unclear: tools/list was never asked for
    is not blamed when the result does not reach the model
      D L model(Bash,${TOOL}) C → unclear: the result of the call did not reach the model
    `,
  );
});
