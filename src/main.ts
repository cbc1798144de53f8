/** argv → command → exit code. The only composition root: here the commands get their effects. */
import { randomBytes } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { readFileSync, writeSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { againAfter, hintAgain, type Again } from './cli/again.js';
import type { Context } from './cli/context.js';
import { ownTerminal } from './cli/own-terminal.js';
import { Unfinished } from './cli/unfinished.js';
import { dispatch } from './cli/options.js';
import { throwerOf } from './custom/calling.js';
import type { Handlers } from './cli/requests.js';
import { DEFAULT_CACHE_LIMIT_BYTES } from './settings.js';
import { BisectError, systemCode } from './errors.js';
import { defaultCacheDir, hostSystem, ownIdentity, ownTarget, packageRoot } from './machine.js';
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
    return await dispatch(argv, version(), handlersFor(contextFor(interruption.signal, again)), (text) => {
      process.stdout.write(text);
    });
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

function contextFor(signal: AbortSignal, again: Again): Context {
  return {
    console: { stdout: process.stdout, stderr: process.stderr, env: process.env },
    signal,
    cwd: process.cwd(),
    defaultCacheDir: defaultCacheDir(),
    get ownTarget() {
      return ownTarget();
    },
    toolVersion: version(),
    again,
    host: hostSystem,
    identity: ownIdentity,
    newRunId: () => randomBytes(4).toString('hex'),
    readLedger: async (dir) => (await import('./ledger/ledger.js')).readLedger(dir),
    openLedger: async (dir) => (await import('./ledger/ledger.js')).openLedger(dir),
    checkLedger: async (dir, repair) => {
      const { checkLedger, renewLedger } = await import('./ledger/ledger.js');
      return repair ? renewLedger(dir) : checkLedger(dir);
    },
    npmOptions: async (request) => (await import('./registry/npm-config.js')).loadNpmOptions(request),
    assertTerminal: async () => (await import('./machine.js')).assertTerminal(),
    openSession: async (options) => (await import('./session/session.js')).openSession(options),
    openWorkbench: async (...asked) => (await import('./session/session.js')).openWorkbench(...asked),
    tell: async (...asked) => (await import('./nightly/tell-apart.js')).tellApart(...asked),
    loadCatalogue: async (options) => (await import('./session/catalogue.js')).loadCatalogue(options),
    openStore: async (dir) => {
      const { openStore } = await import('./store/store.js');
      return openStore({ dir, limitBytes: DEFAULT_CACHE_LIMIT_BYTES, openTarball: noTarballs });
    },
    registryBytes: async (cacheDir) => {
      const { answersBytes, packumentCacheOf } = await import('./registry/packument-cache.js');
      return answersBytes(packumentCacheOf(cacheDir));
    },
    shrinkRegistry: async (cacheDir, toBytes) => {
      const { packumentCacheOf, shrinkAnswers } = await import('./registry/packument-cache.js');
      return shrinkAnswers(packumentCacheOf(cacheDir), toBytes);
    },
    ownTerminal: () => ownTerminal(process.stdin, process.stdout, process.env),
    chooseIsolation: async (requested) => (await import('./sandbox/isolation.js')).chooseIsolation(requested),
  };
}

/** Each command is loaded when it is the one: `--version` waits for none of them. */
const handlersFor = (context: Context): Handlers => ({
  run: async (request) => (await import('./cli/run.js')).run(request, context),
  table: async (request) => (await import('./cli/table.js')).table(request, context),
  probe: async (request) => (await import('./cli/probe.js')).probe(request, context),
  launch: async (request) => (await import('./cli/launch.js')).launch(request, context),
  show: async (request) => (await import('./cli/show.js')).show(request, context),
  report: async (request) => (await import('./cli/report.js')).report(request, context),
  nightly: async (request) => (await import('./cli/nightly.js')).nightly(request, context),
  releases: async (request) => (await import('./cli/lists.js')).releases(request, context),
  scenarios: async (request) => (await import('./cli/lists.js')).listScenarios(request, context),
  newScenario: async (request) => (await import('./cli/scenario-files.js')).newScenario(request, context),
  checkScenario: async (request) => (await import('./cli/scenario-files.js')).checkScenario(request, context),
  clients: async (request) => (await import('./cli/lists.js')).listClients(request, context),
  cacheList: async (request) => (await import('./cli/cache.js')).list(request, context),
  cacheVerify: async (request) => (await import('./cli/cache.js')).verify(request, context),
  cachePrune: async (request) => (await import('./cli/cache.js')).prune(request, context),
  ledgerList: async (request) => (await import('./cli/ledger.js')).list(request, context),
  ledgerForget: async (request) => (await import('./cli/ledger.js')).forget(request, context),
  ledgerCheck: async (request) => (await import('./cli/ledger.js')).check(request, context),
  doctor: async (request) => (await import('./cli/doctor.js')).doctor(request, context),
});

async function noTarballs(): Promise<never> {
  throw new Error('the store was opened to be looked at, not to download');
}

function version(): string {
  const manifest = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as { version: string };
  return manifest.version;
}

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
