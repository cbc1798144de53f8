import { describe, expect, it } from 'vitest';
import { discoverFallback } from '../../src/scenarios/discover-fallback.js';
import { armOf, judges, WELL } from '../helpers/judging.js';

it('refuses server/discover as JSON-RPC has it in the control, answers it otherwise in the others, and knows initialize in all', () => {
  const { gateway } = armOf(discoverFallback, 'control');
  expect([gateway.protocolVersion, gateway.rules, gateway.discover]).toEqual(['2025-03-26', [], undefined]);
  const answers = discoverFallback.arms
    .slice(1)
    .map((arm) => arm.gateway.rules[0]?.answer ?? arm.gateway.discover);
  expect(answers).toMatchObject([{ status: 400 }, { status: 404 }, { status: 500 }, 'answer', 'never']);
  for (const arm of discoverFallback.arms) expect(arm.gateway.protocolVersion).not.toBe('2026-07-28');
});

describe('a release', () => {
  judges(
    discoverFallback,
    `
    passes when it falls back to initialize
      D:404 I N L ${WELL} → pass: fell back to initialize, result returned
    passes when it asks twice
      D:404 D:404 I N L ${WELL} → pass: fell back to initialize, result returned
    passes when it gives server/discover up
      D> D! I N L ${WELL} → pass: fell back to initialize, result returned
    passes when it never asks
      I N L ${WELL} → pass: server/discover not asked, result returned
    fails when it asks the model without the tool after server/discover was refused
      D:404 model(Bash) → fail: no initialize after server/discover [no-fallback]
    fails when it does so after it has asked again and again
      D:404 D:404 model D:404 model(Bash) → fail: no initialize after server/discover [no-fallback]
    fails when it does so after it has given server/discover up
      D> D! model(Bash) → fail: no initialize after server/discover [no-fallback]
    fails when it does so after it has given it up, and asked again
      D> D! D:500 model(Bash) → fail: no initialize after server/discover [no-fallback]
    is not blamed when it never asked anything
      model(Bash) → unclear: the gateway was never initialized
    is not blamed when it asked the model while server/discover was unanswered
      D> model(Bash) D! → unclear: the gateway was never initialized
    is not blamed when it asked the model before server/discover was refused
      D> model(Bash) D:404< → unclear: the gateway was never initialized
    is not blamed when it asked the model while it tried server/discover again
      D:500 model(Bash) D:500 → unclear: the gateway was never initialized
    is not blamed when it asked the model while a second server/discover was unanswered
      D:500 D> model(Bash) D! → unclear: the gateway was never initialized
    is not blamed when it fell back after it had asked the model
      D:404 model(Bash) I → unclear: tools/list was never asked for
    is not blamed when the model has not answered yet
      D:404 model(Bash)> → unclear: the gateway was never initialized
    is not blamed when it fell back and did not wait for its tools
      D:404 I N L> model(Bash) → unclear: the model was not offered the tool (tools/list pending)
    `,
  );
});
