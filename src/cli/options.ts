/** Flags → one validated request. No IO: what a flag names is looked up later. */
import { Command, CommanderError, Option } from 'commander';
import { DEFAULT_CLIENT } from '../settings.js';
import { BisectError } from '../errors.js';
import { attended, basic, deciding, isolationOption, listing, nightly, repeating, running } from './flags.js';
import type { Handlers } from './requests.js';
import { cacheCommands, ledgerCommands, scenarioCommands, type Leaf } from './subcommands.js';

/**
 * Reads `argv` (without node and script), and carries out the command that it names.
 * @param write where help and version go
 * @returns the exit code: the command's, or 0 after help and version
 * @throws BisectError `BAD_OPTION`
 */
export async function dispatch(
  argv: readonly string[],
  version: string,
  handlers: Handlers,
  write: (text: string) => void,
): Promise<number> {
  const outcome = { exitCode: 0 };
  const program = new Command('mcp-bisect')
    .description(
      'Finds the published release of an MCP client that broke your server, by running the real releases.',
    )
    .version(version)
    .exitOverride()
    .configureOutput({ writeOut: write, writeErr: write, outputError: () => {} });
  for (const leaf of commandsOf(program, handlers))
    leaf.command.action(async () => {
      outcome.exitCode = await leaf.handler(readOptions(leaf.command), leaf.command.processedArgs.flat());
    });
  try {
    await program.parseAsync(argv, { from: 'user' });
    return outcome.exitCode;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return 0;
    throw badOption(error);
  }
}

function badOption({ code, message }: CommanderError): BisectError {
  const hint = 'see "mcp-bisect --help", or --help after a command';
  // Without any command commander has printed the help already.
  if (code === 'commander.help') return new BisectError('BAD_OPTION', 'no command was given', { hint });
  return new BisectError('BAD_OPTION', message.replace(/^error: /, ''), { hint });
}

/** Describes every command to `program`; settings made before are inherited. */
function commandsOf(program: Command, handlers: Handlers): Leaf[] {
  const cache = new Command('cache')
    .description('the store of downloaded executables')
    .copyInheritedSettings(program);
  const scenarios = new Command('scenarios')
    .description('the scenarios that can be tested, and files of your own')
    .copyInheritedSettings(program);
  const ledger = new Command('ledger')
    .description('what is recorded: every round that was run')
    .copyInheritedSettings(program);
  const leaves: Leaf[] = [
    {
      command: deciding(program.command('run'))
        .description('find the first bad release between a good and a bad one')
        .option(
          '--good <bound>',
          'a release that works: version, dist-tag or date (default: looked for from --bad on)',
        )
        .option(
          '--bad <bound>',
          'a later release that does not (default, but for --find-fix and --window: latest)',
        )
        .addOption(
          new Option('--find-fix', 'find the first good release after a bad one: --bad is the older')
            .default(false)
            .conflicts('window'),
        )
        .option(
          '--window',
          'find the first broken release before --bad, and the first fixed one after it',
          false,
        )
        .option(
          '--require-provenance',
          'run only releases that are proved to be signed by their registry',
          false,
        )
        .addOption(
          new Option('--report <file>', 'write the report as well: .md, .html, .json or .xml; repeatable')
            .argParser((file: string, files: readonly string[]) => [...files, file])
            .default([], 'none'),
        ),
      handler: (options) => handlers.run(options),
    },
    {
      command: repeating(program.command('table'))
        .description('the version table of what earlier runs know, or of every release')
        .option('--from <bound>', 'the first release (default: the oldest known)')
        .option('--to <bound>', 'the last one (default: the newest known; with --scan the newest)')
        .option('--scan', 'test every release from --from to --to', false),
      handler: (options) => handlers.table(options),
    },
    {
      command: running(program.command('probe'))
        .description('run named releases and show the evidence')
        .argument('<version...>', 'versions, dist-tags or dates')
        .option('--show', 'print what each terminal showed at the end (--mode interactive)', false)
        .option('--no-redact', UNREDACTED),
      handler: (options, versions) => handlers.probe({ ...options, versions }),
    },
    {
      command: attended(program.command('launch'))
        .description('run one release by hand: in the room, with the scenario’s servers, at your terminal')
        .argument('<version>', 'a version, dist-tag or date')
        .option('--no-redact', UNREDACTED),
      handler: (options, [version = '']) => handlers.launch({ ...options, version }),
    },
    {
      command: basic(program.command('show'))
        .description('what was recorded of a release, without running it')
        .argument('<version>', 'as the table names it')
        .option('--client <id>', 'the client', DEFAULT_CLIENT)
        .option(
          '--scenario <name>',
          'of this one, a name or a file of yours (default: the one recorded last)',
        )
        .option('--platform <target>', 'on this platform')
        .addOption(new Option('--mode <mode>', 'in this mode').choices(['headless', 'interactive', 'static']))
        .option('--all', 'every round, and not only the newest of each verdict', false)
        .option('--no-redact', UNREDACTED),
      handler: (options, [version = '']) => handlers.show({ ...options, version }),
    },
    {
      command: basic(program.command('report'))
        .description('the paste-ready report of the last bisection, or of a named one')
        .argument('[id]', 'the beginning of a run’s id')
        .addOption(new Option('--id <id>', 'the same'))
        .option('--scenario <name>', 'the last one under it: a name, or a file of yours')
        .option('--list', 'the runs that are kept', false)
        .addOption(
          new Option('--format <format>', 'default: by the ending of --output, or md').choices([
            'md',
            'html',
            'json',
            'junit',
          ]),
        )
        .option('--output <file>', 'where it goes (default, and for -: stdout)')
        .option('--export <file>', 'write the run itself, for --from on another machine')
        .option('--from <file>', 'read the run from such a file')
        .option('--scenario-file [path]', 'write the file of its scenario, from --from a report as well')
        .option('--no-redact', UNREDACTED),
      handler: (options, [id]) => handlers.report({ ...options, id: idOf(id, options.id) }),
    },
    {
      command: nightly(program.command('nightly')).description(
        'test what is new since the last night, tell what changed, and keep the version table up to date',
      ),
      handler: (options) => handlers.nightly(options),
    },
    {
      command: listing(program.command('releases')).description('the published releases of a client'),
      handler: (options) => handlers.releases(options),
    },
    ...scenarioCommands(scenarios, handlers),
    {
      command: basic(program.command('clients')).description('the clients that can be tested'),
      handler: (options) => handlers.clients(options),
    },
    ...cacheCommands(cache, handlers),
    ...ledgerCommands(ledger, handlers),
    {
      command: basic(program.command('doctor'))
        .description('is this machine able to run it, and isolated how')
        .option('--client <id>', 'whose releases the registry is asked for', DEFAULT_CLIENT)
        .option('--registry <url>', 'another npm registry (default: npm’s configuration)')
        .option('--offline', 'ask neither registry nor proxy', false)
        .addOption(isolationOption()),
      handler: (options) => handlers.doctor(options),
    },
  ];
  program.addCommand(scenarios);
  program.addCommand(cache);
  program.addCommand(ledger);
  return leaves;
}

const UNREDACTED = 'with the names, paths and keys of this machine';

/** @throws BisectError `BAD_OPTION` if two runs are named */
function idOf(operand: string | undefined, option: string | undefined): string | undefined {
  if (operand === undefined || option === undefined || operand === option) return operand ?? option;
  throw new BisectError('BAD_OPTION', `two runs are named: ${operand} and ${option}`, {
    hint: 'a report is about one run',
  });
}

/** Commander's options under the names of the requests. */
function readOptions(command: Command): object {
  const { timeout, cacheLimit, ...named } = command.opts();
  return { ...named, timeoutMs: timeout, cacheLimitBytes: cacheLimit };
}
