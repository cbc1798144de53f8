/** What of a kept run is structure, what is text, and what is a secret whatever it says. Pure. */
import type { KeptRound, Run } from '../run/run.js';
import type { Round } from '../verdict/round.js';
import { isPairOf } from './fields.js';
import { redactRows } from './screen-rows.js';
import { isSecretName } from './secret-names.js';
import { KEY } from './secret-values.js';

/**
 * `true`: structure, kept as it is; a pattern: structure where it matches. `secret`: every text in it is one. `rows`: a screen.
 * Left out: text. A list is as its items.
 */
type Rule<T> = true | RegExp | 'secret' | 'rows' | Rules<T>;
type Rules<T> = T extends readonly (infer Item)[]
  ? Rules<Item>
  : { readonly [K in KeyOf<T>]?: RuleAt<T, K> } & { readonly [OPEN]?: true };
type KeyOf<T> = T extends unknown ? keyof T : never;
type RuleAt<T, K extends PropertyKey> = T extends { readonly [Key in K]?: infer Value }
  ? Rule<NonNullable<Value>>
  : never;

/** Names of fields in it are anybody's, and text as well. */
const OPEN = Symbol('open');

/** In the journal; anything else there is what a client made up. */
const METHOD = /^(?:GET|HEAD|POST|PUT|DELETE|CONNECT|OPTIONS|TRACE|PATCH|STDIO)$/;

/** The name of an option is no name of a user. */
const OPTION = /^--[a-z-]{1,40}$/;

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
    journal: { kind: true, fixture: true, method: METHOD, authorization: true, by: true, held: true },
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
  reproduce: OPTION,
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

type AnyRule = true | RegExp | 'secret' | 'rows' | AnyRules;
type AnyRules = { readonly [key: string]: AnyRule | undefined; readonly [OPEN]?: true };

/** The same value with every text redacted that no rule keeps. */
export function redacted<T>(value: T, rules: Rules<T>, redact: (text: string) => string): T {
  // The rules are typed against the value; in the walk both are just data.
  return walk(value, rules, { redact, isOpen: false }) as T;
}

interface Walk {
  readonly redact: (text: string) => string;
  readonly isOpen: boolean;
}

function walk(value: unknown, rule: AnyRule, how: Walk): unknown {
  if (rule === true) return value;
  if (typeof value === 'string') return textAs(value, rule, how);
  if (Array.isArray(value)) return walkList(value, rule, how);
  if (typeof value !== 'object' || value === null) return value;
  return walkRecord(Object.entries(value), rule, how);
}

function textAs(text: string, rule: AnyRule, { redact }: Walk): string {
  if (rule === 'secret') return KEY;
  return rule instanceof RegExp && rule.test(text) ? text : redact(text);
}

/** Of the arguments of a command, the one behind the name of a secret is one: `['--token', 'abc']` */
function walkList(list: readonly unknown[], rule: AnyRule, how: Walk): unknown[] {
  if (rule === 'rows') return redactRows(list.map(String), how.redact);
  return list.map((item, index) => {
    const before: unknown = list[index - 1];
    const isSecret = typeof before === 'string' && typeof item === 'string' && isPairOf(before, item);
    return walk(item, isSecret ? 'secret' : rule, how);
  });
}

function walkRecord(entries: readonly (readonly [string, unknown])[], rule: AnyRule, how: Walk): unknown {
  const isOpen = how.isOpen || rule === 'secret' || (isRules(rule) && rule[OPEN] === true);
  const named = entries.find(([key]) => key === 'name')?.[1];
  return Object.fromEntries(
    entries.map(([key, inner]) => {
      const name = key === 'value' && typeof named === 'string' ? named : key;
      return [isOpen ? how.redact(key) : key, walk(inner, ruleFor(name, inner, rule), { ...how, isOpen })];
    }),
  );
}

const isRules = (rule: AnyRule): rule is AnyRules => typeof rule === 'object' && !(rule instanceof RegExp);

function ruleFor(name: string, inner: unknown, rule: AnyRule): AnyRule {
  if (!isRules(rule)) return rule === 'secret' ? rule : {};
  const own = Object.hasOwn(rule, name) ? rule[name] : undefined;
  return own ?? (isText(inner) && isSecretName(name) ? 'secret' : {});
}

const isText = (value: unknown) =>
  typeof value === 'string' || (Array.isArray(value) && value.every((item) => typeof item === 'string'));
