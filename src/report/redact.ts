/** Takes out of a kept run what others must not read: keys, and who ran it where. Pure. */
import type { Run } from '../run/run.js';
import type { Identity } from '../machine.js';
import type { Round } from '../verdict/round.js';
import { withoutIdentity } from './personal.js';
import { withoutControls } from './text.js';
import { redacted, ROUND, RUN } from './redaction-rules.js';
import { KEY, looksSecret } from './secret-values.js';
import { withoutSecrets } from './secrets.js';
import { redactedSource } from './source.js';
import { withoutWrittenOut } from './word-start.js';

/**
 * The run as it may be given away. What is not structure (redaction-rules.ts) is text, and loses keys (`[key]`), the names
 * of user and host (`[user]`, `[host]`), the paths of homes (`~`) and of the cache (`[cache]`), and what nobody sees: a key
 * may have it inside. A second time changes nothing.
 */
export function redactRun(run: Run): Run {
  const withoutNames = withoutIdentity(run.identity, wordsOf(vocabularyOf(run)));
  const redact = redactor(withoutNames);
  const { releases, ...rest } = run;
  const { scenario, ...others } = redacted(rest, RUN, redact);
  return {
    ...others,
    scenario: { ...scenario, ...fileOf(run.scenario, withoutNames) },
    identity: null,
    releases: Object.fromEntries(
      Object.entries(releases).map(([version, rounds]) => [version, redacted(rounds, ROUND, redact)]),
    ),
  };
}

/**
 * What was seen of a release, as it may be shown to others: as `redactRun`, for what is in no run.
 * @param vocabulary names of the client and the scenario: whoever is called so is not known by that
 */
export function redactRecorded(
  recorded: Round,
  identity: Identity,
  vocabulary: readonly string[] = [],
): Round {
  return redacted(recorded, ROUND, redactor(withoutIdentity(identity, wordsOf(vocabulary))));
}

/** One text of any origin, as it may be shown to others: as `redactRun`. */
export function redactText(text: string, identity: Identity | null): string {
  return redactor(withoutIdentity(identity))(text);
}

/** One pass may uncover what only the next can see; each takes something away, and none was seen to need many. */
const MAX_PASSES = 8;

/**
 * Redacts one text until nothing is left to redact. What nobody sees goes first, since it parts keys and names from what
 * they are known by; then keys, as long as they are whole: a name may be a part of one.
 * @param withoutNames see personal.ts
 */
export function redactor(withoutNames: (text: string) => string): (text: string) => string {
  // The runs of a release say much the same.
  const known = new Map<string, string>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    let kept = withoutControls(text);
    for (let pass = 0; pass < MAX_PASSES; pass += 1) {
      const next = withoutNames(withoutSecrets(withoutWrittenOut(kept)));
      if (next === kept) break;
      kept = next;
    }
    known.set(text, kept);
    return kept;
  };
}

/** The tokens that its plans are about are known, whatever they are called in its text. */
function fileOf(
  { file, arms }: Run['scenario'],
  withoutNames: (text: string) => string,
): Pick<Run['scenario'], 'file'> {
  if (!file) return {};
  const sent = arms.flatMap(({ headers = {} }) => Object.values(headers));
  const words = [
    ...arms.map(({ gateway }) => gateway.bearer ?? ''),
    ...sent.flatMap((value) => value.split(' ')),
  ];
  const values = [...new Set(words)].filter((word) => looksSecret(word) && word !== KEY);
  return { file: { ...file, text: redactedSource(file.text, values, withoutNames) } };
}

/** Whoever is called like the subject, or by a word that tells of it, is not known by that. */
function vocabularyOf({ client, scenario, identity }: Run): string[] {
  const { id, server, tool, arms, title, expected, spec, prompt } = scenario;
  const withoutPlaces = withoutIdentity(identity && { ...identity, user: '' });
  // Who writes of a home or a machine writes of people: the words may be their names.
  const prose = [title, expected, spec, prompt].filter((text) => withoutPlaces(text) === text);
  return [client, id, server, tool, ...arms.map((arm) => arm.id), ...prose];
}

/** Names and their words. */
function wordsOf(names: readonly string[]): ReadonlySet<string> {
  return new Set(
    [...names, ...names.flatMap((name) => name.split(/[^\p{L}\p{N}]+/u))].map((word) => word.toLowerCase()),
  );
}
