/** Tells what is to be told, in order, and notes in the ledger how far it came. A process of its own does so (teller.ts). */
import { fileURLToPath } from 'node:url';
import { BisectError, type ErrorCode } from '../errors.js';
import type { NightLedger, ToldChange } from '../ledger/ledger.js';
import type { Channel, Thread } from '../notify/message.js';
import { runApart } from '../sandbox/apart.js';
import type { ChannelSettings } from './channels.js';

/** What the process reads from stdin. */
export interface TellerTask {
  readonly cacheDir: string;
  readonly channels: readonly ChannelSettings[];
}

/** What became of one message in one channel. */
export interface Told {
  readonly id: string;
  readonly channel: string;
  /** Null where it was told. */
  readonly error: string | null;
  readonly place: string | null;
}

/** What it says on stdout: what became of a message, or what kept it from going on. */
export type TellerLine =
  | ({ readonly kind: 'told' } & Told)
  | {
      readonly kind: 'failed';
      readonly code: ErrorCode;
      readonly message: string;
      readonly hint: string | null;
    };

const TELLER = fileURLToPath(new URL('teller.js', import.meta.url));

/**
 * Has all told that is to be told. Ended by `signal` it stops listening; the telling goes on to its end, which is bounded.
 * @param teller the module of the process that does it
 * @throws BisectError `NOT_DELIVERED` if the process came to nothing, or of the ledger; the reason of `signal`
 */
export async function tellApart(
  task: TellerTask,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
  onTold: (told: Told) => void,
  teller: string = TELLER,
): Promise<void> {
  let failure: Extract<TellerLine, { kind: 'failed' }> | undefined;
  const how = await runApart(teller, JSON.stringify(task), env, signal, (line) => {
    const said = JSON.parse(line) as TellerLine;
    if (said.kind === 'failed') failure = said;
    else onTold(said);
  });
  if (how === 'exit code 0') return;
  const { code, message, hint } = failure ?? {
    code: 'NOT_DELIVERED',
    message: `what tells people ended with ${how}`,
    hint: null,
  };
  throw new BisectError(code, message, {
    hint: hint ?? 'what was not told is kept, and told on the next night',
  });
}

/** Failures after which a channel is left alone: it is more likely to be down than to refuse one message after another. */
const MAX_FAILURES = 2;

/**
 * Tells every change that was not told yet in one of these channels, the oldest first. After a failure a channel hears nothing more of
 * that subject, so that nobody hears of a fix before the regression; after two it hears nothing more at all.
 * @throws the reason of `signal`, and BisectError of the ledger
 */
export async function tellPending(
  nights: NightLedger,
  channels: readonly Channel[],
  signal: AbortSignal,
  onTold: (told: Told) => void,
): Promise<void> {
  const configured = channels.map(({ key }) => key);
  /** By channel: subjects of which it could not be told. */
  const failed = new Map<string, readonly string[]>();
  for (const change of nights.changes())
    for (const channel of channels) {
      const { key } = channel;
      const failures = failed.get(key) ?? [];
      if (failures.length >= MAX_FAILURES || failures.includes(change.subject)) continue;
      const pending = pendingAs(nights, change, key, configured);
      if (pending.length === 0) continue;
      const told = await tell(nights, { change, channel, pending }, signal);
      if (told.error !== null) failed.set(key, [...failures, change.subject]);
      onTold(told);
    }
}

/** Whether a change is still to be told somewhere, of these places: all that are configured. */
export const isUntold = (nights: NightLedger, change: ToldChange, configured: readonly string[]): boolean =>
  configured.some((key) => pendingAs(nights, change, key, configured).length > 0);

/** For which of its channels a change is still to be told in the one of this key. Empty where there is nothing to tell. */
function pendingAs(
  nights: NightLedger,
  { id, channels: listed }: ToldChange,
  key: string,
  configured: readonly string[],
): string[] {
  const isDelivered = (channel: string) => nights.delivery(id, channel).isDelivered;
  if (isDelivered(key)) return [];
  const own = listed.includes(key) ? [key] : takenOver(listed, key, configured);
  return own.filter((channel) => !isDelivered(channel));
}

/**
 * The channels of a change that are not configured any more, and for which the one of this key stands in: one of the same kind that is
 * new since then, as after a change of address. The first new one stands in for the first old one, and so on, whatever of it was
 * told by then, so that they are the same ones every night.
 */
function takenOver(listed: readonly string[], key: string, configured: readonly string[]): string[] {
  const isOfKind = (other: string) => kindOf(other) === kindOf(key);
  const gone = listed.filter((one) => isOfKind(one) && !configured.includes(one));
  const added = [...new Set(configured)].filter((one) => isOfKind(one) && !listed.includes(one));
  return gone.filter((_, index) => added[index % added.length] === key);
}

const kindOf = (key: string) => key.split(':', 1)[0];

/** One message on its way, and the keys that it is told for. */
interface Errand {
  readonly change: ToldChange;
  readonly channel: Channel;
  readonly pending: readonly string[];
}

async function tell(nights: NightLedger, errand: Errand, signal: AbortSignal): Promise<Told> {
  const { change, channel, pending } = errand;
  const { id, message } = change;
  const { key, name } = channel;
  const thread = threadOf(nights, errand);
  nights.noteAttempt(id, key);
  try {
    const place = await channel.deliver(message, thread, signal);
    nights.noteDelivered(id, key, place);
    // Those that it stands in for have been told as well: whoever stands in for them next has nothing left to tell.
    for (const other of pending.filter((one) => one !== key)) {
      // There is a note of it only if it was tried.
      nights.noteAttempt(id, other);
      // The place is the new one's: under the old name the same number may be somebody else's issue.
      nights.noteDelivered(id, other, null);
    }
    return { id, channel: name, error: null, place };
  } catch (error) {
    if (signal.aborted || !(error instanceof BisectError) || error.code !== 'NOT_DELIVERED') throw error;
    const said = [error.message, error.hint].filter(Boolean).join('; ');
    return { id, channel: name, error: said, place: null };
  }
}

function threadOf(nights: NightLedger, { change, channel: { key }, pending }: Errand): Thread {
  const { id, subject, about } = change;
  const placeOf = (told: string) => nights.delivery(told, key).place;
  const all = nights.changes(subject).map((one) => one.id);
  const earlier = all.slice(0, all.indexOf(id)).toReversed();
  return {
    // It may be the same receiver by another name, who has it already.
    attempt: Math.max(...[key, ...pending].map((one) => nights.delivery(id, one).attempts)) + 1,
    about: about === null ? null : placeOf(about),
    newest: earlier.map(placeOf).find((found) => found !== null) ?? null,
  };
}
