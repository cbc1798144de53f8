/** Flags → one validated request. No IO: what a flag names is looked up later. */
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { BisectError } from '../errors.js';
import type { Isolation } from '../sandbox/room.js';
import type { Mode } from '../probe/observation.js';

/** What every command is told. */
export interface CommonRequest {
  readonly cacheDir: string | undefined;
  readonly registry: string | undefined;
  readonly offline: boolean;
  readonly json: boolean;
  readonly quiet: boolean;
}

/** What names a list of releases. */
export interface ReleasesRequest extends CommonRequest {
  readonly client: string;
  readonly platform: string | undefined;
  readonly includePrereleases: boolean;
}

/** What running releases needs. */
export interface RunningRequest extends ReleasesRequest {
  readonly scenario: string;
  readonly mode: Mode;
  readonly jobs: number | undefined;
  readonly isolation: 'auto' | Isolation;
  readonly fresh: boolean;
  /** Wall-clock limit of one run of the client, in milliseconds. */
  readonly timeoutMs: number;
  /** The store's size limit in bytes. */
  readonly cacheLimitBytes: number;
}

export interface RunRequest extends RunningRequest {
  readonly good: string;
  readonly bad: string;
}

export interface ProbeRequest extends RunningRequest {
  readonly versions: readonly string[];
}

export interface PruneRequest extends CommonRequest {
  readonly all: boolean;
  readonly toBytes: number | undefined;
}

/** What each command does; each gives the exit code. */
export interface Handlers {
  run(request: RunRequest): Promise<number>;
  probe(request: ProbeRequest): Promise<number>;
  releases(request: ReleasesRequest): Promise<number>;
  scenarios(request: CommonRequest): Promise<number>;
  clients(request: CommonRequest): Promise<number>;
  cacheList(request: CommonRequest): Promise<number>;
  cacheVerify(request: CommonRequest): Promise<number>;
  cachePrune(request: PruneRequest): Promise<number>;
  doctor(request: CommonRequest & Pick<RunningRequest, 'isolation'>): Promise<number>;
}

/** Where commander writes help and version. */
export interface Output {
  out(text: string): void;
}

const GIB = 2 ** 30;

/**
 * Reads `argv` (without node and script), and carries out the command that it names.
 * @returns the exit code: the command's, or 0 after help and version
 * @throws BisectError `BAD_OPTION`
 */
export async function dispatch(
  argv: readonly string[],
  version: string,
  handlers: Handlers,
  output: Output,
): Promise<number> {
  let exitCode = 0;
  const finish = (code: number) => {
    exitCode = code;
  };
  const program = describe(version, handlers, finish, output);
  try {
    await program.parseAsync(argv, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return 0;
    throw new BisectError('BAD_OPTION', error.message.replace(/^error: /, ''), {
      hint: 'see "mcp-bisect --help", or --help after a command',
    });
  }
}

function describe(
  version: string,
  handlers: Handlers,
  finish: (code: number) => void,
  output: Output,
): Command {
  const program = new Command('mcp-bisect')
    .description(
      'Finds the published release of an MCP client that broke your server, by running the real releases.',
    )
    .version(version)
    .exitOverride()
    .configureOutput({ writeOut: output.out, writeErr: () => {} })
    .showSuggestionAfterError();
  // Subcommands made after these settings inherit them.
  const leaf = <Request>(
    command: Command,
    handler: (request: Request, operands: string[]) => Promise<number>,
  ) =>
    command.action(async (...args: unknown[]) => {
      const operands = command.processedArgs.flat() as string[];
      const options = (args.at(-1) as Command).optsWithGlobals();
      finish(await handler(common(options) as Request, operands));
    });

  leaf<RunRequest>(
    running(program.command('run'))
      .description('find the first bad release between a good and a bad one')
      .requiredOption('--good <bound>', 'a release that works: version, dist-tag or date (YYYY-MM-DD)')
      .requiredOption('--bad <bound>', 'a later release that does not'),
    (request) => handlers.run(request),
  );
  leaf<RunningRequest>(
    running(program.command('probe'))
      .description('run named releases and show the evidence')
      .argument('<version...>', 'versions or dist-tags'),
    (request, versions) => handlers.probe({ ...request, versions }),
  );
  leaf<ReleasesRequest>(
    listing(program.command('releases')).description('the published releases of a client'),
    (request) => handlers.releases(request),
  );
  leaf<CommonRequest>(
    basic(program.command('scenarios')).description('the scenarios that can be tested'),
    (request) => handlers.scenarios(request),
  );
  leaf<CommonRequest>(
    basic(program.command('clients')).description('the clients that can be tested'),
    (request) => handlers.clients(request),
  );
  const cache = program.command('cache').description('the store of downloaded executables');
  leaf<CommonRequest>(basic(cache.command('ls')).description('what is in it'), (request) =>
    handlers.cacheList(request),
  );
  leaf<CommonRequest>(
    basic(cache.command('verify')).description('hash everything again; damaged executables are removed'),
    (request) => handlers.cacheVerify(request),
  );
  leaf<PruneRequest>(
    basic(cache.command('prune'))
      .description('remove the least recently used executables that nobody is using')
      .option('--all', 'remove all of them')
      .addOption(
        new Option('--to <size>', 'remove until this much is left, for example 2G').argParser(parseSize),
      ),
    (request) => handlers.cachePrune(request),
  );
  leaf<CommonRequest & Pick<RunningRequest, 'isolation'>>(
    basic(program.command('doctor'))
      .description('is this machine able to run it, and isolated how')
      .addOption(isolationOption()),
    (request) => handlers.doctor(request),
  );
  return program;
}

const basic = (command: Command) =>
  command
    .option('--cache-dir <folder>', 'where executables, ledger and the registry’s answers are kept')
    .option('--json', 'one JSON document on stdout', false)
    .option('--quiet', 'no progress on stderr', false);

const listing = (command: Command) =>
  basic(command)
    .option('--client <id>', 'the client under test', 'claude-code')
    .option('--platform <target>', 'for example linux-x64 (default: this machine)')
    .option('--include-prereleases', 'count prereleases as releases', false)
    .option('--registry <url>', 'another npm registry (default: npm’s configuration)')
    .option('--offline', 'never use the network', false);

const running = (command: Command) =>
  listing(command)
    .option('--scenario <name>', 'the behaviour to test', 'get-stream-404')
    .addOption(new Option('--mode <mode>', 'how the client is run').choices(['headless']).default('headless'))
    .addOption(
      new Option('--jobs <count>', 'how many runs at once (default: cores, at most 4)').argParser(parseCount),
    )
    .addOption(isolationOption())
    .option('--fresh', 'run every probe anew, whatever the ledger knows', false)
    .addOption(
      new Option('--timeout <seconds>', 'limit of one run of the client')
        .argParser(parseSeconds)
        .default(30_000, '30'),
    )
    .addOption(
      new Option('--cache-limit <size>', 'size limit of the store')
        .argParser(parseSize)
        .default(10 * GIB, '10G'),
    );

const isolationOption = () =>
  new Option('--isolation <kind>', 'how clients are sealed off')
    .choices(['auto', 'bwrap', 'unshare', 'none'])
    .default('auto');

/** Commander's loose options, under the names of the requests. */
function common(options: Record<string, unknown>): object {
  const { timeout, cacheLimit, to, ...rest } = options;
  return {
    ...{ cacheDir: undefined, registry: undefined, offline: false, platform: undefined, jobs: undefined },
    ...rest,
    timeoutMs: timeout,
    cacheLimitBytes: cacheLimit,
    toBytes: to,
    all: options['all'] ?? false,
  };
}

function parseCount(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= 64) return count;
  throw new InvalidArgumentError('Expected a whole number from 1 to 64.');
}

/** Seconds, as milliseconds. */
function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (seconds >= 1 && seconds <= 3600) return Math.round(seconds * 1000);
  throw new InvalidArgumentError('Expected seconds, from 1 to 3600.');
}

/** `500M`, `2G`, `1.5GiB` or plain bytes. */
function parseSize(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*([KMGT]?)(?:i?B)?$/i.exec(text);
  const exponent = ['', 'K', 'M', 'G', 'T'].indexOf((match?.[2] ?? '').toUpperCase());
  if (match) return Math.round(Number(match[1]) * 1024 ** exponent);
  throw new InvalidArgumentError('Expected a size such as 500M or 2G.');
}
