/** The nightly job: tests what is new of each client, tells what changed, and keeps the version table up to date. */
import { createHash } from 'node:crypto';
import { BisectError } from '../errors.js';
import { digestOf, openLedger, takeLock, type Ledger, type ToldChange } from '../ledger/ledger.js';
import { loadNpmOptions } from '../registry/npm-config.js';
import { isUnchanged, type Validators } from '../registry/packument.js';
import type { VersionTable } from '../report/nightly/version-table.js';
import { channelKeys, type ChannelSettings } from './channels.js';
import type { ClientAnswer, ClientWorld } from './client.js';
import { isUntouched, type Output } from './output.js';
import type { OutputContext, Written } from './pages.js';
import type { ClientQuestion } from './subjects.js';
import { isUntold, type tellApart, type Told } from './telling.js';

export interface NightlyOptions extends Omit<ClientWorld, 'ledger' | 'channels' | 'today'> {
  readonly clients: readonly ClientQuestion[];
  /** Absolute path of the output folder. */
  readonly folder: string;
  /** Where people are told. */
  readonly notify: readonly ChannelSettings[];
  readonly tell: typeof tellApart;
  readonly redact: OutputContext['redact'];
}

/** What came of a night. */
export interface Night {
  /** Nothing was published since the last night, and nothing was left to do: no release was looked at. */
  readonly isQuiet: boolean;
  /** What changed, and was told everywhere by now: each is said by one night. */
  readonly news: readonly ToldChange[];
  /** What is still to be told. */
  readonly untold: readonly ToldChange[];
  readonly told: readonly Told[];
  /** Null on a quiet night, and where the environment failed. */
  readonly table: VersionTable | null;
  readonly notes: readonly string[];
  readonly downloads: number;
  /** Executables that were needed and there already. */
  readonly cacheHits: number;
  readonly filesWritten: number;
  /** Of the environment, of any client. With one the night is not over: the next one goes on from there. */
  readonly failures: readonly BisectError[];
}

/**
 * One night. What it learns is in the ledger at once, so that it can be ended anywhere and begun again.
 * @param say makes it known; what is in `news` is in that of no other night once this has returned
 * @throws BisectError `NIGHT_RUNNING` while another one has the same ledger; of the ledger; the reason of `signal`
 */
export async function nightly(
  options: NightlyOptions,
  signal: AbortSignal,
  say: (night: Night) => void,
): Promise<Night> {
  const { cacheDir } = options;
  const lock = takeLock(cacheDir, 'nightly');
  if (!lock)
    throw new BisectError('NIGHT_RUNNING', `another nightly job is at work on ${cacheDir}`, {
      hint: 'wait for it, or name another folder with --cache-dir',
      facts: { cacheDir },
    });
  try {
    const ledger = openLedger(cacheDir);
    try {
      const night = await new NightJob(options, ledger, signal).run();
      say(night);
      ledger.nights.noteAnnounced(night.news.map(({ id }) => id));
      return night;
    } finally {
      ledger.close();
    }
  } finally {
    lock.release();
  }
}

/** What a night leaves for the next one. */
interface Finished {
  /** By client. */
  readonly validators: Readonly<Record<string, Validators>>;
  readonly isComplete: boolean;
  readonly output: Output;
}

class NightJob {
  readonly #options: NightlyOptions;
  readonly #ledger: Ledger;
  readonly #signal: AbortSignal;
  readonly #world: ClientWorld;
  readonly #failures: BisectError[] = [];
  /** Clients whose registry did not answer when it was asked what is new. */
  readonly #unreachable = new Set<string>();

  constructor(options: NightlyOptions, ledger: Ledger, signal: AbortSignal) {
    this.#options = options;
    this.#ledger = ledger;
    this.#signal = signal;
    const today = new Date().toISOString().slice(0, 10);
    this.#world = { ...options, ledger, channels: channelKeys(options.notify), today };
  }

  async run(): Promise<Night> {
    const { clients, log } = this.#options;
    const { nights } = this.#ledger;
    const before = nights.finished(this.#name()) as Finished | undefined;
    const isQuiet = before !== undefined && (await this.#isQuiet(before));
    log.say(isQuiet ? 'quiet' : 'began', { clients: clients.map(({ client }) => client.id) });
    const answers = isQuiet ? [] : await this.#askAll();
    // The table is of all clients, or as the last night left it.
    const isWhole = answers.length === clients.length;
    const written = isWhole ? await this.#write(answers, before) : undefined;
    const told = await this.#tell();
    return {
      isQuiet,
      news: nights.unannounced().filter((change) => !this.#isUntold(change)),
      untold: nights.changes().filter((change) => this.#isUntold(change)),
      told,
      table: written?.table ?? null,
      notes: answers.flatMap(({ notes }) => notes),
      downloads: answers.reduce((sum, { downloads }) => sum + downloads, 0),
      cacheHits: answers.reduce((sum, { cacheHits }) => sum + cacheHits, 0),
      filesWritten: written?.written ?? 0,
      failures: this.#failures,
    };
  }

  /** The same name for the same questions, asked of the same registry, for the same folder. */
  #name(): string {
    const { clients, folder, target, registry, maker, retries, isolation } = this.#options;
    const questions = clients.map(({ plan, subjects }) => [
      plan,
      subjects.map(({ scenario }) => digestOf(scenario)),
    ]);
    const asked = [questions, folder, target, registry ?? null, maker.tool, maker.rule, retries, isolation];
    return createHash('sha256').update(JSON.stringify(asked)).digest('hex');
  }

  async #isQuiet({ validators, isComplete, output }: Finished): Promise<boolean> {
    const { clients, folder } = this.#options;
    if (!isComplete || !(await isUntouched(folder, output))) return false;
    const quiet = await Promise.all(
      clients.map(async ({ client }) => {
        const known = validators[client.id];
        const isQuiet = await this.#orFailure(
          async () => known && this.#hasNothingNew(client.package, known),
        );
        if (isQuiet === undefined && known) this.#unreachable.add(client.id);
        return isQuiet === true;
      }),
    );
    return !quiet.includes(false);
  }

  /** Whether the registry has nothing that it had not on the night before: one conditional request. */
  async #hasNothingNew(name: string, known: Validators): Promise<boolean> {
    const onWait = (note: string) => this.#options.log.say('note', { note });
    const npm = await loadNpmOptions({ ...this.#options, offline: false, onWait });
    return isUnchanged(name, known, npm, this.#signal);
  }

  async #askAll(): Promise<ClientAnswer[]> {
    // A quiet night need not load all that runs releases and lays out pages.
    const { askClient } = await import('./client.js');
    const answers: ClientAnswer[] = [];
    for (const question of this.#options.clients) {
      if (this.#unreachable.has(question.client.id)) continue;
      const answer = await this.#orFailure(() => askClient(question, this.#world, this.#signal));
      if (!answer) continue;
      answers.push(answer);
      this.#failures.push(...answer.failures);
    }
    return answers;
  }

  async #write(answers: readonly ClientAnswer[], before: Finished | undefined): Promise<Written | undefined> {
    const { folder, redact, maker } = this.#options;
    const { nights } = this.#ledger;
    const { writeOutput } = await import('./pages.js');
    const runOf = (id: string) => this.#ledger.run(id);
    const context = { folder, redact, identity: maker.identity, nights, runOf, tool: maker.tool };
    const written = await this.#orFailure(() => writeOutput(answers, before?.output, context));
    if (written)
      nights.noteFinished(this.#name(), {
        validators: Object.fromEntries(answers.map(({ client, validators }) => [client.id, validators])),
        isComplete: answers.every(({ isComplete }) => isComplete),
        output: written.output,
      } satisfies Finished);
    return written;
  }

  #isUntold(change: ToldChange): boolean {
    return isUntold(this.#ledger.nights, change, this.#world.channels);
  }

  async #tell(): Promise<Told[]> {
    const { cacheDir, notify: channels, tell, env, log } = this.#options;
    const told: Told[] = [];
    if (!this.#ledger.nights.changes().some((change) => this.#isUntold(change))) return told;
    await this.#orFailure(() =>
      tell({ cacheDir, channels }, env, this.#signal, (one) => {
        told.push(one);
        const { channel, error } = one;
        log.say(error === null ? 'told' : 'not-told', { ...one });
        if (error === null) return;
        const failure = new BisectError(
          'NOT_DELIVERED',
          `a change could not be told to ${channel}: ${error}`,
          { hint: 'it is kept, and told on the next night' },
        );
        this.#failures.push(failure);
      }),
    );
    return told;
  }

  /** A failure of the environment ends one part of the night, and not what else can be done. */
  async #orFailure<Result>(action: () => Promise<Result>): Promise<Result | undefined> {
    try {
      return await action();
    } catch (error) {
      this.#signal.throwIfAborted();
      if (!(error instanceof BisectError)) throw error;
      this.#failures.push(error);
      this.#options.log.say('failed', { code: error.code, message: error.message, hint: error.hint ?? null });
      return undefined;
    }
  }
}
