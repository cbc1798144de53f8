/** One release run by hand: in a room, with the fixtures of one arm, at the terminal of whoever asks. */
import type { LaunchContext, Launch } from '../clients/client.js';
import type { Job } from './job.js';
import type { Observation } from './observation.js';
import { probe } from './probe.js';
import type { HostedRoom } from './rooms.js';

/** A person's terminal. */
export interface OwnTerminal {
  /** Its kind, in the words of TERM. */
  readonly term: string;
  size(): { readonly columns: number; readonly rows: number };
  /**
   * Gives it to a client, until the function that is returned is called.
   * @param onTyped gets what is typed, as it comes
   */
  open(onTyped: (bytes: Buffer) => void, onResized: () => void): () => void;
  /** Writes what the client has written. */
  write(bytes: Buffer): void;
}

/** Ctrl-] ends a client that listens to nothing, as it ends telnet. */
const WAY_OUT = 0x1d;

/** A day, and no limit on what is written: somebody is watching. */
const BY_HAND = { wallMs: 86_400_000, floodBytes: Number.MAX_SAFE_INTEGER };

/** Runs the client once, until it ends or Ctrl-] is typed. Never rejects, as `probe`. */
export async function runByHand(job: Job, terminal: OwnTerminal, room: HostedRoom): Promise<Observation> {
  const unsubscribe = room.onReport((report) => {
    if (report.type === 'written') terminal.write(Buffer.from(report.data, 'base64'));
  });
  const close = terminal.open(
    (bytes) =>
      room.send(
        bytes.includes(WAY_OUT) ? { type: 'end' } : { type: 'typed', data: bytes.toString('base64') },
      ),
    () => room.send({ type: 'resized', ...terminal.size() }),
  );
  const launch = (context: LaunchContext): Launch => {
    const planned = job.client.launch(context);
    // Without the keys that the adapter would type.
    const attended = { ...terminal.size(), steps: [], attended: terminal.term };
    return planned.terminal ? { ...planned, terminal: attended } : planned;
  };
  try {
    const limits = { ...job.limits, ...BY_HAND };
    const instead = { name: job.arm.id, launch };
    const seen = await probe({ ...job, mode: 'interactive', limits, instead }, room);
    return seen.exit.kind === 'ended' ? { ...seen, exit: { kind: 'ended', byHand: true } } : seen;
  } finally {
    close();
    unsubscribe();
  }
}
