import { describe, expect, it } from 'vitest';
import { stdioStrayLine } from '../../src/scenarios/stdio-stray-line.js';
import { armOf, judges, TOOL, WELL } from '../helpers/judging.js';

it('has a control over stdio without a stray line, from which the others differ in one that is no message', () => {
  const { gateway: control } = armOf(stdioStrayLine, 'control');
  expect(control).toMatchObject({ transport: 'stdio', strayLines: [] });
  for (const { gateway } of stdioStrayLine.arms.slice(1)) {
    expect({ ...gateway, strayLines: [] }).toEqual(control);
    expect(gateway.strayLines).toEqual([expect.not.stringContaining('jsonrpc')]);
  }
});

describe('a release', () => {
  judges(
    stdioStrayLine,
    `
    passes when the call and its result arrive
      control, text, json: I N L ${WELL} STDIO/ → pass: tool called, result returned
    passes when it starts the server again
      control, text, json: I STDIO/ I N L ${WELL} STDIO/ → pass: tool called, result returned
    passes when it asks for the newer protocol first
      control, text, json: D I N L ${WELL} → pass: tool called, result returned
    fails when it ends the server at once, and asks the model without the tool
      STDIO/ model(Bash) → fail: server ended before its tools were known [server-given-up]
    fails when it does so while initialize is unanswered
      I> STDIO/ model(Bash) → fail: server ended before its tools were known [server-given-up]
    fails when it does so before tools/list
      I STDIO/ model(Bash) → fail: server ended before its tools were known [server-given-up]
    fails when it does so after tools/list
      I N L STDIO/ model(Bash) → fail: server ended before its tools were known [server-given-up]
    fails when it does so after it has started it again
      I#1 STDIO#1/ I#2 STDIO#2/ model model(Bash) → fail: server ended before its tools were known [server-given-up]
    is not blamed when the server ended by itself
      I STDIO| model(Bash) → unclear: tools/list was never asked for
    is not blamed when it does not wait for its tools, and ends the server only at its own end
      I N L> model(Bash) STDIO/ → unclear: the model was not offered the tool (tools/list pending)
    is not blamed when it has another server under way
      D#1 STDIO#1/ I#2> model(Bash) I#2< → unclear: tools/list was never asked for
    is not blamed when it has had two at a time, and ends the second only at its own end
      D#1 I#2> STDIO#1/ model(Bash) STDIO#2/ → unclear: tools/list was never asked for
    is not blamed when it starts the server again later
      I#1 STDIO#1/ model(Bash) I#2 → unclear: tools/list was never asked for
    is not blamed when one of two servers ended by itself
      I#1 STDIO#1| I#2 STDIO#2/ model(Bash) → unclear: tools/list was never asked for
    is not blamed when the model has not answered yet
      I STDIO/ model(Bash)> → unclear: tools/list was never asked for
    is not blamed when the result does not reach the model
      I N L model(Bash,${TOOL}) C STDIO/ → unclear: the result of the call did not reach the model
    `,
  );
});
