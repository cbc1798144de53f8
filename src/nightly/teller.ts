/**
 * The process that tells people: one of its own, so that whoever ends the night in the middle does not end the telling between a
 * message and the note that it was sent. It reads what to do from stdin, and says on stdout what it did, a line of JSON each.
 */
import { text } from 'node:stream/consumers';
import { BisectError } from '../errors.js';
import { openLedger, takeLock } from '../ledger/ledger.js';
import { channelOf } from './channels.js';
import { tellPending, type TellerLine, type TellerTask } from './telling.js';

/** As long as another one may take that a killed night has left behind. */
const WAIT_MS = 15 * 60_000;

// Nobody may be listening any more: what was done is in the ledger.
process.stdout.on('error', () => {});

const say = (line: TellerLine) => {
  process.stdout.write(`${JSON.stringify(line)}\n`);
};

async function main(): Promise<void> {
  const { cacheDir, channels } = JSON.parse(await text(process.stdin)) as TellerTask;
  const lock = takeLock(cacheDir, 'telling', WAIT_MS);
  if (!lock) throw new BisectError('CACHE_BUSY', 'another process has been telling people for too long');
  const ledger = openLedger(cacheDir);
  const ways = channels.map((one) => channelOf(one, process.env));
  try {
    await tellPending(ledger.nights, ways, new AbortController().signal, (told) =>
      say({ kind: 'told', ...told }),
    );
  } finally {
    ledger.close();
    lock.release();
  }
}

await main().catch((error: unknown) => {
  const {
    code,
    message,
    hint = null,
  } = error instanceof BisectError ? error : { code: 'NOT_DELIVERED' as const, message: String(error) };
  say({ kind: 'failed', code, message, hint });
  process.exitCode = 1;
});
