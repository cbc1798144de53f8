/** Which run `report` is asked about. */
import { BisectError } from '../errors.js';
import { readKeptRun } from '../kept-run-file.js';
import type { KeptRun } from '../kept-run.js';
import { cacheDirFor, type Context } from './context.js';
import { readText } from './files.js';
import type { ReportRequest } from './requests.js';

/**
 * The run of an id, of a file, or the last that was kept.
 * @throws BisectError `UNKNOWN_RUN`, `BAD_RUN_FILE`, or of the ledger
 */
export async function keptRunFor(request: ReportRequest, context: Context): Promise<KeptRun> {
  const { id, from } = request;
  if (from !== undefined && id !== undefined)
    throw new BisectError('BAD_OPTION', '--from names a run of its own, and an id another one', {
      hint: 'leave one of them out',
    });
  if (from !== undefined) return readKeptRun(await readText(from, context.cwd));
  const cacheDir = cacheDirFor(request, context);
  const ledger = await context.readLedger(cacheDir);
  try {
    const run = ledger.run(id?.toLowerCase());
    if (run) return run;
  } finally {
    ledger.close();
  }
  throw unknownRun(id, cacheDir);
}

function unknownRun(id: string | undefined, cacheDir: string): BisectError {
  if (id === undefined)
    return new BisectError('UNKNOWN_RUN', `no bisection is kept in ${cacheDir}`, {
      hint: 'run one with "mcp-bisect run", or name its folder with --cache-dir, or a file with --from',
    });
  return new BisectError('UNKNOWN_RUN', `no run that is kept in ${cacheDir} begins with ${id}`, {
    hint: 'see "mcp-bisect report --list"; the oldest runs are let go of',
    facts: { id },
  });
}
