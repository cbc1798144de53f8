/** `nightly`: one night, its summary, and the exit code for whatever schedules it. */
import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { hostSystem, ownIdentity, ownTarget, toolVersion } from '../machine.js';
import type { Verdict } from '../verdict/round.js';
import { DEFAULT_RULE } from '../search/question.js';
import { defaultJobs } from '../settings.js';
import { nightly as runNight, type Night, type NightlyOptions } from '../nightly/nightly.js';
import { channelSettings } from '../nightly/channels.js';
import { findConfig, planFrom } from '../nightly/config.js';
import { NightLog, type NightEvent } from '../nightly/log.js';
import { tellApart } from '../nightly/telling.js';
import { openWorkbench } from '../session/session.js';
import { clientQuestion } from '../nightly/subjects.js';
import { assertRunnable } from '../registry/platform.js';
import type { Typed } from './commands.js';
import { printJson, progressOn } from './console.js';
import { cacheDirFor, redactorFor, targetFor, type Context } from './context.js';
import { printUnheeded } from './github-actions.js';
import { nightDocument, nightNumbers, nightText } from './night-text.js';
import type { Progress } from './progress.js';

const EXIT_REGRESSION = 1;

type NightlyRequest = Typed<'nightly'>;
/** What starts processes: rooms, and the one that tells. */
type Processes = Pick<NightlyOptions, 'openWorkbench' | 'tell'>;

/**
 * Carries out one night.
 * @returns 0; 1 if a regression was found that nobody was told of before, whatever failed besides: failures are said on stderr and in
 *   `errors`; else 4 (or the code of the failure) if the environment failed
 * @throws BisectError for bad input, while another night is at work, and for a ledger that cannot be used
 */
export async function nightly(
  request: NightlyRequest,
  context: Context,
  processes: Processes = { openWorkbench, tell: tellApart },
): Promise<number> {
  const began = performance.now();
  const redact = redactorFor(request);
  const progress = await progressOn(context.console, request.quiet || request.logJson);
  const log = logFor(request, context, progress, redact);
  const options = { ...(await optionsFor(request, context)), ...processes, redact, log };
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
  { console, cwd }: Context,
): Promise<Omit<NightlyOptions, keyof Processes | 'redact' | 'log'>> {
  const {
    timeout: timeoutMs,
    cacheLimit: cacheLimitBytes,
    isolation,
    registry,
    jobs = defaultJobs(),
  } = request;
  const { config, folder } = await findConfig(request.config, cwd);
  const plan = planFrom(config, { ...request, scenarios: request.scenario });
  const target = targetFor(undefined);
  assertRunnable(target, ownTarget());
  const cacheDir = cacheDirFor(request);
  const clients = [];
  for (const asked of plan.clients) {
    // Files that the command line names are looked for here, those of the configuration beside it.
    const beside = request.scenario === undefined ? folder : cwd;
    clients.push(await clientQuestion(asked, target, { cwd: beside, timeoutMs }));
  }
  const place = { target, cacheDir, cacheLimitBytes, isolation, jobs, timeoutMs, registry, cwd };
  return {
    ...place,
    clients,
    folder: resolve(request.output === undefined ? folder : cwd, plan.output),
    notify: channelSettings(plan.notify, console.env, cwd),
    retries: plan.retries,
    env: console.env,
    maker: {
      tool: toolVersion(),
      host: hostSystem(),
      identity: ownIdentity(cacheDir),
      rule: { ...DEFAULT_RULE, ...(plan.confirm !== undefined && { confirm: plan.confirm }) },
      newRunId: () => randomBytes(4).toString('hex'),
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
  const { version = '', verdict, reason = '', column } = fields as Record<string, string>;
  const said = redact(reason);
  if (event === 'round') progress.verdict(version, verdict as Verdict, `${column}: ${said}`, 'run');
  if (event === 'unavailable') progress.note(`${version}: ${said}`);
}
