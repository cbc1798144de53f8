import { describe, expect, it } from 'vitest';
import type { RequestEntry } from '../../src/fixture/journal.js';
import { bearerStaticHeaders } from '../../src/scenarios/bearer-static-headers.js';
import { armOf, judges, RESULT, TOOL } from '../helpers/judging.js';
import { journalOf } from '../helpers/observations.js';

/** Only its first line and its `user-agent` are known of a request that was cut short. */
const isLost = ({ method, rpc }: RequestEntry) => method === 'POST' && rpc === undefined;

/** As the gateway notes it: a request that was answered with 401 had no token, or (`refused`) another one. */
const seenBy = (wrong: 'none' | 'refused') => (shorthand: string) => {
  const journal = journalOf(shorthand);
  const refused = new Set(
    journal.flatMap((entry) => (entry.kind === 'answer' && entry.status === 401 ? entry.exchange : [])),
  );
  return journal.map((entry) =>
    entry.kind === 'request' && entry.fixture === 'gateway' && entry.path === '/mcp' && !isLost(entry)
      ? { ...entry, authorization: refused.has(entry.exchange) ? wrong : ('accepted' as const) }
      : entry,
  );
};

const WELL = `model(Bash,${TOOL}) C@1 model(Bash,${TOOL})=${RESULT}`;
const EXPIRES = `I N@1 GET@1 L@1 model(Bash,${TOOL}) C@1:404`;
const RECOVERED = `${EXPIRES} I N@2 GET@2 C@2 model(Bash,${TOOL})=${RESULT} C@2 model(Bash,${TOOL})=${RESULT}+${RESULT}`;
const GAVE_UP = `${EXPIRES} model(Bash,${TOOL})=error C@1:404 model(Bash,${TOOL})=error+error`;

it('demands no token in the control, and in the others the one that the client is configured with', () => {
  const control = armOf(bearerStaticHeaders, 'control');
  expect([control.gateway.bearer, control.headers]).toEqual([undefined, undefined]);
  for (const { headers, gateway } of bearerStaticHeaders.arms.slice(1))
    expect(headers).toEqual({ Authorization: `Bearer ${gateway.bearer}` });
});

describe.each(['none', 'refused'] as const)('a release whose missing token is noted as "%s"', (wrong) => {
  judges(
    bearerStaticHeaders,
    `
    passes the control when it works without a token
      control: I N@1 GET@1 L@1 ${WELL} → pass: tool called, result returned
    passes when every request carries the token
      token: I N@1 GET@1 L@1 ${WELL} → pass: token with every request, result returned
    passes when requests to other paths do not
      token: META:404 I N@1 GET@1 L@1 ${WELL} → pass: token with every request, result returned
    passes when those that open and use a new session do as well
      token-in-new-session: ${RECOVERED} → pass: token with every request, also in the new session
    passes when a request was cut short by its end, with which the token was lost
      token: I N@1 GET@1 L@1 ${WELL} POST> POST! → pass: token with every request, result returned
    passes when it opens no new session, which is the concern of another scenario
      token-in-new-session: ${GAVE_UP} → pass: token with every request, no new session
    fails when it is missing from the first request
      token: I:401 META:404 model(Bash) → fail: no token with initialize [token-missing]
    fails when it is missing from GET alone, though the call succeeds
      token: I N@1 GET@1:401 L@1 ${WELL} → fail: no token with GET [token-missing]
    fails when it is missing from the call
      token: I N@1 L@1 model(Bash,${TOOL}) C@1:401 → fail: no token with tools/call [token-missing]
    fails when it is missing from DELETE at the end
      token: I N@1 L@1 ${WELL} DELETE@1:401 → fail: no token with DELETE [token-missing]
    fails when it is missing from what opens a new session
      token-in-new-session: ${EXPIRES} I:401 I:401 GET:401 model(Bash,${TOOL})=error → fail: no token with initialize, GET [token-missing]
    is not blamed when it does not wait for its tools
      token: I N@1 L@1> model(Bash) → unclear: the model was not offered the tool (tools/list pending)
    is not blamed when its first request was cut short
      token: POST> POST! model(Bash) → unclear: the gateway was never initialized
    is not called good when the session does not expire
      token-in-new-session: I N@1 L@1 ${WELL} C@1 model(Bash,${TOOL})=${RESULT}+${RESULT} → unclear: no call was answered with 404
    is not called good when it comes to its end before it has told the model of its calls
      token-in-new-session: ${EXPIRES} → unclear: no call of lookup_ticket was answered
    `,
    { journal: seenBy(wrong) },
  );
});
