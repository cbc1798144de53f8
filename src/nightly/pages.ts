/** From a night's answers to the files of the output folder: the table, the evidence behind it, and the reports. */
import { basename } from 'node:path';
import { clientById } from '../clients/index.js';
import type { NightLedger } from '../ledger/ledger.js';
import type { Identity } from '../machine.js';
import type { TestableRelease } from '../registry/releases.js';
import { armsOf } from '../report/evidence.js';
import { markdownOf } from '../report/issue.js';
import {
  releasePageHtml,
  releasePageMarkdown,
  versionTableMarkdown,
  versionTablePage,
} from '../report/nightly/pages.js';
import type {
  ClientTable,
  Files,
  PageRound,
  TableRow,
  VersionTable,
} from '../report/nightly/version-table.js';
import { redactRecorded, redactRun } from '../report/redact/redact.js';
import { htmlOf } from '../report/report-page.js';
import { reportOf } from '../report/report.js';
import { jsonText } from '../report/text.js';
import { keptScenarioOf, type Run } from '../run/run.js';
import type { Round } from '../verdict/round.js';
import type { ClientAnswer } from './client.js';
import { digestOfFile, digestOfText, putFile, type Output } from './output.js';
import type { Subject } from './subjects.js';
import { clientTable, fileNameOf } from './table.js';
import type { Watch } from './watch.js';
import { isRunnable, type SeenRelease } from './window.js';

export interface OutputContext {
  /** Absolute path of the folder. */
  readonly folder: string;
  readonly identity: Identity;
  /** Takes out of a text what others must not read. */
  readonly redact: (text: string) => string;
  readonly nights: NightLedger;
  /** A run that was kept; undefined if it is let go of. */
  readonly runOf: (id: string) => Run | undefined;
  /** Version of mcp-bisect: another one may lay the same pages out otherwise. */
  readonly tool: string;
}

export interface Written {
  readonly table: VersionTable;
  readonly output: Output;
  /** How many files were written because they were not there, or not so. */
  readonly written: number;
}

/**
 * Brings the folder up to date.
 * @param before what an earlier night left there
 * @throws BisectError `OUTPUT_NOT_WRITABLE`, `DISK_FULL`
 */
export async function writeOutput(
  answers: readonly ClientAnswer[],
  before: Output | undefined,
  context: OutputContext,
): Promise<Written> {
  const writer = new Writer(before, context);
  const clients: ClientTable[] = [];
  for (const answer of answers) clients.push(await writer.client(answer));
  const table: VersionTable = { schema: 1, clients };
  await writer.put('table.json', jsonText(table));
  await writer.put('table.md', versionTableMarkdown(table));
  await writer.put('index.html', versionTablePage(table));
  return { table, output: { files: writer.files, pages: writer.pages }, written: writer.written };
}

class Writer {
  readonly files: Record<string, string> = {};
  readonly pages: Record<string, string> = {};
  written = 0;
  readonly #before: Output | undefined;
  readonly #context: OutputContext;

  constructor(before: Output | undefined, context: OutputContext) {
    this.#before = before;
    this.#context = context;
  }

  async client(answer: ClientAnswer): Promise<ClientTable> {
    const { watches, releases } = answer;
    const reports = new Map<Watch, ReadonlyMap<string, Files>>();
    for (const watch of watches) reports.set(watch, await this.#reports(watch));
    const table = clientTable(answer, reports, this.#context.redact);
    const named = new Map(releases.map((release) => [release.version, release]));
    for (const row of table.rows)
      if (row.evidence)
        await this.#evidence(named.get(row.version) as SeenRelease, row, row.evidence, answer);
    return table;
  }

  async put(path: string, text: string): Promise<void> {
    if (await putFile(this.#context.folder, path, text)) this.written += 1;
    this.files[path] = digestOfText(text);
  }

  /** The reports on what was told of a subject, by the first release that is different. */
  async #reports(watch: Watch): Promise<Map<string, Files>> {
    const { client, column, key } = watch.subject;
    const present = new Set(watch.changes().map(({ direction, after }) => `${direction} ${after}`));
    const reports = new Map<string, Files>();
    for (const { direction, after, run } of this.#context.nights.changes(key)) {
      if (!present.has(`${direction} ${after}`)) continue;
      const base = `reports/${client.id}-${column.key}-${direction}-${fileNameOf(after)}`;
      const files = await this.#report({ markdown: `${base}.md`, html: `${base}.html` }, run);
      if (files) reports.set(after, files);
    }
    return reports;
  }

  /** Made once: a report is about the night on which it was news. */
  async #report(files: Files, id: string): Promise<Files | undefined> {
    if (await this.#isThere(files)) return files;
    const run = this.#context.runOf(id);
    if (!run) return (await this.#isThere(files, true)) ? files : undefined;
    const report = reportOf(redactRun(run), clientById(run.client));
    await this.put(files.markdown, markdownOf(report, { name: basename(files.markdown) }));
    await this.put(files.html, htmlOf(report, basename(files.html)));
    return files;
  }

  /** What was recorded of a release, as others may read it; made anew where it rests on another round, or is of another version. */
  async #evidence(
    release: SeenRelease,
    row: TableRow,
    files: Files,
    { client, watches }: ClientAnswer,
  ): Promise<void> {
    const { tool, identity } = this.#context;
    const rounds = isRunnable(release) ? watches.flatMap((watch) => roundShown(watch, release) ?? []) : [];
    const restsOn = rounds.map(({ subject, id }) => [subject.key, id]);
    const base = files.html.replace(/\.html$/, '');
    const key = digestOfText(`${tool} ${JSON.stringify([row, restsOn])}`);
    this.pages[base] = key;
    if (this.#before?.pages[base] === key && (await this.#isThere(files))) return;
    const shown = rounds.flatMap(({ subject, read }) => {
      const round = read();
      return round ? [[subject.column.key, pageRound(subject, round, identity)] as const] : [];
    });
    const page = {
      client: client.id,
      title: client.title,
      package: client.package,
      platform: watches[0]?.subject.platform ?? '',
      row,
      columns: watches.map(({ subject }) => subject.column),
      rounds: Object.fromEntries(shown),
    };
    await this.put(files.markdown, releasePageMarkdown(page));
    await this.put(files.html, releasePageHtml(page));
  }

  /**
   * Whether both are as an earlier night left them.
   * @param anyhow with whatever in them: where they could not be made anew
   */
  async #isThere({ markdown, html }: Files, anyhow = false): Promise<boolean> {
    const digests: [string, string][] = [];
    for (const path of [markdown, html]) {
      const digest = await digestOfFile(this.#context.folder, path);
      if (digest === undefined || !(anyhow || digest === this.#before?.files[path])) return false;
      digests.push([path, digest]);
    }
    Object.assign(this.files, Object.fromEntries(digests));
    return true;
  }
}

interface RoundShown {
  readonly subject: Subject;
  readonly id: number;
  /** Reads it from the ledger. */
  readonly read: () => Round | undefined;
}

/** The newest round with the verdict of the release, or, without any verdict, the newest that came to none. */
function roundShown(watch: Watch, release: TestableRelease): RoundShown | undefined {
  const { subject, rounds } = watch;
  const judgement = watch.standing(release)?.judgement;
  const standing = watch.known(release).find((round) => round.judgement === judgement);
  if (standing) {
    const { id } = standing;
    return { subject, id, read: () => rounds.recall(release).find((round) => round.id === id) };
  }
  const skip = rounds.recallSkip(release);
  return skip && { subject, id: skip.id, read: () => skip };
}

/** Without keys, names and paths of this machine. */
function pageRound(
  { client, scenario }: Subject,
  { judgement, observations }: Round,
  identity: Identity,
): PageRound {
  const redacted = redactRecorded({ judgement, observations }, identity, { client: client.id, scenario });
  const asked = { scenario: keptScenarioOf(scenario), oracle: null };
  return {
    isolation: redacted.observations[0]?.isolation ?? 'bwrap',
    arms: armsOf({ ...redacted, isWhole: true }, asked, client),
  };
}
