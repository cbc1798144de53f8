/** `ledger ls`, `ledger forget`, `ledger check`: what is recorded, by hand. */
import { BisectError } from '../errors.js';
import type { LedgerState, RoundGroup } from '../ledger/ledger.js';
import { printable } from '../report/text.js';
import { renderColumns } from '../report/terminal.js';
import { minutes } from '../report/words.js';
import { coloursFor, columnsOf, print, printJson } from './console.js';
import { cacheDirFor, type Context } from './context.js';
import type { CheckLedgerRequest, ForgetRequest, RoundsRequest } from './requests.js';

/**
 * What is recorded of each release.
 * @returns 0
 * @throws BisectError of the ledger
 */
export async function list(request: RoundsRequest, context: Context): Promise<number> {
  const ledger = await context.readLedger(cacheDirFor(request, context));
  try {
    const rounds = ledger.rounds(request);
    if (request.json) printJson(context.console, { schema: 1, rounds });
    else print(context.console, rounds.length === 0 ? 'Nothing is recorded.' : tableOf(rounds, context));
    return 0;
  } finally {
    ledger.close();
  }
}

/**
 * Removes rounds, so that the next question runs them again, or kept runs, and says what was removed.
 * @returns 0
 * @throws BisectError `BAD_OPTION` if nothing is named, `NOTHING_RECORDED`, `UNKNOWN_RUN`, or of the ledger
 */
export async function forget(request: ForgetRequest, context: Context): Promise<number> {
  const { versions, client, scenario, json } = request;
  const namesRounds = versions.length > 0 || client !== undefined || scenario !== undefined;
  if (!namesRounds && request.run.length === 0) throw nothingNamed();
  const cacheDir = cacheDirFor(request, context);
  const ledger = await context.openLedger(cacheDir);
  try {
    const forgotten = request.run.map((id) => {
      const run = ledger.run(id.toLowerCase());
      if (run) return run.id;
      throw new BisectError('UNKNOWN_RUN', `no run that is kept in ${cacheDir} begins with ${id}`, {
        hint: 'see "mcp-bisect report --list"',
      });
    });
    if (namesRounds && ledger.rounds(request).length === 0) throw nothingRecorded(cacheDir);
    for (const id of forgotten) ledger.forgetRun(id);
    const { rounds, runs: resting } = namesRounds ? ledger.forget(request) : { rounds: [], runs: [] };
    if (json) printJson(context.console, { schema: 1, rounds, runs: forgotten, restingRuns: resting });
    else {
      const parts = [
        ...(rounds.length > 0 ? [tableOf(rounds, context), `${countOf(rounds)} removed.`] : []),
        ...(forgotten.length > 0 ? [`Runs removed: ${forgotten.join(', ')}.`] : []),
        ...(resting.length > 0
          ? [
              `Reports that rest on them stay as they were: ${resting.join(', ')}.`,
              `To remove these too: mcp-bisect ${context.again(`ledger forget ${resting.map((id) => `--run ${id}`).join(' ')}`)}`,
            ]
          : []),
      ];
      print(context.console, parts.join('\n'));
    }
    return 0;
  } finally {
    ledger.close();
  }
}

/**
 * Reads all of the ledger. With `--repair` a damaged one is replaced by what can be read of it.
 * @returns 0 if it is intact, or was repaired; 4 if it is damaged
 * @throws BisectError of the ledger
 */
export async function check(request: CheckLedgerRequest, context: Context): Promise<number> {
  const cacheDir = cacheDirFor(request, context);
  const found = await context.checkLedger(cacheDir, false);
  const isRepaired = found.state === 'damaged' && request.repair;
  const kept = isRepaired ? await context.checkLedger(cacheDir, true) : { ...found, keptAside: undefined };
  if (request.json) printJson(context.console, { schema: 1, ...kept, keptAside: kept.keptAside ?? null });
  else print(context.console, stateText(kept, kept.keptAside, cacheDir, context));
  return found.state !== 'damaged' || isRepaired ? 0 : 4;
}

function stateText(
  { state, rounds, runs }: LedgerState,
  keptAside: string | undefined,
  cacheDir: string,
  { again }: Context,
) {
  if (state === 'absent') return `There is no ledger in ${cacheDir} yet.`;
  const what = `${rounds} rounds and ${runs} runs`;
  if (state === 'intact') return `The ledger in ${cacheDir} is intact: ${what}.`;
  const damaged = `The ledger in ${cacheDir} is damaged.`;
  if (keptAside !== undefined)
    return `${damaged} ${what} were saved into a new one; the damaged one is kept as ${keptAside}.`;
  return `${damaged} ${what} can be read.\nTo save them into a new one: mcp-bisect ${again('ledger check --repair')}`;
}

function tableOf(rounds: readonly RoundGroup[], { console }: Context): string {
  const rows = rounds.map(({ client, scenario, version, platform, mode, good, bad, skip, recordedAt }) =>
    [version, client, scenario, platform, mode, `${good}`, `${bad}`, `${skip}`, minutes(recordedAt)].map(
      printable,
    ),
  );
  return renderColumns(HEAD, rows, coloursFor(console), columnsOf(console));
}

const HEAD = ['Version', 'Client', 'Scenario', 'Platform', 'Mode', 'Good', 'Bad', 'Skip', 'Last (UTC)'];

function countOf(rounds: readonly RoundGroup[]): string {
  const count = rounds.reduce((sum, { good, bad, skip }) => sum + good + bad + skip, 0);
  return `${count} ${count === 1 ? 'round' : 'rounds'}`;
}

const nothingNamed = () =>
  new BisectError('BAD_OPTION', 'nothing is named that could be forgotten', {
    hint: 'name versions, --client, --scenario or --run; "mcp-bisect ledger ls" shows what there is',
  });

const nothingRecorded = (cacheDir: string) =>
  new BisectError('NOTHING_RECORDED', `nothing like that is recorded in ${cacheDir}`, {
    hint: '"mcp-bisect ledger ls" shows what there is',
  });
