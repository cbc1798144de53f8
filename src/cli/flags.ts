/** The flags, in groups that commands share, and the form of their values. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import {
  DEFAULT_CACHE_LIMIT_BYTES,
  DEFAULT_CLIENT,
  DEFAULT_SCENARIO,
  DEFAULT_TIMEOUT_MS,
} from '../settings.js';
import { DEFAULT_RULE } from '../search/question.js';

/** Every command's. */
export const basic = (command: Command) =>
  command
    .option('--cache-dir <folder>', 'where executables, ledger and the registry’s answers are kept')
    .option('--json', 'one JSON document on stdout', false)
    .option('--quiet', 'no progress on stderr', false);

/** Those that name a list of releases. */
export const listing = (command: Command) =>
  basic(command)
    .option('--client <id>', 'the client under test', DEFAULT_CLIENT)
    .option('--platform <target>', 'for example linux-x64 (default: this machine)')
    .option('--include-prereleases', 'count prereleases as releases', false)
    .option('--registry <url>', 'another npm registry (default: npm’s configuration)')
    .option('--offline', 'never use the network', false);

/** Those of one run by hand. */
export const attended = (command: Command) =>
  listing(command)
    .addOption(scenarioOption())
    .option('--arm <id>', 'whose server it meets (default: the first but the control)')
    .addOption(isolationOption())
    .addOption(cacheLimitOption());

/** Those of running releases. */
export const running = (command: Command) =>
  listing(command)
    .addOption(scenarioOption())
    .addOption(
      new Option('--mode <mode>', 'how the client is run')
        .choices(['headless', 'interactive'])
        .default('headless'),
    )
    .option('--oracle <command>', 'judge by a command: exit code 0 good, 1–124 bad, 125 skip, above: stop')
    .addOption(
      new Option('--hang <verdict>', 'with --oracle: what a release is at which it does not end in time')
        .choices(['bad', 'skip'])
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
      new Option(
        '--arm <id>',
        'ask about this arm, beside the control; repeatable (default: all). With --oracle: whose fixtures it gets (default: the first but the control)',
      )
        .argParser(collect)
        .default([], 'none'),
    )
    .addOption(jobsOption())
    .addOption(isolationOption())
    .addOption(timeoutOption())
    .addOption(cacheLimitOption());

/** Those of questions about more than single releases: how often each is run, and in what they find. */
export const repeating = (command: Command) =>
  running(command)
    .option('--fresh', 'run everything anew, whatever the ledger knows', false)
    .addOption(excludeOption().default([], 'none'))
    .addOption(
      new Option('--repeat <count>', 'how often each release is run')
        .argParser(parseRounds(1))
        .default(DEFAULT_RULE.repeat),
    )
    .addOption(
      new Option('--confirm <count>', 'extra runs of the two releases at a boundary')
        .argParser(parseRounds(0))
        .default(DEFAULT_RULE.confirm),
    );

/** Those of a search, where runs of one release disagree. */
export const deciding = (command: Command) =>
  repeating(command)
    .addOption(
      new Option('--confidence <share>', 'how sure an answer has to be where runs of one release disagree')
        .argParser(parseConfidence)
        .default(DEFAULT_RULE.confidence),
    )
    .addOption(
      new Option('--max-rounds <count>', 'when to give up where runs of one release disagree')
        .argParser(parseRounds(1, 10_000))
        .default(DEFAULT_RULE.maxRounds),
    );

/** Those of the nightly job. What is left out is its configuration file's to say: only what no file says has a default here. */
export const nightly = (command: Command) =>
  basic(command)
    .option(
      '--config <file>',
      'what to watch (default: mcp-bisect.config.mjs or .json here, if there is one)',
    )
    .option('--client <id>', 'this client alone')
    .addOption(
      new Option('--scenario <name>', 'this one; repeatable (default: every built-in one)').argParser(
        collect,
      ),
    )
    .addOption(new Option('--mode <mode>', 'how clients are run').choices(['headless', 'interactive']))
    .option('--since <bound>', 'from this release on: a version, dist-tag or day')
    .addOption(
      new Option('--releases <count>', 'or: the newest ones (default: 12)')
        .argParser(parseRounds(1, 1000))
        .conflicts('since'),
    )
    .addOption(
      new Option(
        '--test <which>',
        'every new release, or the newest until its verdict is known (default: all)',
      ).choices(['all', 'until-known']),
    )
    .option('--include-prereleases', 'count prereleases as releases')
    .addOption(
      new Option('--confirm <count>', 'extra runs of both sides of a change').argParser(parseRounds(0)),
    )
    .option('--output <folder>', 'where tables, evidence and reports go (default: nightly)')
    .option('--on-change <command>', 'run for each change, which it gets as JSON on stdin')
    .option('--log-json', 'a line of JSON on stderr for each step', false)
    .option('--registry <url>', 'another npm registry (default: npm’s configuration)')
    .addOption(jobsOption())
    .addOption(isolationOption())
    .addOption(timeoutOption())
    .addOption(cacheLimitOption());

export const collect = (name: string, names: readonly string[] = []): readonly string[] => [...names, name];

const scenarioOption = () =>
  new Option('--scenario <name>', 'the behaviour to test: a name, or a file of yours').default(
    DEFAULT_SCENARIO,
  );

const excludeOption = () =>
  new Option('--exclude <version>', 'never run this release; repeatable').argParser(collect);

const jobsOption = () =>
  new Option('--jobs <count>', 'how many runs at once (default: cores + 1, at most 4)').argParser(parseCount);

const cacheLimitOption = () =>
  new Option('--cache-limit <size>', 'size limit of the store')
    .argParser(parseSize)
    .default(DEFAULT_CACHE_LIMIT_BYTES, '10G');

export const timeoutOption = () =>
  new Option('--timeout <seconds>', 'limit of one run of the client')
    .argParser(parseSeconds)
    .default(DEFAULT_TIMEOUT_MS, '30');

export const isolationOption = () =>
  new Option('--isolation <kind>', 'how clients are sealed off')
    .choices(['auto', 'bwrap', 'unshare', 'none'])
    .default('auto');

function parseCount(text: string): number {
  const count = Number(text);
  if (Number.isInteger(count) && count >= 1 && count <= 64) return count;
  throw new InvalidArgumentError('Expected a whole number from 1 to 64.');
}

const parseRounds =
  (least: number, most = 100) =>
  (text: string): number => {
    const count = Number(text);
    if (text.trim() !== '' && Number.isInteger(count) && count >= least && count <= most) return count;
    throw new InvalidArgumentError(`Expected a whole number from ${least} to ${most}.`);
  };

function parseConfidence(text: string): number {
  const share = Number(text);
  if (share > 0.5 && share <= 0.999) return share;
  throw new InvalidArgumentError('Expected a share above 0.5, and 0.999 at most.');
}

/** Seconds, as milliseconds. */
function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (seconds >= 1 && seconds <= 3600) return Math.round(seconds * 1000);
  throw new InvalidArgumentError('Expected seconds, from 1 to 3600.');
}

/** `500M`, `2G`, `1.5GiB` or plain bytes. */
export function parseSize(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*([KMGT]?)(?:i?B)?$/i.exec(text);
  const exponent = ['', 'K', 'M', 'G', 'T'].indexOf((match?.[2] ?? '').toUpperCase());
  if (match) return Math.round(Number(match[1]) * 1024 ** exponent);
  throw new InvalidArgumentError('Expected a size such as 500M or 2G.');
}
