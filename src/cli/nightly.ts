/** `nightly`: one night, its summary, and the exit code for whatever schedules it. */
import { resolve } from 'node:path';
import type { Verdict } from '../verdict/round.js';
import { DEFAULT_RULE } from '../search/question.js';
import { defaultJobs } from '../settings.js';
import { nightly as runNight, type Night, type NightlyOptions } from '../nightly/nightly.js';
import { channelSettings } from '../nightly/channels.js';
import { findConfig } from '../nightly/config-file.js';
import { planFrom } from '../nightly/config.js';
import { NightLog, type NightEvent } from '../nightly/log.js';
import { clientQuestion } from '../nightly/subjects-for.js';
import { assertRunnable } from '../registry/platform.js';
import { printJson, progressOn } from './console.js';
import { cacheDirFor, redactorFor, targetFor, type Context } from './context.js';
import { printUnheeded } from './github-actions.js';
import { nightDocument, nightNumbers, nightText } from './night-text.js';
import type { Progress } from './progress.js';
import type { NightlyRequest } from './requests.js';

const EXIT_REGRESSION = 1;

/**
 * Carries out one night.
 * @returns 0; 1 if a regression was found that nobody was told of before, whatever failed besides: failures are said on stderr and in
 *   `errors`; else 4 (or the code of the failure) if the environment failed
 * @throws BisectError for bad input, while another night is at work, and for a ledger that cannot be used
 */
export async function nightly(request: NightlyRequest, context: Context): Promise<number> {
  const began = performance.now();
  const redact = redactorFor(request, context);
  const progress = await progressOn(context.console, request.quiet || request.logJson);
  const options = await optionsFor(request, context, logFor(request, context, progress, redact), redact);
  try {
    const night = await runNight(options, context.signal, (ended) => {
      const outcome = { night: ended, options, elapsedMs: Math.round(performance.now() - began) };
      options.log.say('ended', nightNumbers(outcome));
      progress.close();
      // With --log-json every line of stderr is JSON: failures were logged when they happened.
      if (!request.logJson) for (const note of notesOf(ended)) progress.note(redact(note));
      if (request.json) printJson(context.console, nightDocument(outcome));
      else printUnheeded(context.console, nightText(outcome, context.console));
    });
    return exitCodeOf(night);
  } finally {
    progress.close();
  }
}

const notesOf = ({ notes, failures }: Night): string[] => [
  ...new Set(notes),
  ...failures.map(({ message, hint }) => [message, hint].filter(Boolean).join('; ')),
];

/** A regression is in the news of one night alone: should that one end with another code, none would end with this. */
export function exitCodeOf({ failures, news }: Pick<Night, 'failures' | 'news'>): number {
  if (news.some(({ kind }) => kind === 'regression')) return EXIT_REGRESSION;
  return failures[0]?.exitCode ?? 0;
}

async function optionsFor(
  request: NightlyRequest,
  context: Context,
  log: NightLog,
  redact: (text: string) => string,
): Promise<NightlyOptions> {
  const { console, cwd } = context;
  const { config, folder } = await findConfig(request.config, cwd);
  const plan = planFrom(config, { ...request, scenarios: request.scenario });
  const target = targetFor({ platform: undefined }, context);
  assertRunnable(target, context.ownTarget);
  const cacheDir = cacheDirFor(request, context);
  const clients = [];
  for (const asked of plan.clients) {
    // Files that the command line names are looked for here, those of the configuration beside it.
    const place = request.scenario === undefined ? folder : cwd;
    clients.push(await clientQuestion(asked, target, { cwd: place, timeoutMs: request.timeoutMs }));
  }
  const rule = { ...DEFAULT_RULE, ...(plan.confirm === undefined ? {} : { confirm: plan.confirm }) };
  return {
    clients,
    target,
    folder: resolve(request.output === undefined ? folder : cwd, plan.output),
    notify: channelSettings(plan.notify, console.env, cwd),
    tell: context.tell,
    openWorkbench: context.openWorkbench,
    redact,
    retries: plan.retries,
    cacheDir,
    cacheLimitBytes: request.cacheLimitBytes,
    isolation: request.isolation,
    jobs: request.jobs ?? defaultJobs(),
    timeoutMs: request.timeoutMs,
    registry: request.registry,
    env: console.env,
    cwd,
    log,
    maker: {
      tool: context.toolVersion,
      host: context.host(),
      identity: context.identity(cacheDir),
      rule,
      newRunId: () => context.newRunId(),
    },
  };
}

/** With `--log-json` a line for each step; else what people like to see of it. */
function logFor(
  { logJson, quiet }: NightlyRequest,
  { console }: Context,
  progress: Progress,
  redact: (text: string) => string,
): NightLog {
  if (logJson)
    return new NightLog((event) => {
      const line = JSON.stringify({ at: new Date().toISOString(), ...event });
      console.stderr.write(`${redact(line)}\n`);
    });
  const heard = (event: NightEvent) => {
    if (!quiet) showEvent(event, progress, redact);
  };
  return new NightLog(heard, (version, stage) => progress.stage(version, stage));
}

function showEvent(
  { event, ...fields }: NightEvent,
  progress: Progress,
  redact: (text: string) => string,
): void {
  const { version, verdict, reason, column } = fields as Record<string, string>;
  if (event === 'round')
    progress.verdict(
      String(version),
      verdict as Verdict,
      `${String(column)}: ${redact(String(reason))}`,
      'run',
    );
  if (event === 'unavailable') progress.note(`${String(version)}: ${redact(String(reason))}`);
}
