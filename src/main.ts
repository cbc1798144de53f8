/** argv → command → exit code. The only composition root: here the commands get their effects. */
import { setMaxListeners } from 'node:events';
import { writeSync } from 'node:fs';
import { homedir } from 'node:os';
import { againAfter, hintAgain, type Again } from './cli/again.js';
import { dispatch, type Handlers } from './cli/commands.js';
import type { Context } from './cli/context.js';
import { throwerOf } from './custom/calling.js';
import { BisectError, systemCode, Unfinished } from './errors.js';
import { toolVersion } from './machine.js';
import { jsonText, printable } from './report/text.js';

/** A failure that nobody foresaw: none of the codes of the contract, so that no script takes it for an answer. */
const EXIT_UNFORESEEN = 70;
const EXIT_ENVIRONMENT = 4;
const BUG_HINT = 'this is a bug in mcp-bisect: please report it with the lines above';

/**
 * Carries out one command line.
 * @param argv without node and script
 * @returns the exit code of the process: design.md, *The command line*; 130 after Ctrl-C
 */
export async function main(argv: readonly string[]): Promise<number> {
  const interruption = new AbortController();
  // Everything that runs at the same time listens to it.
  setMaxListeners(0, interruption.signal);
  process.stdout.on('error', onBrokenOutput);
  process.stderr.on('error', () => {});
  process.once('uncaughtException', onUnforeseen);
  process.once('unhandledRejection', onUnforeseen);
  const unlisten = onInterrupt(() => interruption.abort(interrupted(argv)));
  const again = againAfter(argv, homedir());
  try {
    const { stdout, stderr, env } = process;
    const console = { stdout, stderr, env };
    const context = { console, signal: interruption.signal, cwd: process.cwd(), again };
    return await dispatch(argv, toolVersion(), handlersFor(context), (text) => stdout.write(text));
  } catch (error) {
    const unfinished = error instanceof Unfinished ? error : undefined;
    const ended = unfinished ? unfinished.cause : error;
    const print = argv.includes('--json') ? (unfinished?.printWith ?? printAlone) : undefined;
    return fail(interruption.signal.aborted ? interruption.signal.reason : ended, again, print);
  } finally {
    unlisten();
  }
}

/** A scenario that is being loaded meets another `process.exit` (custom/calling.ts). */
const exit = process.exit.bind(process);

/**
 * A reader who has seen enough (`mcp-bisect releases | head`) changes nothing: the command goes on to its exit code. Any
 * other failure to write the result is one of the environment.
 */
function onBrokenOutput(error: Error): void {
  if (systemCode(error) === 'EPIPE') return;
  process.stderr.write(`error: the output cannot be written: ${error.message}\n`);
  exit(EXIT_ENVIRONMENT);
}

/**
 * Node's own exit code for these is 1, which means "the ends agree" here. What a scenario's module throws in a timer of its own
 * nobody could have caught, and is its author's to mend.
 */
function onUnforeseen(error: unknown): void {
  const thrower = throwerOf(error);
  if (thrower) {
    const print = process.argv.includes('--json') ? printBelow : undefined;
    exit(fail(thrownBy(thrower.file, thrower.line, error), (typed) => typed, print));
  }
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n${BUG_HINT}\n`);
  exit(EXIT_UNFORESEEN);
}

function thrownBy(scenario: string, line: number, cause: unknown): BisectError {
  const problem = `it threw outside of its functions, in line ${line}: ${String(cause)}`;
  return new BisectError('BAD_SCENARIO', `${scenario}: ${problem}`, {
    hint: '"mcp-bisect scenarios check" tries a file',
    facts: { scenario, problems: [problem] },
    cause,
  });
}

/** Each command is loaded when it is the one: `--version` waits for none of them. */
const handlersFor = (context: Context): Handlers => ({
  run: async (asked) => (await import('./cli/run.js')).run(asked, context),
  table: async (asked) => (await import('./cli/table.js')).table(asked, context),
  probe: async (named, asked) => (await import('./cli/probe.js')).probe(named, asked, context),
  launch: async (named, asked) => (await import('./cli/launch.js')).launch(named, asked, context),
  show: async (named, asked) => (await import('./cli/show.js')).show(named, asked, context),
  report: async (id, asked) => (await import('./cli/report.js')).report(id, asked, context),
  nightly: async (asked) => (await import('./cli/nightly.js')).nightly(asked, context),
  releases: async (asked) => (await import('./cli/lists.js')).releases(asked, context),
  clients: async (asked) => (await import('./cli/lists.js')).listClients(asked, context),
  doctor: async (asked) => (await import('./cli/doctor.js')).doctor(asked, context),
  'scenarios list': async (asked) => (await import('./cli/lists.js')).listScenarios(asked, context),
  'scenarios new': async (name, asked) =>
    (await import('./cli/scenario-files.js')).newScenario(name, asked, context),
  'scenarios check': async (name, asked) =>
    (await import('./cli/scenario-files.js')).checkScenario(name, asked, context),
  'cache ls': async (asked) => (await import('./cli/cache.js')).list(asked, context),
  'cache verify': async (asked) => (await import('./cli/cache.js')).verify(asked, context),
  'cache prune': async (asked) => (await import('./cli/cache.js')).prune(asked, context),
  'ledger ls': async (named, asked) => (await import('./cli/ledger.js')).list(named, asked, context),
  'ledger forget': async (named, asked) => (await import('./cli/ledger.js')).forget(named, asked, context),
  'ledger check': async (asked) => (await import('./cli/ledger.js')).check(asked, context),
});

/** What the same command does the next time depends on what it is. */
function interrupted([command = '', ...options]: readonly string[]): BisectError {
  if (!RECORDING.has(command)) return new BisectError('INTERRUPTED', 'interrupted');
  const isAnew = command === 'probe' || options.some((option) => /^--(fresh|oracle)(=|$)/.test(option));
  return new BisectError('INTERRUPTED', 'interrupted; every verdict so far is kept', {
    hint: isAnew
      ? 'the same command runs everything anew; "mcp-bisect show <version>" has what is kept'
      : 'the same command goes on where it was',
  });
}

/** Commands whose verdicts go into the ledger. */
const RECORDING = new Set(['run', 'table', 'probe', 'nightly']);

/** The first signal asks for an orderly end; the next one ends the process as it always would. */
function onInterrupt(interrupt: () => void): () => void {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  let asked = false;
  const listener = (signal: NodeJS.Signals) => {
    // Taken off at the first one already, it would leave signal-exit (log-update's) alone with it, which ends the process.
    if (asked) {
      unlisten();
      process.kill(process.pid, signal);
      return;
    }
    asked = true;
    interrupt();
  };
  const unlisten = () => {
    for (const signal of signals) process.off(signal, listener);
  };
  for (const signal of signals) process.on(signal, listener);
  return unlisten;
}

/** A scenario with several mistakes has a line for each. */
function linesOf(error: unknown): string[] | undefined {
  if (!(error instanceof BisectError) || error.code !== 'BAD_SCENARIO') return undefined;
  const { scenario, problems } = error.facts as { scenario: string; problems: readonly string[] };
  if (problems.length === 1) return undefined;
  return [`${scenario}: ${problems.length} problems`, ...problems.map((problem) => `- ${problem}`)];
}

const printAlone: Unfinished['printWith'] = (ended) => {
  process.stdout.write(jsonText({ schema: 1, ...ended }));
};

/** While a scenario is being loaded, `process.stdout` leads to stderr. */
const printBelow: Unfinished['printWith'] = (ended) => {
  writeSync(1, jsonText({ schema: 1, ...ended }));
};

/**
 * Says on stderr what went wrong and what to do; in JSON mode on stdout too, so that it holds one document always.
 * @param print writes the document; undefined without `--json`
 */
function fail(error: unknown, again: Again, print: Unfinished['printWith'] | undefined): number {
  const known = error instanceof BisectError;
  const message = error instanceof Error ? error.message : String(error);
  const code = known ? error.code : 'UNFORESEEN';
  const hint = known ? error.hint && hintAgain(error.hint, again) : BUG_HINT;
  if (!known && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  const said = [...(linesOf(error) ?? [message]), ...(hint ? [hint] : [])].map(printable);
  process.stderr.write(`error: ${said.join('\n  ')}\n`);
  print?.({ error: { code, message: printable(message), hint: hint ?? null } });
  return known ? error.exitCode : EXIT_UNFORESEEN;
}
