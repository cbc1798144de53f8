/** `launch`: one release by hand, in the room, with the scenario's servers and the user's own terminal. */
import { DEFAULT_TIMEOUT_MS } from '../settings.js';
import { BisectError } from '../errors.js';
import type { OwnTerminal } from '../probe/by-hand.js';
import { runByHand } from '../session/probe.js';
import { headlineOf } from '../report/terminal.js';
import { evidenceOf, runsText } from '../report/round-text.js';
import { redactRecorded } from '../report/redact/redact.js';
import { armNamed } from '../scenarios/scenario.js';
import { assertRunnable } from '../registry/platform.js';
import { brokenRun } from '../verdict/judge.js';
import { coloursFor, print, progressOn } from './console.js';
import { closeQuietly, sessionOptions, type Context } from './context.js';
import type { LaunchRequest } from './requests.js';

/**
 * Runs the release until its user ends it, and prints what its servers saw.
 * @returns 0; 3 where that shows nothing of the release; 4 where our own side failed
 * @throws BisectError for bad input, without a terminal, and for a failing environment
 */
export async function launch(request: LaunchRequest, context: Context): Promise<number> {
  if (request.json)
    throw new BisectError('BAD_OPTION', 'launch gives the client your terminal: there is no document', {
      hint: 'leave --json out; "mcp-bisect probe" with --json records what a release does',
    });
  const terminal = context.ownTerminal();
  const progress = await progressOn(context.console, request.quiet);
  const options = await sessionOptions({ ...request, ...BY_HAND }, [request.version], context, progress);
  assertRunnable(options.target, context.ownTarget);
  const { client, scenario, target: platform, mode } = options;
  const arm = armNamed(scenario, request.arm);
  const session = await context.openSession(options);
  try {
    for (const note of session.notes) progress.note(note);
    const { isolation } = session;
    const facts = { client: client.id, scenario: scenario.id, arms: [arm.id], platform, mode, isolation };
    const lent: OwnTerminal = {
      ...terminal,
      open: (...listeners) => {
        progress.close();
        print(context.console, `${headlineOf(facts)}\n${introductionTo(scenario.prompt)}\n`);
        return terminal.open(...listeners);
      },
    };
    const seen = await runByHand(session, request.version, arm, lent, context.signal);
    const { version } = seen;
    const broken = brokenRun(seen, version, client);
    const { reason, cause } = broken ?? { reason: 'run by hand, and not judged', cause: null };
    const judgement = { verdict: 'skip', reason, cause, findings: [], runs: 1 } as const;
    const recorded = { judgement, observations: [seen] };
    const shown = request.redact
      ? redactRecorded(recorded, context.identity(options.cacheDir), { client: client.id, scenario })
      : recorded;
    const colours = coloursFor(context.console);
    if (broken) print(context.console, evidenceOf({ version, ...shown }, client, colours));
    else
      print(
        context.console,
        [`${colours.bold(version)}  ${reason}`, ...runsText(shown, client, colours)].join('\n'),
      );
    if (cause === null) return 0;
    return cause === 'environment' ? 4 : 3;
  } finally {
    progress.close();
    await closeQuietly(session, progress);
  }
}

/** What a session needs to know of a run that has no limits and no judge. */
const BY_HAND = {
  mode: 'interactive',
  arm: [],
  oracle: undefined,
  hang: undefined,
  sameFailure: false,
  static: false,
  jobs: 1,
  timeoutMs: DEFAULT_TIMEOUT_MS,
} as const;

const introductionTo = (prompt: string) =>
  `Its model is a script: whatever you ask, it does what the scenario says, as for "${prompt}" Ctrl-] ends the client.`;
