/** What the nightly job remembers from one night to the next, beside the verdicts: what was seen, tried, and told. */
import { gzipSync } from 'node:zlib';
import type Database from 'libsql';
import type { Message } from '../notify/message.js';
import type { Release } from '../registry/releases.js';
import { asBlobs, objectOf, textOf, unzippedOf } from './columns.js';

/** A release without a verdict on a subject. */
export interface SkipRecord {
  readonly version: string;
  /** What was asked: the integrity of the executable, and the digest of the scenario. Another question counts anew. */
  readonly question: string;
  /** On how many nights it was tried: days, however often a night is begun. */
  readonly nights: number;
  /** The last of them. */
  readonly day: string;
  readonly reason: string;
}

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

/** How far the telling of a change in one way has come. */
export interface Delivery {
  readonly attempts: number;
  readonly isDelivered: boolean;
  /** What the channel returned (Channel.deliver). */
  readonly place: string | null;
}

export interface NightLedger {
  /** Every release that an earlier night saw, in no order. */
  releases(client: string, platform: string): readonly Release[];
  /** Writes those that are new, or not as they were. */
  rememberReleases(client: string, platform: string, releases: readonly Release[]): void;
  skips(subject: string): readonly SkipRecord[];
  /** One more night on which there was no verdict. */
  noteSkip(subject: string, skip: Omit<SkipRecord, 'nights'>): void;
  /** Every change that was told, the oldest first. */
  changes(subject?: string): readonly ToldChange[];
  /** Writes a change; one that is there already is left as it is. From then on it will be told, whatever happens. */
  addChange(change: ToldChange): void;
  delivery(change: string, channel: string): Delivery;
  /** Before it is tried to be told: should this be the last that is heard, the next attempt knows. */
  noteAttempt(change: string, channel: string): void;
  noteDelivered(change: string, channel: string, place: string | null): void;
  /** Changes of which no night has said in its summary, the oldest first. */
  unannounced(): readonly ToldChange[];
  noteAnnounced(changes: readonly string[]): void;
  /** What a whole night left under this name, JSON; undefined for nothing. */
  finished(name: string): unknown;
  noteFinished(name: string, document: unknown): void;
}

/** What `NightLedger` says, with its statements prepared. */
export function nightsOn(database: Database.Database): NightLedger {
  const all = (sql: string, ...values: unknown[]) => database.prepare(sql).all(...values) as Row[];
  const run = (sql: string, ...values: unknown[]) => {
    database.prepare(sql).run(...values);
  };
  const changes = (where: string, ...values: unknown[]) =>
    all(`SELECT document FROM nightly_changes ${where} ORDER BY seq`, ...values).map(unpacked);
  return {
    releases: (client, platform) =>
      all(
        `SELECT ${asBlobs('document')} FROM nightly_releases WHERE client = ? AND platform = ?`,
        client,
        platform,
      ).map(({ document }) => objectOf(document) as Release),
    rememberReleases: (client, platform, releases) => {
      const known = new Map(
        all(
          `SELECT ${asBlobs('version', 'document')} FROM nightly_releases WHERE client = ? AND platform = ?`,
          client,
          platform,
        ).map(({ version, document }) => [textOf(version), textOf(document)]),
      );
      for (const release of releases) {
        const document = JSON.stringify(release);
        if (known.get(release.version) !== document)
          run(
            'INSERT OR REPLACE INTO nightly_releases (client, platform, version, document) VALUES (?, ?, ?, ?)',
            client,
            platform,
            release.version,
            document,
          );
      }
    },
    skips: (subject) =>
      all(
        `SELECT nights, ${asBlobs('version', 'question', 'day', 'reason')} FROM nightly_skips WHERE subject = ?`,
        subject,
      ).map(({ version, question, nights, day, reason }) => ({
        version: textOf(version),
        question: textOf(question),
        nights: Number(nights),
        day: textOf(day),
        reason: textOf(reason),
      })),
    noteSkip: (subject, { version, question, reason, day }) =>
      run(
        `INSERT INTO nightly_skips (subject, version, question, nights, day, reason) VALUES (?, ?, ?, 1, ?, ?)
          ON CONFLICT DO UPDATE SET nights = nights + (day <> excluded.day), day = excluded.day, reason = excluded.reason`,
        subject,
        version,
        question,
        day,
        reason,
      ),
    changes: (subject) => (subject === undefined ? changes('') : changes('WHERE subject = ?', subject)),
    addChange: (change) =>
      run(
        'INSERT OR IGNORE INTO nightly_changes (id, subject, announced, document) VALUES (?, ?, 0, ?)',
        change.id,
        change.subject,
        gzipSync(JSON.stringify(change)),
      ),
    delivery: (change, channel) => {
      const [found] = all(
        `SELECT attempts, delivered, ${asBlobs('place')} FROM nightly_deliveries WHERE change = ? AND channel = ?`,
        change,
        channel,
      );
      return {
        attempts: Number(found?.['attempts'] ?? 0),
        isDelivered: found?.['delivered'] === 1,
        place: found?.['place'] ? textOf(found['place']) : null,
      };
    },
    noteAttempt: (change, channel) =>
      run(
        `INSERT INTO nightly_deliveries (change, channel, attempts, delivered) VALUES (?, ?, 1, 0)
          ON CONFLICT DO UPDATE SET attempts = attempts + 1`,
        change,
        channel,
      ),
    noteDelivered: (change, channel, place) =>
      run(
        'UPDATE nightly_deliveries SET delivered = 1, place = ? WHERE change = ? AND channel = ?',
        place,
        change,
        channel,
      ),
    unannounced: () => changes('WHERE announced = 0'),
    noteAnnounced: (ids) =>
      run(
        'UPDATE nightly_changes SET announced = 1 WHERE id IN (SELECT value FROM json_each(?))',
        JSON.stringify(ids),
      ),
    finished: (name) => {
      const [found] = all(`SELECT ${asBlobs('document')} FROM nightly_finished WHERE name = ?`, name);
      return found && JSON.parse(textOf(found['document']));
    },
    noteFinished: (name, document) =>
      run(
        'INSERT OR REPLACE INTO nightly_finished (name, document) VALUES (?, ?)',
        name,
        JSON.stringify(document),
      ),
  };
}

type Row = Readonly<Record<string, unknown>>;

const unpacked = ({ document }: Row): ToldChange => unzippedOf(document) as ToldChange;
