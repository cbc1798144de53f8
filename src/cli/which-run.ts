/** Which run `report` is asked about. */
import { BisectError } from '../errors.js';
import { readRun } from '../run/file.js';
import type { Run } from '../run/run.js';
import type { RunSummary } from '../ledger/ledger.js';
import { cacheDirFor, scenarioIdOf, type Context } from './context.js';
import { readText } from './files.js';
import type { ReportRequest } from './requests.js';

/**
 * The run of an id, of a file, or the last that was kept.
 * @throws BisectError `UNKNOWN_RUN`, `BAD_RUN_FILE`, or of the ledger
 */
export async function keptRunFor(request: ReportRequest, context: Context): Promise<Run> {
  const { from } = request;
  const id = request.id?.toLowerCase() ?? '';
  if (from !== undefined && (id !== '' || request.scenario !== undefined))
    throw new BisectError(
      'BAD_OPTION',
      '--from names a run of its own, and an id or a scenario another one',
      {
        hint: 'leave one of them out',
      },
    );
  if (from !== undefined) return readRun(await readText(from, context.cwd));
  const cacheDir = cacheDirFor(request, context);
  const scenario = await scenarioIdOf(request.scenario, context);
  const ledger = await context.readLedger(cacheDir);
  try {
    const isMeant = (run: RunSummary) => run.scenario === scenario && run.id.startsWith(id);
    const named = scenario === undefined ? id : ledger.runs().find(isMeant)?.id;
    const run = named === undefined ? undefined : ledger.run(named);
    if (run) return run;
  } finally {
    ledger.close();
  }
  throw unknownRun(id, scenario === undefined ? '' : ` under ${scenario}`, cacheDir);
}

function unknownRun(id: string, under: string, cacheDir: string): BisectError {
  if (id === '')
    return new BisectError('UNKNOWN_RUN', `no bisection${under} is kept in ${cacheDir}`, {
      hint: 'run one with "mcp-bisect run", or name its folder with --cache-dir, or a file with --from',
    });
  return new BisectError('UNKNOWN_RUN', `no run${under} that is kept in ${cacheDir} begins with ${id}`, {
    hint: 'see "mcp-bisect report --list"; the oldest runs are let go of',
    facts: { id },
  });
}
