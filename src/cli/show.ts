/** `show`: what the ledger has recorded of one release, without running it. */
import { clientById } from '../clients/index.js';
import { loadScenario, namesFile } from '../custom/module.js';
import { BisectError } from '../errors.js';
import { readLedger, type LedgerKey, type LedgerRecord } from '../ledger/ledger.js';
import { ownIdentity } from '../machine.js';
import { evidenceOf, recordedText } from '../report/round-text.js';
import { redactRecorded, type RecordedFor } from '../report/redact/redact.js';
import { scenarios } from '../scenarios/index.js';
import type { Typed } from './commands.js';
import { coloursFor, printJson } from './console.js';
import { cacheDirFor, type Context } from './context.js';
import { printUnheeded } from './github-actions.js';
import { headlineOf } from '../report/terminal.js';

/**
 * Prints the evidence on a release as it was recorded: of the question that was asked last, the newest round of each
 * verdict.
 * @throws BisectError `UNKNOWN_CLIENT`, `NOTHING_RECORDED`, or of the ledger
 */
export async function show(version: string, request: Typed<'show'>, context: Context): Promise<number> {
  const { redact, json, all } = request;
  const identity = ownIdentity(cacheDirFor(request));
  const { found, subjects } = await recordsFor(version, request, context.cwd);
  const records = redact
    ? found.map((record) => {
        const { client, scenario: id } = record.key;
        const subject = { client, scenario: subjects.get(id) ?? { id } };
        return { ...record, ...redactRecorded(record, identity, subject) };
      })
    : found;
  if (json) printJson(context.console, { schema: 1, records: records.map(recordDocument) });
  else {
    const same = sameQuestion(records);
    printUnheeded(context.console, textOf(all ? same : newestOfEach(same), same, context));
  }
  return 0;
}

/** What was recorded, and what is known of the scenarios it was recorded for: of their secrets above all. */
async function recordsFor(
  version: string,
  request: Typed<'show'>,
  cwd: string,
): Promise<{
  readonly found: readonly LedgerRecord[];
  readonly subjects: ReadonlyMap<string, RecordedFor['scenario']>;
}> {
  const { client, scenario: named, platform, mode } = request;
  const cacheDir = cacheDirFor(request);
  const file = named !== undefined && namesFile(named) ? await loadScenario(named, cwd) : undefined;
  const ledger = readLedger(cacheDir);
  try {
    const filter = { client: clientById(client).id, version, scenario: file?.id ?? named, platform, mode };
    const found = ledger.records(filter);
    const known = (id: string): RecordedFor['scenario'] => {
      if (file?.id === id) return file;
      const kept = ledger.runs().find(({ scenario }) => scenario === id);
      return (
        scenarios.find((scenario) => scenario.id === id) ?? (kept && ledger.run(kept.id)?.scenario) ?? { id }
      );
    };
    const ids = new Set(found.map(({ key }) => key.scenario));
    if (found.length > 0) return { found, subjects: new Map([...ids].map((id) => [id, known(id)])) };
  } finally {
    ledger.close();
  }
  const what = [client, version, file?.id ?? named, platform, mode].filter((part) => part !== undefined);
  throw new BisectError('NOTHING_RECORDED', `nothing is recorded of ${what.join(' ')} in ${cacheDir}`, {
    hint: `run it with "mcp-bisect probe ${version}"; "mcp-bisect table" shows what is known`,
  });
}

/** Those that answer the same question as the newest: other rounds may be of another platform, mode or scenario. */
function sameQuestion(records: readonly LedgerRecord[]): readonly LedgerRecord[] {
  const [newest] = records;
  const fields = Object.keys(newest?.key ?? {}) as (keyof LedgerKey)[];
  return records.filter(({ key }) => fields.every((field) => key[field] === newest?.key[field]));
}

function newestOfEach(records: readonly LedgerRecord[]): readonly LedgerRecord[] {
  const verdicts = new Set(records.map(({ judgement }) => judgement.verdict));
  return [...verdicts].flatMap(
    (verdict) => records.find(({ judgement }) => judgement.verdict === verdict) ?? [],
  );
}

function textOf(
  shown: readonly LedgerRecord[],
  recorded: readonly LedgerRecord[],
  { console }: Context,
): string {
  const [newest] = recorded;
  if (!newest) return '';
  const { key } = newest;
  const isolation = newest.observations[0]?.isolation ?? (key.sealed ? 'bwrap' : 'none');
  const client = clientById(key.client);
  const rounds = shown.map(
    ({ judgement, observations }) =>
      `\n${evidenceOf({ version: key.version, judgement, observations }, client, coloursFor(console), true)}`,
  );
  return [headlineOf({ ...key, isolation }), recordedText(recorded), ...rounds].join('\n');
}

function recordDocument({ key, recordedAt, judgement, observations }: LedgerRecord) {
  return { ...key, recordedAt, ...judgement, observations };
}
