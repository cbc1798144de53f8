/** Rules that never apply, since earlier ones are for the same requests. */
import type { GatewayPlan, GatewayRule, RequestMatch } from '../fixture/plan.js';
import { pathText, type Path, type Problem } from './problem.js';

/** Every rule of which each part is taken by an earlier rule for all of its requests. */
export function shadowedRules({ rules, transport }: GatewayPlan, path: Path): Problem[] {
  return rules.flatMap((rule, index) => {
    const before = rules.slice(0, index).filter((other) => covers(other.on, rule.on, transport === 'stdio'));
    const by = parts(rule).map((part) =>
      before.find((other) => other[part] !== undefined || other.answer === 'never'),
    );
    const [first] = by;
    if (first === undefined || by.includes(undefined)) return [];
    const where = pathText([...path, rules.indexOf(first)]);
    return [
      {
        path: [...path, index],
        text: `never applies: ${where} is for all of these requests, and comes first`,
      },
    ];
  });
}

const PARTS = ['answer', 'hold', 'delayMs'] as const;

function parts(rule: GatewayRule): readonly (typeof PARTS)[number][] {
  return PARTS.filter((part) => rule[part] !== undefined);
}

/** Whether `one` matches every request that `other` does. */
function covers(one: RequestMatch, other: RequestMatch, overStdio: boolean): boolean {
  const [wide, narrow] = [one, other].map((match) => withMethod(match, overStdio));
  const fields = (['method', 'rpc', 'session'] as const).map((field) => [wide?.[field], narrow?.[field]]);
  if (one.nth === undefined) return fields.every(([its, others]) => its === undefined || its === others);
  // Each rule counts the requests that it matches: the nth of them are the same ones only if all of them are.
  return one.nth === other.nth && fields.every(([its, others]) => its === others);
}

/** JSON-RPC comes with POST, unless it comes over stdio. */
function withMethod(match: RequestMatch, overStdio: boolean): RequestMatch {
  return match.rpc === undefined || overStdio ? match : { method: 'POST', ...match };
}
