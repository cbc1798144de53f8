/** `launch`: one release by hand, in the room, with the scenario's servers and the user's own terminal. */
import { badOption, BisectError } from '../errors.js';
import { ownIdentity } from '../machine.js';
import type { OwnTerminal } from '../probe/by-hand.js';
import { evidenceOf, runsText } from '../report/round-text.js';
import { redactRecorded } from '../report/redact/redact.js';
import { armNamed } from '../scenarios/scenario.js';
import { DEFAULT_TIMEOUT_MS } from '../settings.js';
import { runByHand } from '../session/probe.js';
import { brokenRun } from '../verdict/judge.js';
import { inSession } from './asking.js';
import type { Typed } from './commands.js';
import { coloursFor, print } from './console.js';
import type { Context } from './context.js';
import { headlineOf } from '../report/terminal.js';

/**
 * Runs the release until its user ends it, and prints what its servers saw.
 * @returns 0; 3 where that shows nothing of the release; 4 where our own side failed
 * @throws BisectError for bad input, without a terminal, and for a failing environment
 */
export async function launch(asked: string, request: Typed<'launch'>, context: Context): Promise<number> {
  if (request.json)
    throw badOption(
      'launch gives the client your terminal: there is no document',
      'leave --json out; "mcp-bisect probe" with --json records what a release does',
    );
  const { console, signal } = context;
  const terminal = ownTerminal(process.stdin, process.stdout, console.env);
  return inSession({ ...request, ...BY_HAND }, [asked], context, async ({ session, options, progress }) => {
    const { client, scenario, target: platform, mode, cacheDir } = options;
    const arm = armNamed(scenario, request.arm);
    const { isolation } = session;
    const facts = { client: client.id, scenario: scenario.id, arms: [arm.id], platform, mode, isolation };
    const lent: OwnTerminal = {
      ...terminal,
      open: (...listeners) => {
        progress.close();
        print(console, `${headlineOf(facts)}\n${introductionTo(scenario.prompt)}\n`);
        return terminal.open(...listeners);
      },
    };
    const seen = await runByHand(session, asked, arm, lent, signal);
    const { version } = seen;
    const broken = brokenRun(seen, version, client);
    const { reason, cause } = broken ?? { reason: 'run by hand, and not judged', cause: null };
    const judgement = { verdict: 'skip', reason, cause, findings: [], runs: 1 } as const;
    const recorded = { judgement, observations: [seen] };
    const shown = request.redact
      ? redactRecorded(recorded, ownIdentity(cacheDir), { client: client.id, scenario })
      : recorded;
    const colours = coloursFor(console);
    const text = broken
      ? evidenceOf({ version, ...shown }, client, colours)
      : [`${colours.bold(version)}  ${reason}`, ...runsText(shown, client, colours)].join('\n');
    print(console, text);
    if (cause === null) return 0;
    return cause === 'environment' ? 4 : 3;
  });
}

/** What a session needs to know of a run that has no limits and no judge. */
const BY_HAND = {
  mode: 'interactive',
  arm: [] as string[],
  sameFailure: false,
  static: false,
  jobs: 1,
  timeout: DEFAULT_TIMEOUT_MS,
} as const;

const introductionTo = (prompt: string) =>
  `Its model is a script: whatever you ask, it does what the scenario says, as for "${prompt}" Ctrl-] ends the client.`;

/**
 * What a client that was ended may have left switched on: the alternate screen, a hidden cursor, pasting in brackets, reports of mouse
 * and focus, keyboards that say more (xterm's ctlseqs; kitty's keyboard protocol). To a terminal that has none of it on it is nothing. Last,
 * what it drew below the cursor goes.
 */
const AS_IT_WAS =
  '\u001b[?1047l\u001b[?25h\u001b[?2004l\u001b[?1000l\u001b[?1002l\u001b[?1003l\u001b[?1006l\u001b[?1004l\u001b[>4m\u001b[<u\u001b[0m\r\n\u001b[J';

/** @throws BisectError `TERMINAL_UNAVAILABLE` where stdin or stdout is none */
function ownTerminal(
  stdin: NodeJS.ReadStream,
  stdout: NodeJS.WriteStream,
  { TERM: term = 'xterm-256color' }: NodeJS.ProcessEnv,
): OwnTerminal {
  const missing = stdin.isTTY ? !stdout.isTTY && 'stdout' : 'stdin';
  if (missing)
    throw new BisectError(
      'TERMINAL_UNAVAILABLE',
      `launch gives the client your terminal, and ${missing} is none`,
      {
        hint: 'run it in a terminal, without pipes; "mcp-bisect probe" runs a release without one',
      },
    );
  return {
    term,
    // A terminal that nobody looks at may have no size.
    size: () => ({ columns: stdout.columns || 80, rows: stdout.rows || 24 }),
    write: (bytes) => stdout.write(bytes),
    open: (onTyped, onResized) => {
      stdin.setRawMode(true).on('data', onTyped).resume();
      stdout.on('resize', onResized);
      return () => {
        stdout.off('resize', onResized);
        stdin.off('data', onTyped).setRawMode(false).pause();
        stdout.write(AS_IT_WAS);
      };
    },
  };
}
