/** Writes what is news into the ledger, from where it will be told whatever happens. */
import type { Ledger } from '../ledger/ledger.js';
import type { Identity } from '../machine.js';
import type { Release } from '../registry/releases.js';
import { redactRun } from '../report/redact/redact.js';
import { reportOf } from '../report/report.js';
import { keptRunOf, type Run } from '../run/run.js';
import type { Isolation } from '../sandbox/steps.js';
import { isReleaseFault } from '../search/drive.js';
import type { Rule } from '../search/question.js';
import type { RangeAnswer } from '../session/bisect.js';
import type { NightLog } from './log.js';
import { messageOf, newsAmong, type News } from './news.js';
import { nameOf, type SeenChange, type Watch } from './watch.js';

export interface RunMaker {
  readonly tool: string;
  readonly host: Run['host'];
  readonly identity: Identity;
  readonly isolation: Isolation;
  readonly rule: Rule;
  readonly newRunId: () => string;
}

export interface NotingContext {
  readonly ledger: Ledger;
  /** What is published now. */
  readonly releases: readonly Release[];
  readonly maker: RunMaker;
  /** Where it is to be told: keys of channels. */
  readonly channels: readonly string[];
  readonly log: NightLog;
}

/**
 * Notes every change of a subject that nobody was told of. What another bisection does not bear out is held back, and with it what
 * would refer to it.
 * @returns the changes that were held back: another night has to look at them
 * @throws BisectError when the environment fails
 */
export async function noteNews(
  watch: Watch,
  context: NotingContext,
  signal: AbortSignal,
): Promise<readonly SeenChange[]> {
  const { ledger, log } = context;
  const { key } = watch.subject;
  const held: SeenChange[] = [];
  for (;;) {
    // What is run for the report on one change may show another, which the next one may be the end of.
    await watch.settleAll(signal, (change) => log.change(watch.subject, change));
    const changes = watch.changes();
    const free = changes.filter((change) => !held.some((one) => follows(change, one, changes)));
    const [news] = newsAmong(key, free, ledger.nights.changes(key));
    if (!news) return held;
    const run = await runOnChange(watch, news.change, context.maker, signal);
    watch.forget();
    if (run) note(watch, news, run, context);
    else {
      held.push(news.change);
      log.change(watch.subject, { ...news.change, isNews: false });
    }
  }
}

/** The change itself, or the one of the other direction right after it, which would be told as its end. */
function follows(change: SeenChange, held: SeenChange, changes: readonly SeenChange[]): boolean {
  const place = changes.findIndex((one) => nameOf(one) === nameOf(held));
  return nameOf(change) === nameOf(held) || (place >= 0 && changes[place + 1] === change);
}

function note({ subject }: Watch, news: News, run: Run, context: NotingContext): void {
  const { ledger, releases, channels, log } = context;
  const { id, kind, about, change } = news;
  const { direction, before, after } = change;
  ledger.keep(run);
  const report = reportOf(redactRun(run), subject.client);
  const published = releases.find(({ version }) => version === after);
  const message = messageOf(news, subject, report, published ?? { publishedAt: null, timeDoubtful: false });
  const told = { id, subject: subject.key, kind, direction, before, after, about, run: run.id };
  ledger.nights.addChange({ ...told, message, channels });
  log.say('news', { id, kind, subject: subject.key, title: message.title });
}

/** Releases of each side that a report shows, where there are so many alike: as many as the report of shared/seed/ has. */
const SHOWN = 4;

/**
 * Asks once more, mostly from the ledger, about a change among its like. Undefined where the answer is not that change: then it
 * is no news.
 * @throws BisectError when the environment fails
 */
async function runOnChange(
  watch: Watch,
  change: SeenChange,
  maker: RunMaker,
  signal: AbortSignal,
): Promise<Run | undefined> {
  const wide = watch.around(change, SHOWN);
  const narrow = { older: change.before, newer: change.after };
  for (const { older, newer } of [wide, narrow]) {
    const began = performance.now();
    const found = await watch.ask(change.direction, older, newer, signal).catch((error: unknown) => {
      if (!isReleaseFault(error)) throw error;
    });
    if (found && isAbout(found, change))
      return keep(watch, found, { older, newer }, performance.now() - began, maker);
  }
  return undefined;
}

function isAbout({ answer }: RangeAnswer, { before, after }: SeenChange): boolean {
  const [change] = answer.changes;
  const { boundary, contradictions = [] } = change ?? {};
  return boundary?.before === before && boundary.after === after && contradictions.length === 0;
}

/** The run as `mcp-bisect run` would have kept it: the report is made of it. */
function keep(
  { subject, rounds }: Watch,
  found: RangeAnswer,
  { older, newer }: { readonly older: string; readonly newer: string },
  elapsedMs: number,
  { newRunId, isolation, ...maker }: RunMaker,
): Run {
  const { client, scenario, scenarioName, platform, mode } = subject;
  const isFix = found.answer.changes[0]?.direction === 'fix';
  const asked = scenario.file ? `./${scenario.file.name}` : scenarioName;
  return keptRunOf(found, {
    ...maker,
    id: newRunId(),
    startedAt: new Date(Date.now() - elapsedMs).toISOString(),
    reproduce: [
      'run',
      '--client',
      client.id,
      '--scenario',
      asked,
      ...(isFix ? ['--find-fix', '--bad', older, '--good', newer] : ['--good', older, '--bad', newer]),
      ...(mode === 'headless' ? [] : ['--mode', mode]),
    ],
    scenario,
    facts: {
      client: client.id,
      scenario: scenario.id,
      platform,
      mode,
      isolation,
      oracle: null,
      arms: null,
      probed: found.probed,
      downloads: rounds.downloads(),
      elapsedMs: Math.round(elapsedMs),
    },
  });
}
