/** Every command with its options; argv → one validated request → the command. */
import { Command, CommanderError, Option } from '@commander-js/extra-typings';
import { BisectError } from '../errors.js';
import { DEFAULT_RULE } from '../search/question.js';
import { DEFAULT_CLIENT } from '../settings.js';
import {
  attended,
  basic,
  isolation,
  list,
  listing,
  redacted,
  registry,
  repeating,
  rounds,
  running,
  share,
  size,
  timeout,
  watching,
  whole,
} from './options.js';

const run = () =>
  repeating('run', 'find the first bad release between a good and a bad one')
    .addOption(
      new Option('--confidence <share>', 'how sure an answer has to be where runs of one release disagree')
        .argParser(share)
        .default(DEFAULT_RULE.confidence),
    )
    .addOption(
      new Option('--max-rounds <count>', 'when to give up where runs of one release disagree')
        .argParser(whole(1, 10_000))
        .default(DEFAULT_RULE.maxRounds),
    )
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
    .option('--window', 'find the first broken release before --bad, and the first fixed one after it', false)
    .option('--require-provenance', 'run only releases that are proved to be signed by their registry', false)
    .addOption(list('--report <file>', 'write the report as well: .md, .html, .json or .xml; repeatable'));

const table = () =>
  repeating('table', 'the version table of what earlier runs know, or of every release')
    .option('--from <bound>', 'the first release (default: the oldest known)')
    .option('--to <bound>', 'the last one (default: the newest known; with --scan the newest)')
    .option('--scan', 'test every release from --from to --to', false);

const probe = () =>
  running('probe', 'run named releases and show the evidence')
    .argument('<version...>', 'versions, dist-tags or dates')
    .option('--show', 'print what each terminal showed at the end (--mode interactive)', false)
    .addOption(redacted());

const launch = () =>
  attended('launch', 'run one release by hand: in the room, with the scenario’s servers, at your terminal')
    .argument('<version>', 'a version, dist-tag or date')
    .addOption(redacted());

const show = () =>
  basic('show', 'what was recorded of a release, without running it')
    .argument('<version>', 'as the table names it')
    .option('--client <id>', 'the client', DEFAULT_CLIENT)
    .option('--scenario <name>', 'of this one, a name or a file of yours (default: the one recorded last)')
    .option('--platform <target>', 'on this platform')
    .addOption(
      new Option('--mode <mode>', 'in this mode').choices(['headless', 'interactive', 'static'] as const),
    )
    .option('--all', 'every round, and not only the newest of each verdict', false)
    .addOption(redacted());

const report = () =>
  basic('report', 'the paste-ready report of the last bisection, or of a named one')
    .argument('[id]', 'the beginning of a run’s id')
    .option('--id <id>', 'the same')
    .option('--scenario <name>', 'the last one under it: a name, or a file of yours')
    .option('--list', 'the runs that are kept', false)
    .addOption(
      new Option('--format <format>', 'default: by the ending of --output, or md').choices([
        'md',
        'html',
        'json',
        'junit',
      ] as const),
    )
    .option('--output <file>', 'where it goes (default, and for -: stdout)')
    .option('--export <file>', 'write the run itself, for --from on another machine')
    .option('--from <file>', 'read the run from such a file')
    .option('--scenario-file [path]', 'write the file of its scenario, from --from a report as well')
    .addOption(redacted());

const doctor = () =>
  basic('doctor', 'is this machine able to run it, and isolated how')
    .option('--client <id>', 'whose releases the registry is asked for', DEFAULT_CLIENT)
    .addOption(registry())
    .option('--offline', 'ask neither registry nor proxy', false)
    .addOption(isolation());

/** By what is typed. */
export const COMMANDS = {
  run,
  table,
  probe,
  launch,
  show,
  report,
  nightly: () =>
    watching(
      'nightly',
      'test what is new since the last night, tell what changed, and keep the version table up to date',
    ),
  releases: () => listing('releases', 'the published releases of a client'),
  clients: () => basic('clients', 'the clients that can be tested'),
  doctor,
  'scenarios list': () => basic('list', 'the built-in ones'),
  'scenarios new': () =>
    basic('new', 'write a file to start from')
      .argument('<name>', 'lower case with dashes, for example get-404')
      .option('--output <file>', 'where it goes (default: <name>.mjs here)'),
  'scenarios check': () =>
    basic('check', 'check a scenario, and say what it plans, without running anything')
      .argument('<file>', 'the file, or the name of a built-in one')
      .addOption(timeout()),
  'cache ls': () => basic('ls', 'what is in it'),
  'cache verify': () => basic('verify', 'hash everything again; what is damaged is removed'),
  'cache prune': () =>
    basic(
      'prune',
      'remove the least recently used executables that nobody is using, then the oldest kept answers of the registry',
    )
      .option('--all', 'remove all of them, and the registry’s kept answers', false)
      .addOption(new Option('--to <size>', 'remove until this much is left, for example 2G').argParser(size)),
  'ledger ls': () => rounds('ls', 'which rounds are recorded'),
  'ledger forget': () =>
    rounds('forget', 'remove rounds, so that they are run again, or kept runs').addOption(
      list('--run <id>', 'this kept run, as "report --list" names it; repeatable'),
    ),
  'ledger check': () =>
    basic('check', 'read all of it').option(
      '--repair',
      'if it is damaged: make a new one of what can be read',
      false,
    ),
};

const GROUPS = {
  scenarios: 'the scenarios that can be tested, and files of your own',
  cache: 'the store of downloaded executables',
  ledger: 'what is recorded: every round that was run',
};

type Commands = typeof COMMANDS;

/** What a command is asked for: values, all checked for their form, none looked up yet. Without a name: what every command is. */
export type Typed<Name extends keyof Commands = 'clients'> = ReturnType<ReturnType<Commands[Name]>['opts']>;

/** What each command does with its operands and its request; each gives the exit code. */
export type Handlers = {
  readonly [Name in keyof Commands]: ReturnType<Commands[Name]> extends Command<infer Operands, infer Options>
    ? (...given: [...Operands, Options]) => Promise<number>
    : never;
};

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
  let exitCode = 0;
  const program = new Command('mcp-bisect')
    .description(
      'Finds the published release of an MCP client that broke your server, by running the real releases.',
    )
    .version(version)
    .exitOverride()
    .configureOutput({ writeOut: write, writeErr: write, outputError: () => {} });
  const groups = new Map(
    Object.entries(GROUPS).map(([name, description]) => [
      name,
      new Command(name).description(description).copyInheritedSettings(program),
    ]),
  );
  for (const [name, made] of Object.entries(COMMANDS)) {
    const command: Command<unknown[]> = made().copyInheritedSettings(program);
    const handler = handlers[name as keyof Handlers] as (...given: unknown[]) => Promise<number>;
    command.action(async (...given) => {
      exitCode = await handler(...given.slice(0, -1));
    });
    const group = groups.get(name.split(' ')[0] ?? '');
    (group ?? program).addCommand(command, { isDefault: name === 'scenarios list' });
  }
  for (const group of groups.values()) program.addCommand(group);
  try {
    await program.parseAsync(argv, { from: 'user' });
    return exitCode;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return 0;
    // Without any command commander has printed the help already.
    const message =
      error.code === 'commander.help' ? 'no command was given' : error.message.replace(/^error: /, '');
    throw new BisectError('BAD_OPTION', message, {
      hint: 'see "mcp-bisect --help", or --help after a command',
    });
  }
}
