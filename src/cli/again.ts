/** Command lines that we tell the user to run. */
import type { Answer } from '../search/answer.js';
import type { ScenarioFile } from '../scenarios/file.js';
import { withoutSecrets } from '../report/redact/secrets.js';
import { shellLine } from '../report/shell.js';
import { COMMANDS, type Typed } from './commands.js';

/** Completes a command line, without `mcp-bisect`: `report 7f3a` → `report 7f3a --cache-dir ./cache`. No secrets: logs are public. */
export type Again = (line: string) => string;

/** What was typed is repeated, as far as the other command takes it: what is asked, and where. */
const REPEATED = new Set(
  'cache-dir client platform include-prereleases registry offline scenario mode oracle hang same-failure static arm isolation'
    .split(' ')
    .map((name) => `--${name}`),
);
/** Such a line says itself which run or which rounds are meant. */
const ONLY_ITS_PLACE = /^(?:report|ledger)\b/;

/**
 * @param argv what was typed, without node and script
 * @param home of the user: what is printed is pasted, and a shell finds it by `~` as well
 */
export function againAfter(argv: readonly string[], home: string): Again {
  const shortened = (word: string) => (word.startsWith(`${home}/`) ? `~${word.slice(home.length)}` : word);
  const typed = optionsOf(argv);
  const given = argv.flatMap((word, index): { flag: string; words: string[] }[] => {
    const [flag = ''] = word.split('=');
    const option = typed.find(({ long }) => long === flag);
    if (!option || !REPEATED.has(flag)) return [];
    if (option.isBoolean()) return [{ flag, words: [flag] }];
    const value = word === flag ? argv[index + 1] : word.slice(flag.length + 1);
    return value === undefined ? [] : [{ flag, words: [flag, shortened(value)] }];
  });
  return (line) => {
    const rest = line.split(' ');
    const isTaken = (flag: string) =>
      !rest.includes(flag) &&
      !line.startsWith('scenarios') &&
      (flag === '--cache-dir' || !ONLY_ITS_PLACE.test(line)) &&
      optionsOf(rest).some(({ long }) => long === flag);
    const words = given.filter(({ flag }) => isTaken(flag));
    return withoutSecrets([line, ...words.map((option) => shellLine(option.words))].join(' '));
  };
}

/** Of the command that a line begins with. */
function optionsOf([first = '', second = '']: readonly string[]) {
  const made = Object.entries(COMMANDS).find(([name]) => name === first || name === `${first} ${second}`);
  return made?.[1]().options ?? [];
}

/** The same for every command line in quotes that a hint names. */
export const hintAgain = (hint: string, again: Again): string =>
  hint.replaceAll(
    /(["`])mcp-bisect ([^"`]+)\1/g,
    (_, quote: string, line: string) => `${quote}mcp-bisect ${again(line)}${quote}`,
  );

/** What a run is not asked again on another machine, and what is said of it in any case. */
const OWN_WORDS = new Set(
  'cacheDir json quiet offline jobs isolation cacheLimit fresh report client scenario good bad findFix window'.split(
    ' ',
  ),
);

/**
 * The arguments that ask the same again, on any machine and on any day: releases by the versions that tags and dates stood for, and
 * what is not the default.
 * @param file of the scenario: others have it here, where the report writes it
 * @returns the arguments after `mcp-bisect`
 */
export function reproduceArgs(
  request: Typed<'run'>,
  { changes }: Pick<Answer, 'changes'>,
  file?: ScenarioFile,
): string[] {
  const subject = ['--client', request.client, '--scenario', file ? `./${file.name}` : request.scenario];
  const others = COMMANDS.run().options.flatMap((option) => {
    const name = option.attributeName() as keyof Typed<'run'>;
    const value = request[name];
    // What is read alone can be of a platform that is not the machine's.
    if (OWN_WORDS.has(name) || (name === 'platform' && !request.static)) return [];
    if (value === undefined || value === option.defaultValue) return [];
    if (value === true) return [`${option.long}`];
    return [value]
      .flat()
      .flatMap((one) => [`${option.long}`, String(name === 'timeout' ? Number(one) / 1000 : one)]);
  });
  return ['run', ...subject, ...boundsOf(request, changes), ...others];
}

function boundsOf({ window, findFix }: Typed<'run'>, changes: Answer['changes']): string[] {
  const [change] = changes;
  if (!change) return [];
  const { open, ends } = change;
  if (window) return ['--window', '--bad', ends.newer, ...(open ? [] : ['--good', ends.older])];
  if (findFix) return ['--find-fix', '--bad', ends.older, ...(open ? [] : ['--good', ends.newer])];
  return [...(open ? [] : ['--good', ends.older]), '--bad', ends.newer];
}
