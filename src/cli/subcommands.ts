/** The commands of a command: of `scenarios`, `cache` and `ledger`. */
import { Option, type Command } from 'commander';
import { basic, collect, parseSize, timeoutOption } from './flags.js';
import type { Handlers } from './requests.js';

/** A command that does something. */
export interface Leaf {
  readonly command: Command;
  // Commander cannot say which options a command has: flags.ts and requests.ts are kept alike by the tests.
  // oxlint-disable-next-line typescript/no-explicit-any
  handler(options: any, operands: string[]): Promise<number>;
}

/** `scenarios list`, `new`, `check`. */
export function scenarioCommands(scenarios: Command, handlers: Handlers): Leaf[] {
  return [
    {
      command: basic(scenarios.command('list', { isDefault: true })).description('the built-in ones'),
      handler: (options) => handlers.scenarios(options),
    },
    {
      command: basic(scenarios.command('new'))
        .description('write a file to start from')
        .argument('<name>', 'lower case with dashes, for example get-404')
        .option('--output <file>', 'where it goes (default: <name>.mjs here)'),
      handler: (options, [name = '']) => handlers.newScenario({ ...options, name }),
    },
    {
      command: basic(scenarios.command('check'))
        .description('check a scenario, and say what it plans, without running anything')
        .argument('<file>', 'the file, or the name of a built-in one')
        .addOption(timeoutOption()),
      handler: (options, [name = '']) => handlers.checkScenario({ ...options, name }),
    },
  ];
}

/** `cache ls`, `verify`, `prune`. */
export function cacheCommands(cache: Command, handlers: Handlers): Leaf[] {
  return [
    {
      command: basic(cache.command('ls')).description('what is in it'),
      handler: (options) => handlers.cacheList(options),
    },
    {
      command: basic(cache.command('verify')).description(
        'hash everything again; what is damaged is removed',
      ),
      handler: (options) => handlers.cacheVerify(options),
    },
    {
      command: basic(cache.command('prune'))
        .description(
          'remove the least recently used executables that nobody is using, then the oldest kept answers of the registry',
        )
        .option('--all', 'remove all of them, and the registry’s kept answers', false)
        .addOption(
          new Option('--to <size>', 'remove until this much is left, for example 2G').argParser(parseSize),
        ),
      handler: ({ to, ...options }) => handlers.cachePrune({ ...options, toBytes: to }),
    },
  ];
}

const rounds = (command: Command) =>
  basic(command)
    .argument('[version...]', 'of these releases (default: of every one)')
    .option('--client <id>', 'of this client')
    .option('--scenario <name>', 'of this scenario');

/** `ledger ls`, `forget`, `check`. */
export function ledgerCommands(ledger: Command, handlers: Handlers): Leaf[] {
  return [
    {
      command: rounds(ledger.command('ls')).description('which rounds are recorded'),
      handler: (options, versions) => handlers.ledgerList({ ...options, versions }),
    },
    {
      command: rounds(ledger.command('forget'))
        .description('remove rounds, so that they are run again, or kept runs')
        .addOption(
          new Option('--run <id>', 'this kept run, as "report --list" names it; repeatable')
            .argParser(collect)
            .default([], 'none'),
        ),
      handler: (options, versions) => handlers.ledgerForget({ ...options, versions }),
    },
    {
      command: basic(ledger.command('check'))
        .description('read all of it')
        .option('--repair', 'if it is damaged: make a new one of what can be read', false),
      handler: (options) => handlers.ledgerCheck(options),
    },
  ];
}
