/** From a night's answers to the files of the output folder: the table, the evidence behind it, and the reports. */
import { basename } from 'node:path';
import { clientById } from '../clients/index.js';
import type { Run } from '../run/run.js';
import type { Identity } from '../machine.js';
import type { NightLedger } from '../ledger/ledger.js';
import { htmlOf } from '../report/report-page.js';
import { markdownOf } from '../report/issue.js';
import {
  releasePageHtml,
  releasePageMarkdown,
  versionTableMarkdown,
  versionTablePage,
} from '../report/nightly/pages.js';
import type { ClientTable, Files, TableRow, VersionTable } from '../report/nightly/version-table.js';
import { reportOf } from '../report/report.js';
import { redactRun } from '../report/redact/redact.js';
import { jsonText } from '../report/text.js';
import type { ClientAnswer } from './client.js';
import { digestOfFile, digestOfText, putFile, type Output } from './output.js';
import { pageKey, pageMatter, releasePage } from './release-pages.js';
import { clientTable, fileNameOf, type KnownSubject } from './version-table-of.js';
import type { Watch } from './watch.js';
import { isRunnable, type NightRelease, type SeenRelease } from './window.js';

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

  async client({ client, watches, releases }: ClientAnswer): Promise<ClientTable> {
    const known: KnownSubject[] = [];
    for (const watch of watches)
      known.push(knownSubject(watch, releases, await this.#reports(watch), this.#context.redact));
    const platform = watches[0]?.subject.platform ?? '';
    const table = clientTable(client, platform, releases, known);
    const named = new Map(releases.map((release) => [release.version, release]));
    for (const row of table.rows) await this.#evidence(named.get(row.version) as NightRelease, row, watches);
    return table;
  }

  async put(path: string, text: string): Promise<void> {
    if (await putFile(this.#context.folder, path, text)) this.written += 1;
    this.files[path] = digestOfText(text);
  }

  /** The reports on what was told of a subject, by the first release that is different. */
  async #reports(watch: Watch): Promise<Map<string, Files>> {
    const { nights } = this.#context;
    const { subject } = watch;
    const present = new Set(watch.changes().map(({ direction, after }) => `${direction} ${after}`));
    const reports = new Map<string, Files>();
    for (const { direction, after, run } of nights.changes(subject.key)) {
      if (!present.has(`${direction} ${after}`)) continue;
      const files = await this.#report(
        `reports/${subject.client.id}-${subject.column.key}-${direction}-${fileNameOf(after)}`,
        run,
      );
      if (files) reports.set(after, files);
    }
    return reports;
  }

  /** Made once: a report is about the night on which it was news. */
  async #report(base: string, id: string): Promise<Files | undefined> {
    const files: Files = { markdown: `${base}.md`, html: `${base}.html` };
    if (await this.#isThere(files)) return files;
    const run = this.#context.runOf(id);
    if (!run) return (await this.#isThere(files, true)) ? files : undefined;
    const report = reportOf(redactRun(run), clientById(run.client));
    await this.put(files.markdown, markdownOf(report, { name: basename(files.markdown) }));
    await this.put(files.html, htmlOf(report, basename(files.html)));
    return files;
  }

  async #evidence(release: SeenRelease, row: TableRow, watches: readonly Watch[]): Promise<void> {
    if (!row.evidence) return;
    const { tool, identity } = this.#context;
    const matter = pageMatter(release, row, watches);
    const base = row.evidence.html.replace(/\.html$/, '');
    const key = digestOfText(`${tool} ${pageKey(matter)}`);
    this.pages[base] = key;
    if (this.#before?.pages[base] === key && (await this.#isThere(row.evidence))) return;
    const page = releasePage(matter, watches, identity);
    await this.put(row.evidence.markdown, releasePageMarkdown(page));
    await this.put(row.evidence.html, releasePageHtml(page));
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

function knownSubject(
  watch: Watch,
  releases: readonly SeenRelease[],
  reports: ReadonlyMap<string, Files>,
  redact: (text: string) => string,
): KnownSubject {
  const runnable = releases.filter(isRunnable);
  const byVersion = <Value>(valueOf: (release: (typeof runnable)[number]) => Value | undefined) =>
    new Map(
      runnable.flatMap((release) => {
        const value = valueOf(release);
        return value === undefined ? [] : [[release.version, value] as const];
      }),
    );
  return {
    subject: watch.subject,
    changes: watch.changes(),
    summaries: byVersion((release) => {
      const summary = watch.summary(release);
      return summary && { ...summary, reason: redact(summary.reason) };
    }),
    skips: byVersion((release) => {
      const reason = watch.examiner.skipReason(release);
      return reason === undefined ? undefined : redact(reason);
    }),
    testedAt: byVersion((release) => watch.examiner.known(release).at(-1)?.recordedAt),
    reports,
  };
}
