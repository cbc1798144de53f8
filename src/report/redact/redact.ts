/** Takes out of a kept run what others must not read: keys, and who ran it where. Pure. */
import type { Identity } from '../../machine.js';
import type { Run } from '../../run/run.js';
import type { Round } from '../../verdict/round.js';
import { withoutControls } from '../text.js';
import { isSecretName, SECRETS } from './fields.js';
import { knownMasks, secretsIn, secretWords } from './known.js';
import { KEY, masked, type Mask } from './mask.js';
import { identityMasks } from './personal.js';
import { redacted, ROUND, RUN, type Redactor } from './rules.js';
import { maskedRows } from './screen.js';
import { redactedSource } from './source.js';

/**
 * The run as it may be given away. What is not structure (rules.ts) is text, and loses keys (`[key]`), the names
 * of user and host (`[user]`, `[host]`), the paths of homes (`~`) and of the cache (`[cache]`), and what nobody sees: a key
 * may have it inside. A second time changes nothing.
 */
export function redactRun(run: Run): Run {
  const names = identityMasks(run.identity, wordsOf(vocabularyOf(run)));
  const secrets = secretsOf(run);
  const redactor = redactorOf(names, secrets);
  const { releases, ...rest } = run;
  const { scenario, ...others } = redacted(rest, RUN, redactor);
  const { file } = run.scenario;
  const text = file && redactedSource(file.text, secrets, names);
  return {
    ...others,
    scenario: { ...scenario, ...(file && text !== undefined && { file: { ...file, text } }) },
    identity: null,
    releases: Object.fromEntries(
      Object.entries(releases).map(([version, rounds]) => [version, redacted(rounds, ROUND, redactor)]),
    ),
  };
}

/** What something was recorded for. */
export interface RecordedFor {
  /** Id of the client's adapter. */
  readonly client: string;
  readonly scenario: Pick<Run['scenario'], 'id'> & Partial<Pick<Run['scenario'], 'server' | 'tool' | 'arms'>>;
  /** The command that judged. */
  readonly oracle?: string | null;
}

/** What was seen of a release, as it may be shown to others: as `redactRun`, for what is in no run. */
export function redactRecorded(recorded: Round, identity: Identity, subject: RecordedFor): Round {
  const { client, scenario, oracle = null } = subject;
  const { id, server = '', tool = '', arms = [] } = scenario;
  const names = identityMasks(identity, wordsOf([client, id, server, tool, ...arms.map((arm) => arm.id)]));
  const secrets = secretsOf({ scenario: { arms }, oracle, reproduce: [] });
  return redacted(recorded, ROUND, redactorOf(names, secrets));
}

/**
 * What takes out of texts of any origin what others must not read: as `redactRun`.
 * @param command of the user's: what is secret in it is known wherever it stands
 */
export function textRedactor(
  identity: Identity | null,
  command: string | null = null,
): (text: string) => string {
  const secrets = command === null ? [] : secretsIn(command, SECRETS);
  return redactorOf(identityMasks(identity), secrets).text;
}

/**
 * Redacts until nothing is left to redact. What nobody sees goes first, since it parts keys and names from what they are
 * known by; then keys, as long as they are whole: a name may be a part of one.
 */
export function redactorOf(names: readonly Mask[], secrets: readonly string[] = []): Redactor {
  const masks = [...knownMasks(secrets), ...SECRETS, ...names];
  // The runs of a release say much the same.
  const known = new Map<string, string>();
  return {
    text(text) {
      const kept = known.get(text) ?? settled([text], ([row = '']) => [masked(row, masks)]).join('');
      known.set(text, kept);
      return kept;
    },
    secret: () => KEY,
    rows: (rows) => settled(rows, (kept) => maskedRows(kept, masks)),
  };
}

/** One pass may uncover what only the next can see; each takes something away, and none was seen to need many. */
const MAX_PASSES = 8;

function settled(rows: readonly string[], pass: (rows: readonly string[]) => string[]): string[] {
  let kept = rows.map(withoutControls);
  for (let passes = 0; passes < MAX_PASSES; passes += 1) {
    const next = pass(kept);
    if (next.every((row, index) => row === kept[index])) break;
    kept = next;
  }
  return kept;
}

type Asked = Pick<Run, 'oracle' | 'reproduce'> & { readonly scenario: Pick<Run['scenario'], 'arms'> };

/** The values that scenario and command name as secrets, and headers' values that look like ones: `team4711`. */
function secretsOf({ scenario, oracle, reproduce }: Asked): string[] {
  const secrets: string[] = [];
  const collector: Redactor = {
    text(text) {
      secrets.push(...secretsIn(text, SECRETS));
      return text;
    },
    secret(text) {
      secrets.push(...secretWords(text));
      return text;
    },
    rows: (rows) => [...rows],
  };
  for (const [name, value] of scenario.arms.flatMap(({ headers = {} }) => Object.entries(headers)))
    secrets.push(
      ...secretWords(value).filter((word) => isSecretName(name) || /^(?=.*\d)(?=.*[a-z])\S{8}/i.test(word)),
    );
  const arms = scenario.arms.map((arm) => ({ ...arm, headers: {} }));
  redacted<Asked>({ scenario: { ...scenario, arms }, oracle, reproduce }, RUN, collector);
  return [...new Set(secrets)];
}

/** Whoever is called like the subject, or by a word that tells of it, is not known by that. */
function vocabularyOf({ client, scenario, identity, reproduce }: Run): string[] {
  const { id, server, tool, arms, title, expected, spec, prompt } = scenario;
  const places = identityMasks(identity && { ...identity, user: '' });
  // Who writes of a home or a machine writes of people: the words may be their names.
  const prose = [title, expected, spec, prompt].filter((text) => masked(text, places) === text);
  const options = reproduce.filter((word) => /^--[a-z-]+$/.test(word));
  return [client, id, server, tool, ...arms.map((arm) => arm.id), ...prose, ...options];
}

/** Names and their words. */
function wordsOf(names: readonly string[]): ReadonlySet<string> {
  return new Set(
    [...names, ...names.flatMap((name) => name.split(/[^\p{L}\p{N}]+/u))].map((word) => word.toLowerCase()),
  );
}
