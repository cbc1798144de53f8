/** What the nightly job remembers from one night to the next, beside the rounds: what was seen, tried, and told. */
import { gzipSync } from 'node:zlib';
import type { Message } from '../notify/message.js';
import type { Release } from '../registry/releases.js';
import { flag, json, number, text, zipped, type RowOf, type Tables } from './database.js';

const SKIP = {
  version: text,
  /** What was asked: the integrity of the executable, and the digest of the scenario. Another question counts anew. */
  question: text,
  /** On how many nights it was tried: days, however often a night is begun. */
  nights: number,
  /** The last of them. */
  day: text,
  reason: text,
};

/** A release without a verdict on a subject. */
export type SkipRecord = RowOf<typeof SKIP>;

/** A change that is told, or about to be. */
export interface ToldChange {
  /** That of its message. */
  readonly id: string;
  readonly subject: string;
  readonly kind: Message['kind'];
  /** What changed: a correction says so of the change that it is about. */
  readonly direction: 'regression' | 'fix';
  readonly before: string;
  readonly after: string;
  readonly about: string | null;
  /** Id of the run that its report is made of. */
  readonly run: string;
  readonly message: Message;
  /** Where it is to be told: keys of channels. */
  readonly channels: readonly string[];
}

const DELIVERY = {
  attempts: number,
  isDelivered: { ...flag, sql: 'delivered' },
  /** What the channel returned (Channel.deliver). */
  place: { ...text, read: (cell: unknown) => (cell === null ? null : text.read(cell)) },
};

/** How far the telling of a change in one way has come. */
export type Delivery = RowOf<typeof DELIVERY>;

const ANY = { ...text, read: (cell: unknown): unknown => JSON.parse(text.read(cell)) };

const RELEASES = 'nightly_releases WHERE client = ? AND platform = ?';

export type NightLedger = ReturnType<typeof nightsOn>;

export function nightsOn({ select, insert, run }: Tables) {
  const changesIn = (where: string, ...values: string[]): readonly ToldChange[] =>
    select({ document: zipped<ToldChange>() }, `nightly_changes ${where} ORDER BY seq`, values).map(
      ({ document }) => document,
    );
  return {
    /** Every release that an earlier night saw, in no order. */
    releases: (client: string, platform: string): readonly Release[] =>
      select({ document: json<Release>() }, RELEASES, [client, platform]).map(({ document }) => document),
    /** Writes those that are new, or not as they were. */
    rememberReleases: (client: string, platform: string, releases: readonly Release[]): void => {
      const rows = select({ version: text, document: text }, RELEASES, [client, platform]);
      const known = new Map(rows.map(({ version, document }) => [version, document]));
      for (const release of releases) {
        const { version } = release;
        const document = JSON.stringify(release);
        if (known.get(version) !== document)
          insert('INSERT OR REPLACE INTO nightly_releases', { client, platform, version, document });
      }
    },
    skips: (subject: string): readonly SkipRecord[] =>
      select(SKIP, 'nightly_skips WHERE subject = ?', [subject]),
    /** One more night on which there was no verdict. */
    noteSkip: (subject: string, skip: Omit<SkipRecord, 'nights'>): void =>
      insert(
        'INSERT INTO nightly_skips',
        { subject, nights: 1, ...skip },
        `ON CONFLICT DO UPDATE SET nights = nights + (day <> excluded.day), day = excluded.day, reason = excluded.reason`,
      ),
    /** Every change that was told, the oldest first. */
    changes: (subject?: string): readonly ToldChange[] =>
      subject === undefined ? changesIn('') : changesIn('WHERE subject = ?', subject),
    /** Writes a change; one that is there already is left as it is. From then on it will be told, whatever happens. */
    addChange: (change: ToldChange): void => {
      const { id, subject } = change;
      const document = gzipSync(JSON.stringify(change));
      insert('INSERT OR IGNORE INTO nightly_changes', { id, subject, announced: false, document });
    },
    delivery: (change: string, channel: string): Delivery => {
      const isMeant = 'nightly_deliveries WHERE change = ? AND channel = ?';
      const [found] = select(DELIVERY, isMeant, [change, channel]);
      return found ?? { attempts: 0, isDelivered: false, place: null };
    },
    /** Before it is tried to be told: should this be the last that is heard, the next attempt knows. */
    noteAttempt: (change: string, channel: string): void =>
      insert(
        'INSERT INTO nightly_deliveries',
        { change, channel, attempts: 1, delivered: false },
        'ON CONFLICT DO UPDATE SET attempts = attempts + 1',
      ),
    noteDelivered: (change: string, channel: string, place: string | null): void =>
      run('UPDATE nightly_deliveries SET delivered = 1, place = ? WHERE change = ? AND channel = ?', [
        place,
        change,
        channel,
      ]),
    /** Changes of which no night has said in its summary, the oldest first. */
    unannounced: (): readonly ToldChange[] => changesIn('WHERE announced = 0'),
    noteAnnounced: (ids: readonly string[]): void =>
      run('UPDATE nightly_changes SET announced = 1 WHERE id IN (SELECT value FROM json_each(?))', [
        JSON.stringify(ids),
      ]),
    /** What a whole night left under this name, JSON; undefined for nothing. */
    finished: (name: string): unknown =>
      select({ document: ANY }, 'nightly_finished WHERE name = ?', [name])[0]?.document,
    noteFinished: (name: string, document: unknown): void =>
      insert('INSERT OR REPLACE INTO nightly_finished', { name, document: JSON.stringify(document) }),
  };
}
