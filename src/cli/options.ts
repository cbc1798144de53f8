/** The options, in groups that commands share. What a command is asked for is inferred from them. No IO: what they name is looked up later. */
import { Command, InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { DEFAULT_RULE } from '../search/question.js';
import {
  DEFAULT_CACHE_LIMIT_BYTES,
  DEFAULT_CLIENT,
  DEFAULT_SCENARIO,
  DEFAULT_TIMEOUT_MS,
} from '../settings.js';

/** Every command's. */
export const basic = (name: string, description: string) =>
  new Command(name)
    .description(description)
    .option('--cache-dir <folder>', 'where executables, ledger and the registry’s answers are kept')
    .option('--json', 'one JSON document on stdout', false)
    .option('--quiet', 'no progress on stderr', false);

/** Those that name a list of releases. */
export const listing = (name: string, description: string) =>
  basic(name, description)
    .option('--client <id>', 'the client under test', DEFAULT_CLIENT)
    .option('--platform <target>', 'for example linux-x64 (default: this machine)')
    .option('--include-prereleases', 'count prereleases as releases', false)
    .addOption(registry())
    .option('--offline', 'never use the network', false);

/** Those of one run by hand. */
export const attended = (name: string, description: string) =>
  listing(name, description)
    .addOption(scenario())
    .option('--arm <id>', 'whose server it meets (default: the first but the control)')
    .addOption(isolation())
    .addOption(cacheLimit());

/** Those of running releases. */
export const running = (name: string, description: string) =>
  listing(name, description)
    .addOption(scenario())
    .addOption(mode('how the client is run').default('headless' as const))
    .option('--oracle <command>', 'judge by a command: exit code 0 good, 1–124 bad, 125 skip, above: stop')
    .addOption(
      new Option('--hang <verdict>', 'with --oracle: what a release is at which it does not end in time')
        .choices(['bad', 'skip'] as const)
        .default(undefined, 'skip'),
    )
    .option(
      '--same-failure',
      'with --oracle: take all exit codes that mean bad for one failure (default: each is another)',
      false,
    )
    .addOption(
      new Option(
        '--static',
        'with --oracle: it reads the executable, of any platform, and runs on this machine itself, in no room',
      )
        .default(false)
        .conflicts('arm'),
    )
    .addOption(
      list(
        '--arm <id>',
        'ask about this arm, beside the control; repeatable (default: all). With --oracle: whose fixtures it gets (default: the first but the control)',
      ),
    )
    .addOption(jobs())
    .addOption(isolation())
    .addOption(timeout())
    .addOption(cacheLimit());

/** Those of questions about more than single releases: how often each is run, and in what they find. */
export const repeating = (name: string, description: string) =>
  running(name, description)
    .option('--fresh', 'run everything anew, whatever the ledger knows', false)
    .addOption(list('--exclude <version>', 'never run this release; repeatable'))
    .addOption(
      new Option('--repeat <count>', 'how often each release is run')
        .argParser(whole(1, 100))
        .default(DEFAULT_RULE.repeat),
    )
    .addOption(
      new Option('--confirm <count>', 'extra runs of the two releases at a boundary')
        .argParser(whole(0, 100))
        .default(DEFAULT_RULE.confirm),
    );

/** Those of the nightly job. What is left out is its configuration file's to say: only what no file says has a default here. */
export const watching = (name: string, description: string) =>
  basic(name, description)
    .option(
      '--config <file>',
      'what to watch (default: mcp-bisect.config.mjs or .json here, if there is one)',
    )
    .option('--client <id>', 'this client alone')
    .addOption(
      new Option('--scenario <name>', 'this one; repeatable (default: every built-in one)').argParser(
        collected,
      ),
    )
    .addOption(mode('how clients are run'))
    .option('--since <bound>', 'from this release on: a version, dist-tag or day')
    .addOption(
      new Option('--releases <count>', 'or: the newest ones (default: 12)')
        .argParser(whole(1, 1000))
        .conflicts('since'),
    )
    .addOption(
      new Option(
        '--test <which>',
        'every new release, or the newest until its verdict is known (default: all)',
      ).choices(['all', 'until-known'] as const),
    )
    .option('--include-prereleases', 'count prereleases as releases')
    .addOption(
      new Option('--confirm <count>', 'extra runs of both sides of a change').argParser(whole(0, 100)),
    )
    .option('--output <folder>', 'where tables, evidence and reports go (default: nightly)')
    .option('--on-change <command>', 'run for each change, which it gets as JSON on stdin')
    .option('--log-json', 'a line of JSON on stderr for each step', false)
    .addOption(registry())
    .addOption(jobs())
    .addOption(isolation())
    .addOption(timeout())
    .addOption(cacheLimit());

/** Those that name rounds; what is left out may be anything. */
export const rounds = (name: string, description: string) =>
  basic(name, description)
    .argument('[version...]', 'of these releases (default: of every one)')
    .option('--client <id>', 'of this client')
    .option('--scenario <name>', 'of this scenario');

export const registry = () =>
  new Option('--registry <url>', 'another npm registry (default: npm’s configuration)');

const scenario = () =>
  new Option('--scenario <name>', 'the behaviour to test: a name, or a file of yours').default(
    DEFAULT_SCENARIO,
  );

const mode = (description: string) =>
  new Option('--mode <mode>', description).choices(['headless', 'interactive'] as const);

const jobs = () =>
  new Option('--jobs <count>', 'how many runs at once (default: cores + 1, at most 4)').argParser(
    whole(1, 64),
  );

const cacheLimit = () =>
  new Option('--cache-limit <size>', 'size limit of the store')
    .argParser(size)
    .default(DEFAULT_CACHE_LIMIT_BYTES, '10G');

/** In milliseconds, once it is read. */
export const timeout = () =>
  new Option('--timeout <seconds>', 'limit of one run of the client')
    .argParser(seconds)
    .default(DEFAULT_TIMEOUT_MS, '30');

export const isolation = () =>
  new Option('--isolation <kind>', 'how clients are sealed off')
    .choices(['auto', 'bwrap', 'unshare', 'none'] as const)
    .default('auto' as const);

export const redacted = () => new Option('--no-redact', 'with the names, paths and keys of this machine');

/** May be given several times. */
export const list = <Flags extends string>(flags: Flags, description: string) =>
  new Option(flags, description).argParser(collected).default([] as readonly string[], 'none');

const collected = (value: string, values: readonly string[] = []): readonly string[] => [...values, value];

export const whole =
  (least: number, most: number) =>
  (text: string): number => {
    const count = Number(text);
    if (text.trim() !== '' && Number.isInteger(count) && count >= least && count <= most) return count;
    throw new InvalidArgumentError(`Expected a whole number from ${least} to ${most}.`);
  };

export function share(text: string): number {
  const value = Number(text);
  if (value > 0.5 && value <= 0.999) return value;
  throw new InvalidArgumentError('Expected a share above 0.5, and 0.999 at most.');
}

/** As milliseconds. */
function seconds(text: string): number {
  const value = Number(text);
  if (value >= 1 && value <= 3600) return Math.round(value * 1000);
  throw new InvalidArgumentError('Expected seconds, from 1 to 3600.');
}

/** `500M`, `2G`, `1.5GiB` or plain bytes. */
export function size(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*([KMGT]?)(?:i?B)?$/i.exec(text);
  const exponent = ['', 'K', 'M', 'G', 'T'].indexOf((match?.[2] ?? '').toUpperCase());
  if (match) return Math.round(Number(match[1]) * 1024 ** exponent);
  throw new InvalidArgumentError('Expected a size such as 500M or 2G.');
}
