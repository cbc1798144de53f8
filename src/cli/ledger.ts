/** `ledger ls`, `ledger forget`, `ledger check`: what is recorded, by hand. */
import { badOption, BisectError } from '../errors.js';
import {
  checkLedger,
  openLedger,
  readLedger,
  renewLedger,
  type LedgerState,
  type RoundGroup,
} from '../ledger/ledger.js';
import { printable } from '../report/text.js';
import { counted, minutes } from '../report/words.js';
import type { Typed } from './commands.js';
import { columnsText, printResult } from './console.js';
import { cacheDirFor, type Context } from './context.js';

/** What is recorded of each release. */
export async function list(
  versions: string[],
  request: Typed<'ledger ls'>,
  context: Context,
): Promise<number> {
  const ledger = readLedger(cacheDirFor(request));
  try {
    const rounds = ledger.rounds({ ...request, versions });
    printResult(context.console, request.json, { rounds }, () =>
      rounds.length === 0 ? 'Nothing is recorded.' : tableOf(rounds, context),
    );
    return 0;
  } finally {
    ledger.close();
  }
}

/**
 * Removes rounds, so that the next question runs them again, or kept runs, and says what was removed.
 * @throws BisectError `BAD_OPTION` if nothing is named, `NOTHING_RECORDED`, `UNKNOWN_RUN`, or of the ledger
 */
export async function forget(
  versions: string[],
  request: Typed<'ledger forget'>,
  context: Context,
): Promise<number> {
  const { client, scenario, json } = request;
  const meant = { versions, client, scenario };
  const namesRounds = versions.length > 0 || client !== undefined || scenario !== undefined;
  if (!namesRounds && request.run.length === 0) throw nothingNamed();
  const cacheDir = cacheDirFor(request);
  const ledger = openLedger(cacheDir);
  try {
    const forgotten = request.run.map((id) => {
      const run = ledger.run(id.toLowerCase());
      if (run) return run.id;
      throw new BisectError('UNKNOWN_RUN', `no run that is kept in ${cacheDir} begins with ${id}`, {
        hint: 'see "mcp-bisect report --list"',
      });
    });
    if (namesRounds && ledger.rounds(meant).length === 0) throw nothingRecorded(cacheDir);
    for (const id of forgotten) ledger.forgetRun(id);
    const { rounds, runs: resting } = namesRounds ? ledger.forget(meant) : { rounds: [], runs: [] };
    const document = { rounds, runs: forgotten, restingRuns: resting };
    printResult(context.console, json, document, () => {
      const line = `ledger forget ${resting.map((id) => `--run ${id}`).join(' ')}`;
      const parts = [
        rounds.length > 0 && `${tableOf(rounds, context)}\n${countOf(rounds)} removed.`,
        forgotten.length > 0 && `Runs removed: ${forgotten.join(', ')}.`,
        resting.length > 0 && `Reports that rest on them stay as they were: ${resting.join(', ')}.`,
        resting.length > 0 && `To remove these too: mcp-bisect ${context.again(line)}`,
      ];
      return parts.filter(Boolean).join('\n');
    });
    return 0;
  } finally {
    ledger.close();
  }
}

/**
 * Reads all of the ledger. With `--repair` a damaged one is replaced by what can be read of it.
 * @returns 0 if it is intact, or was repaired; 4 if it is damaged
 */
export async function check(request: Typed<'ledger check'>, context: Context): Promise<number> {
  const cacheDir = cacheDirFor(request);
  const found = checkLedger(cacheDir);
  const isRepaired = found.state === 'damaged' && request.repair;
  const kept = isRepaired ? renewLedger(cacheDir) : { ...found, keptAside: undefined };
  const { keptAside = null } = kept;
  printResult(context.console, request.json, { ...kept, keptAside }, () =>
    stateText(kept, keptAside, cacheDir, context),
  );
  return found.state !== 'damaged' || isRepaired ? 0 : 4;
}

function stateText(
  { state, rounds, runs }: LedgerState,
  keptAside: string | null,
  cacheDir: string,
  { again }: Context,
) {
  if (state === 'absent') return `There is no ledger in ${cacheDir} yet.`;
  const what = `${rounds} rounds and ${runs} runs`;
  if (state === 'intact') return `The ledger in ${cacheDir} is intact: ${what}.`;
  const damaged = `The ledger in ${cacheDir} is damaged.`;
  if (keptAside !== null)
    return `${damaged} ${what} were saved into a new one; the damaged one is kept as ${keptAside}.`;
  return `${damaged} ${what} can be read.\nTo save them into a new one: mcp-bisect ${again('ledger check --repair')}`;
}

function tableOf(rounds: readonly RoundGroup[], { console }: Context): string {
  const rows = rounds.map(({ client, scenario, version, platform, mode, good, bad, skip, recordedAt }) =>
    [version, client, scenario, platform, mode, `${good}`, `${bad}`, `${skip}`, minutes(recordedAt)].map(
      printable,
    ),
  );
  return columnsText(console, HEAD, rows);
}

const HEAD = ['Version', 'Client', 'Scenario', 'Platform', 'Mode', 'Good', 'Bad', 'Skip', 'Last (UTC)'];

function countOf(rounds: readonly RoundGroup[]): string {
  const count = rounds.reduce((sum, { good, bad, skip }) => sum + good + bad + skip, 0);
  return counted(count, 'round');
}

const nothingNamed = () =>
  badOption(
    'nothing is named that could be forgotten',
    'name versions, --client, --scenario or --run; "mcp-bisect ledger ls" shows what there is',
  );

const nothingRecorded = (cacheDir: string) =>
  new BisectError('NOTHING_RECORDED', `nothing like that is recorded in ${cacheDir}`, {
    hint: '"mcp-bisect ledger ls" shows what there is',
  });
