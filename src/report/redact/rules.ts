/** What of a kept run is structure, what is text, and what is a secret whatever it says. Pure. */
import type { KeptRound, Run } from '../../run/run.js';
import type { Round } from '../../verdict/round.js';
import { isPairOf, isSecretName } from './fields.js';

/**
 * `true`: structure, kept as it is. `secret`: every text in it is one. `rows`: a screen. Left out: text. A list is as its items.
 */
type Rule<T> = true | 'secret' | 'rows' | Rules<T>;
type Rules<T> = T extends readonly (infer Item)[]
  ? Rules<Item>
  : { readonly [K in KeyOf<T>]?: RuleAt<T, K> } & { readonly [OPEN]?: true };
type KeyOf<T> = T extends unknown ? keyof T : never;
type RuleAt<T, K extends PropertyKey> = T extends { readonly [Key in K]?: infer Value }
  ? Rule<NonNullable<Value>>
  : never;

/** Names of fields in it are anybody's, and text as well. */
const OPEN = Symbol('open');

/** Of a round. */
export const ROUND: Rules<KeptRound & Round> = {
  judgement: { verdict: true, cause: true, findings: { arm: true, outcome: true, symptoms: true } },
  observations: {
    client: true,
    version: true,
    scenario: true,
    arm: true,
    mode: true,
    isolation: true,
    startedAt: true,
    exit: { kind: true, signal: true, code: true },
    screen: 'rows',
    journal: { kind: true, fixture: true, authorization: true, by: true, held: true },
  },
};

/** Of a run, but for its rounds. */
export const RUN: Rules<Omit<Run, 'releases'>> = {
  id: true,
  startedAt: true,
  tool: true,
  client: true,
  platform: true,
  mode: true,
  isolation: true,
  arms: true,
  rule: true,
  scenario: {
    id: true,
    server: true,
    tool: true,
    // Its text is a program: see source.ts.
    file: { name: true, text: true },
    arms: {
      id: true,
      headers: 'secret',
      gateway: {
        [OPEN]: true,
        transport: true,
        protocolVersion: true,
        discover: true,
        tools: { name: true },
        bearer: 'secret',
      },
      model: { [OPEN]: true, turns: { call: true } },
    },
  },
  answer: {
    asked: true,
    outcome: true,
    changes: true,
    differences: true,
    rows: {
      version: true,
      publishedAt: true,
      timeDoubtful: true,
      verdict: true,
      basis: true,
      label: true,
      integrity: true,
    },
  },
  paths: true,
  probed: true,
};

type AnyRule = true | 'secret' | 'rows' | AnyRules;
type AnyRules = { readonly [key: string]: AnyRule | undefined; readonly [OPEN]?: true };

/** What becomes of what no rule keeps. */
export interface Redactor {
  readonly text: (text: string) => string;
  /** A text that is a secret, whatever it says. */
  readonly secret: (text: string) => string;
  readonly rows: (rows: readonly string[]) => string[];
}

/** The same value, redacted. */
export function redacted<T>(value: T, rules: Rules<T>, redactor: Redactor): T {
  // The rules are typed against the value; in the walk both are just data.
  return walk(value, rules, redactor, false) as T;
}

function walk(value: unknown, rule: AnyRule, redactor: Redactor, isOpen: boolean): unknown {
  if (rule === true) return value;
  if (typeof value === 'string') return rule === 'secret' ? redactor.secret(value) : redactor.text(value);
  if (Array.isArray(value)) {
    if (rule === 'rows') return redactor.rows(value.map(String));
    return value.map((item, index) =>
      walk(item, isSecretItem(item, value[index - 1]) ? 'secret' : rule, redactor, isOpen),
    );
  }
  if (typeof value !== 'object' || value === null) return value;
  const isOpenNow = isOpen || rule === 'secret' || (typeof rule === 'object' && rule[OPEN] === true);
  const entries = Object.entries(value);
  const named: unknown = entries.find(([key]) => key === 'name')?.[1];
  return Object.fromEntries(
    entries.map(([key, inner]) => {
      const name = key === 'value' && typeof named === 'string' ? named : key;
      const inside = typeof rule === 'object' ? ruleFor(name, inner, rule) : rule;
      return [isOpenNow ? redactor.text(key) : key, walk(inner, inside, redactor, isOpenNow)];
    }),
  );
}

const isSecretItem = (item: unknown, before: unknown) =>
  typeof before === 'string' && typeof item === 'string' && isPairOf(before, item);

function ruleFor(name: string, inner: unknown, rules: AnyRules): AnyRule {
  const own = Object.hasOwn(rules, name) ? rules[name] : undefined;
  const texts = Array.isArray(inner) ? inner : [inner];
  const isSecret = isSecretName(name) && texts.every((text) => typeof text === 'string');
  return own ?? (isSecret ? 'secret' : {});
}
