/** Takes out of a kept run what others must not read: keys, and who ran it where. Pure. */
import type { Identity, KeptRound, KeptRun } from '../kept-run.js';
import type { Recorded } from '../ledger.js';
import { withoutIdentity } from './personal.js';
import { isSecretName, KEY, withoutSecrets } from './secrets.js';

/**
 * The run as it may be given away. Whatever is not named as structure below is text, and loses keys (`[key]`), the names
 * of user and host (`[user]`, `[host]`), and the paths of homes (`~`) and of the cache (`[cache]`). A second time
 * changes nothing.
 */
export function redactRun(run: KeptRun): KeptRun {
  const redact = redactor(withoutIdentity(run.identity, vocabularyOf(run)));
  const { releases, ...rest } = run;
  return {
    ...redacted(rest, RUN, redact),
    reproduce: run.reproduce.map((word) => (isOption(word) ? word : redact(word))),
    identity: null,
    releases: Object.fromEntries(
      Object.entries(releases).map(([version, rounds]) => [version, redacted(rounds, ROUND, redact)]),
    ),
  };
}

/** What was seen of a release, as it may be shown to others: as `redactRun`, for what is in no run. */
export function redactRecorded(recorded: Recorded, identity: Identity): Recorded {
  const personal = withoutIdentity(identity);
  return redacted(recorded, ROUND, (text) => personal(withoutSecrets(text)));
}

/** One pass may uncover what only the next can see; each takes something away, and none was seen to need many. */
const MAX_PASSES = 8;

/**
 * Redacts one text until nothing is left to redact. Keys come first, as long as they are whole: a name may be a part of one.
 * @param withoutNames see personal.ts
 */
export function redactor(withoutNames: (text: string) => string): (text: string) => string {
  return (text) => {
    let kept = text;
    for (let pass = 0; pass < MAX_PASSES; pass += 1) {
      const next = withoutNames(withoutSecrets(kept));
      if (next === kept) break;
      kept = next;
    }
    return kept;
  };
}

/** The name of an option is no name of a user. */
const isOption = (word: string) => /^--[a-z-]{1,40}$/.test(word);

/** `true`: structure, kept as it is. `secret`: every text in it is one. Left out: text. A list is as its items. */
type Rule<T> = true | 'secret' | Rules<T>;
type Rules<T> = T extends readonly (infer Item)[] ? Rules<Item> : { readonly [K in KeyOf<T>]?: RuleAt<T, K> };
type KeyOf<T> = T extends unknown ? keyof T : never;
type RuleAt<T, K extends PropertyKey> = T extends { readonly [Key in K]?: infer Value }
  ? Rule<NonNullable<Value>>
  : never;

const ROUND: Rules<KeptRound & Recorded> = {
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
    journal: {
      kind: true,
      fixture: true,
      method: true,
      authorization: true,
      protocolVersion: true,
      by: true,
      held: true,
    },
  },
};

const RUN: Rules<Omit<KeptRun, 'releases'>> = {
  id: true,
  startedAt: true,
  tool: true,
  client: true,
  platform: true,
  mode: true,
  isolation: true,
  rule: true,
  scenario: {
    id: true,
    server: true,
    tool: true,
    arms: {
      id: true,
      headers: 'secret',
      gateway: {
        transport: true,
        protocolVersion: true,
        discover: true,
        tools: { name: true },
        bearer: 'secret',
      },
      model: { turns: { call: true } },
    },
  },
  answer: {
    asked: true,
    outcome: true,
    changes: true,
    differences: true,
    rows: { version: true, publishedAt: true, verdict: true, basis: true, label: true, integrity: true },
  },
  paths: true,
  probed: true,
};

type AnyRules = { readonly [key: string]: AnyRule | undefined };
type AnyRule = true | 'secret' | AnyRules;

/** The same value with every text redacted that no rule keeps. Names of fields are kept. */
function redacted<T>(value: T, rules: Rules<T>, redact: (text: string) => string): T {
  // The rules are typed against the value; in the walk both are just data.
  return walk(value, rules, redact) as T;
}

function walk(value: unknown, rule: AnyRule, redact: (text: string) => string): unknown {
  if (rule === true) return value;
  if (typeof value === 'string') return rule === 'secret' ? KEY : redact(value);
  if (Array.isArray(value)) return value.map((item) => walk(item, rule, redact));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, walk(inner, ruleFor(name, inner, rule), redact)]),
  );
}

function ruleFor(name: string, inner: unknown, rule: Exclude<AnyRule, true>): AnyRule {
  if (rule === 'secret') return rule;
  const own = Object.hasOwn(rule, name) ? rule[name] : undefined;
  return own ?? (typeof inner === 'string' && isSecretName(name) ? 'secret' : {});
}

/** Words that are no names of people or machines here, whoever is called so. */
function vocabularyOf({ client, scenario }: KeptRun): ReadonlySet<string> {
  const { id, server, tool, arms } = scenario;
  const names = [client, id, server, tool, ...arms.map((arm) => arm.id)];
  return new Set(
    [...names, ...names.flatMap((name) => name.split(/[^\p{L}\p{N}]+/u))].map((word) => word.toLowerCase()),
  );
}
