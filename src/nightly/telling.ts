/** Tells what is to be told, in order, and notes in the ledger how far it came. */
import { BisectError } from '../errors.js';
import type { NightLedger, ToldChange } from '../ledger.js';
import type { Channel, Thread } from '../notify/message.js';

/** What became of one message in one channel. */
export interface Told {
  readonly id: string;
  readonly channel: string;
  /** Null where it was told. */
  readonly error: string | null;
  readonly place: string | null;
}

/**
 * Tells every change that was not told yet in one of these channels, the oldest first. After a failure a channel is left alone, so
 * that nobody hears of a fix before the regression.
 * @returns what was tried
 * @throws the reason of `signal`, and BisectError of the ledger
 */
export async function tellPending(
  nights: NightLedger,
  channels: readonly Channel[],
  signal: AbortSignal,
  onTold: (told: Told) => void,
): Promise<void> {
  const failed = new Set<string>();
  for (const change of nights.changes())
    for (const channel of channels) {
      const { key } = channel;
      if (failed.has(key) || !isPending(nights, change, key)) continue;
      const told = await tell(nights, change, channel, signal);
      if (told.error !== null) failed.add(key);
      onTold(told);
    }
}

/** Whether a change is to be told in a channel, and was not. */
export function isPending(nights: NightLedger, { id, channels }: ToldChange, channel: string): boolean {
  return channels.includes(channel) && !nights.delivery(id, channel).isDelivered;
}

/** Whether a change is still to be told somewhere, of these places. */
export const isUntold = (nights: NightLedger, change: ToldChange, channels: readonly string[]): boolean =>
  channels.some((channel) => isPending(nights, change, channel));

async function tell(
  nights: NightLedger,
  change: ToldChange,
  channel: Channel,
  signal: AbortSignal,
): Promise<Told> {
  const { id, message } = change;
  const thread = threadOf(nights, change, channel.key);
  nights.noteAttempt(id, channel.key);
  try {
    const place = await channel.deliver(message, thread, signal);
    nights.noteDelivered(id, channel.key, place);
    return { id, channel: channel.name, error: null, place };
  } catch (error) {
    if (signal.aborted || !(error instanceof BisectError) || error.code !== 'NOT_DELIVERED') throw error;
    return {
      id,
      channel: channel.name,
      error: [error.message, error.hint].filter(Boolean).join('; '),
      place: null,
    };
  }
}

function threadOf(nights: NightLedger, { id, subject, about }: ToldChange, channel: string): Thread {
  const place = (change: string) => nights.delivery(change, channel).place;
  const all = nights.changes(subject);
  const earlier = all
    .slice(
      0,
      all.findIndex((change) => change.id === id),
    )
    .toReversed();
  return {
    attempt: nights.delivery(id, channel).attempts + 1,
    about: about === null ? null : place(about),
    newest: earlier.map((change) => place(change.id)).find((found) => found !== null) ?? null,
  };
}
