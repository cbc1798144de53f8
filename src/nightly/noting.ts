/** Writes what is news into the ledger, from where it will be told whatever happens. */
import type { Release } from '../registry/releases.js';
import type { Ledger, ToldChange } from '../ledger/ledger.js';
import { reportOf } from '../report/report.js';
import { redactRun } from '../report/redact/redact.js';
import type { NightLog } from './log.js';
import { messageOf } from './message-of.js';
import { newsAmong, type News } from './news.js';
import { runOnChange, type RunMaker } from './news-run.js';
import type { SeenChange, Watch } from './watch.js';

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
    watch.examiner.forget();
    if (run) note(watch, news, run, context);
    else {
      held.push(news.change);
      log.change(watch.subject, { ...news.change, isNews: false });
    }
  }
}

/** The change itself, or the one of the other direction right after it, which would be told as its end. */
function follows(change: SeenChange, held: SeenChange, changes: readonly SeenChange[]): boolean {
  const isHeld = (one: SeenChange) => one.before === held.before && one.after === held.after;
  const place = changes.findIndex(isHeld);
  return isHeld(change) || (place >= 0 && changes[place + 1] === change);
}

type Noted = NonNullable<Awaited<ReturnType<typeof runOnChange>>>;

function note(
  { subject }: Watch,
  news: News,
  run: Noted,
  { ledger, releases, channels, log }: NotingContext,
): void {
  const { id, kind, about, change } = news;
  const { direction, before, after } = change;
  ledger.keep(run);
  const report = reportOf(redactRun(run), subject.client);
  const published = releases.find(({ version }) => version === after);
  const message = messageOf(news, subject, report, published ?? { publishedAt: null, timeDoubtful: false });
  const told: ToldChange = {
    id,
    subject: subject.key,
    kind,
    direction,
    before,
    after,
    about,
    message,
    run: run.id,
    channels,
  };
  ledger.nights.addChange(told);
  log.say('news', { id, kind, subject: subject.key, title: message.title });
}
