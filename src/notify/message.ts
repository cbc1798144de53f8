/** What is told about a change, and the ways to tell it. A message is told once; each way is tried until it was. */
import { BisectError, type ErrorDetails } from '../errors.js';

export type MessageKind = 'regression' | 'fix' | 'correction';

export interface Message {
  /** The same for the same change, whoever finds it, and however often: receivers can tell a repetition by it. Hexadecimal. */
  readonly id: string;
  /** `correction`: a change that was told already lies elsewhere than was known then. */
  readonly kind: MessageKind;
  /** What it is about: `claude-code get-stream-404 linux-x64 headless`. Changes of one subject belong to one thread. */
  readonly subject: string;
  /** The message that this one follows: for a fix the regression that it ends, for a correction what it corrects. */
  readonly about: string | null;
  /** One line of plain text. */
  readonly title: string;
  /** Markdown without what must not leave this machine, fit for an issue on GitHub. */
  readonly text: string;
  /** The change for machines: what a command gets on stdin, and a webhook as its body. JSON. */
  readonly document: Readonly<Record<string, unknown>>;
}

/** What is known of earlier attempts to tell it, and of the messages before it. */
export interface Thread {
  /** 1 for the first. */
  readonly attempt: number;
  /** Where `about` was told in this way: what `deliver` returned then. Null where it was not, or there is none. */
  readonly about: string | null;
  /** Where the message before this one on the same subject was told in this way: the newest. Null where there is none. */
  readonly newest: string | null;
}

/** One way to tell people. */
export interface Channel {
  /** Names it in the ledger: the same for the same receiver, and without secrets. `github:owner/name`, `webhook:5f3a…`, `command`. */
  readonly key: string;
  /** Names it for people, without secrets. */
  readonly name: string;
  /**
   * Tells it. Tries again by itself what is worth trying again within a minute or two.
   * @returns where it can be found, for `Thread` (on GitHub the number of the issue); null where there is no such place
   * @throws BisectError `NOT_DELIVERED` if it was not told, or nobody knows whether it was; the reason of `signal`
   */
  deliver(message: Message, thread: Thread, signal: AbortSignal): Promise<string | null>;
}

/** The one error of all channels; nothing in it may be secret. */
export const notDelivered = (message: string, details: ErrorDetails): BisectError =>
  new BisectError('NOT_DELIVERED', message, details);
