/** Takes out of a kept run what others must not read: keys, and who ran it where. Pure. */
import type { Identity } from '../../machine.js';
import type { Run } from '../../run/run.js';
import type { Round } from '../../verdict/round.js';
import { withoutControls } from '../text.js';
import { identityMasks, secretMasks, secretsIn, secretWords } from './known.js';
import { KEY, masked, redactedRows, type Mask } from './mask.js';
import { isPairOf, isSecretName, SECRETS } from './secrets.js';
import { redactedSource } from './source.js';

/**
 * The run as it may be given away. What is not structure is text, and loses keys (`[key]`), the names of user and host (`[user]`,
 * `[host]`), the paths of homes (`~`) and of the cache (`[cache]`), and what nobody sees: a key may have it inside. A second
 * time changes nothing.
 */
export function redactRun(run: Run): Run {
  const { names, secrets, redactor } = redactionFor(run.identity, run);
  const { releases, ...rest } = run;
  const { scenario, ...others } = redacted(rest, '', redactor);
  const { file } = run.scenario;
  const redactedFile = file && { ...file, text: redactedSource(file.text, secrets, names) };
  return {
    ...others,
    scenario: { ...scenario, ...(redactedFile && { file: redactedFile }) },
    identity: null,
    releases: Object.fromEntries(
      Object.entries(releases).map(([version, rounds]) => [version, redacted(rounds, 'round', redactor)]),
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
  readonly reproduce?: readonly string[];
}

/** What was seen of a release, as it may be shown to others: as `redactRun`, for what is in no run. */
export const redactRecorded = (recorded: Round, identity: Identity, subject: RecordedFor): Round =>
  redacted(recorded, 'round', redactionFor(identity, subject).redactor);

/**
 * What takes out of texts of any origin what others must not read: as `redactRun`.
 * @param command of the user's: what is secret in it is known wherever it stands
 */
export const textRedactor = (
  identity: Identity | null,
  command: string | null = null,
): ((text: string) => string) =>
  redactorOf(identityMasks(identity), command === null ? [] : secretsIn(command)).text;

function redactionFor(identity: Identity | null, subject: RecordedFor) {
  const names = identityMasks(identity, vocabularyOf(subject));
  const secrets = secretsOf(subject);
  return { names, secrets, redactor: redactorOf(names, secrets) };
}

/** Words of the subject: whoever is called like one is not known by that. */
function vocabularyOf({ client, scenario, reproduce = [] }: RecordedFor): ReadonlySet<string> {
  const { id, server = '', tool = '', arms = [] } = scenario;
  const options = reproduce.filter((word) => /^--[a-z-]+$/.test(word));
  const names = [client, id, server, tool, ...arms.map((arm) => arm.id), ...options];
  const words = names.flatMap((name) => [name, ...name.split(/[^\p{L}\p{N}]+/u)]);
  return new Set(words.map((word) => word.toLowerCase()));
}

/** The values that scenario and command name as secrets, and headers' values that look like ones: `team4711`. */
function secretsOf({ scenario: { arms = [] }, oracle, reproduce }: RecordedFor): string[] {
  const secrets = arms
    .flatMap(({ headers = {} }) => Object.entries(headers))
    .flatMap(([name, value]) =>
      secretWords(value).filter((word) => isSecretName(name) || /^(?=.*\d)(?=.*[a-z])\S{8}/i.test(word)),
    );
  const collect = (found: (text: string) => string[]) => (text: string) => {
    secrets.push(...found(text));
    return text;
  };
  const collector = {
    text: collect(secretsIn),
    secret: collect(secretWords),
    rows: (rows: readonly string[]) => rows,
  };
  redacted(
    { scenario: { arms: arms.map((arm) => ({ ...arm, headers: {} })) }, oracle, reproduce },
    '',
    collector,
  );
  return [...new Set(secrets)];
}

/** What becomes of what is no structure. */
interface Redactor {
  readonly text: (text: string) => string;
  /** A text that is a secret, whatever it says. */
  readonly secret: (text: string) => string;
  /** A screen. */
  readonly rows: (rows: readonly string[]) => readonly string[];
}

/** One pass may uncover what only the next can see; each takes something away, and none was seen to need many. */
const MAX_PASSES = 8;

/**
 * Redacts until nothing is left to redact. What nobody sees goes first, since it parts keys and names from what they are
 * known by; then keys, as long as they are whole: a name may be a part of one.
 */
export function redactorOf(names: readonly Mask[], secrets: readonly string[] = []): Redactor {
  const masks = [...secretMasks(secrets), ...SECRETS, ...names];
  const settled = (text: string): string => {
    let kept = withoutControls(text);
    for (let pass = 0; pass < MAX_PASSES; pass += 1) {
      const next = masked(kept, masks);
      if (next === kept) break;
      kept = next;
    }
    return kept;
  };
  // The runs of a release say much the same.
  const known = new Map<string, string>();
  const redact = (text: string): string => {
    const kept = known.get(text) ?? settled(text);
    known.set(text, kept);
    return kept;
  };
  return { text: redact, secret: () => KEY, rows: (rows) => redactedRows(rows.map(withoutControls), redact) };
}

/** What is structure, and kept as it is, by the names of the fields that lead to it. */
const STRUCTURE: ReadonlySet<string> = new Set([
  ...under('', 'id startedAt tool client platform mode isolation arms rule paths probed'),
  // A file's text is a program: see source.ts.
  ...under('scenario.', 'id server tool file arms.id arms.gateway.transport arms.gateway.protocolVersion'),
  ...under('scenario.arms.', 'gateway.discover gateway.tools.name model.turns.call'),
  ...under('answer.', 'asked outcome changes differences'),
  ...under('answer.rows.', 'version publishedAt timeDoubtful verdict basis label integrity'),
  ...under('round.judgement.', 'verdict cause findings.arm findings.outcome findings.symptoms'),
  ...under('round.observations.', 'client version scenario arm mode isolation startedAt'),
  ...under('round.observations.exit.', 'kind signal code'),
  ...under('round.observations.journal.', 'kind fixture authorization by held'),
]);
function under(path: string, names: string): string[] {
  return names.split(' ').map((name) => path + name);
}

const SCREEN = 'round.observations.screen';
const HEADERS = 'scenario.arms.headers';
/** Names of fields in it are anybody's, and text as well. */
const OPEN = /^scenario\.arms\.(?:headers|gateway|model)\b/;

/**
 * The same value, redacted.
 * @param at names of the fields that lead to it
 */
const redacted = <T>(value: T, at: string, redactor: Redactor): T =>
  // Only texts that are no structure change, into texts.
  walk(value, at, redactor, false) as T;

function walk(value: unknown, at: string, redactor: Redactor, isSecret: boolean): unknown {
  if (STRUCTURE.has(at)) return value;
  if (typeof value === 'string') return isSecret ? redactor.secret(value) : redactor.text(value);
  if (Array.isArray(value)) {
    if (at === SCREEN) return redactor.rows(value.map(String));
    return value.map((item, index) =>
      walk(
        item,
        at,
        redactor,
        isSecret || (typeof item === 'string' && isPairOf(String(value[index - 1]), item)),
      ),
    );
  }
  if (typeof value !== 'object' || value === null) return value;
  const named = 'name' in value && typeof value.name === 'string' ? value.name : 'value';
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]: [string, unknown]) => {
      const isNamed = isSecretName(key === 'value' ? named : key);
      const isText = [inner].flat().every((text) => typeof text === 'string');
      return [
        OPEN.test(at) ? redactor.text(key) : key,
        walk(
          inner,
          at === '' ? key : `${at}.${key}`,
          redactor,
          isSecret || at === HEADERS || (isNamed && isText),
        ),
      ];
    }),
  );
}
