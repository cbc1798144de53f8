/** Command lines that we tell the user to run: they ask about the same things, in the same place, as the one that was typed. */
import { withoutSecrets } from '../report/redact/secrets.js';
import { shellLine } from '../report/shell.js';

const PLACE = ['--cache-dir'];
const RELEASES = [...PLACE, '--client', '--platform', '--include-prereleases', '--registry', '--offline'];
const ORACLE = ['--oracle', '--hang', '--same-failure', '--static'];
const RUNNING = [...RELEASES, '--scenario', '--mode', ...ORACLE, '--arm', '--isolation'];
/** What was typed is repeated, as far as the other command takes it. */
const REPEATED: Readonly<Record<string, readonly string[]>> = {
  run: RUNNING,
  probe: RUNNING,
  launch: RUNNING.filter((flag) => !['--mode', ...ORACLE].includes(flag)),
  table: RUNNING,
  show: [...PLACE, '--client', '--scenario', '--platform', '--mode'],
  report: PLACE,
  releases: RELEASES,
  ledger: PLACE,
  cache: PLACE,
  doctor: ['--isolation'],
};
const WITHOUT_VALUE = new Set(['--include-prereleases', '--offline', '--same-failure', '--static']);

/** Completes a command line, without `mcp-bisect`: `report 7f3a` → `report 7f3a --cache-dir ./cache`. No secrets: logs are public. */
export type Again = (line: string) => string;

/**
 * @param argv what was typed, without node and script
 * @param home of the user: what is printed is pasted, and a shell finds it by `~` as well
 */
export function againAfter(argv: readonly string[], home: string): Again {
  const shortened = (word: string) => (word.startsWith(`${home}/`) ? `~${word.slice(home.length)}` : word);
  const given = argv.flatMap((word, index): { flag: string; words: string[] }[] => {
    const [flag = ''] = word.split('=');
    if (!RUNNING.includes(flag)) return [];
    if (WITHOUT_VALUE.has(flag)) return [{ flag, words: [flag] }];
    const value = word === flag ? argv[index + 1] : word.slice(flag.length + 1);
    return value === undefined ? [] : [{ flag, words: [flag, shortened(value)] }];
  });
  return (line) => {
    const [command = '', ...rest] = line.split(' ');
    const taken = REPEATED[command] ?? [];
    const words = given.filter(({ flag }) => taken.includes(flag) && !rest.includes(flag));
    return withoutSecrets([line, ...words.map((option) => shellLine(option.words))].join(' '));
  };
}

/** The same for every command line in quotes that a hint names. */
export const hintAgain = (hint: string, again: Again): string =>
  hint.replaceAll(
    /(["`])mcp-bisect ([^"`]+)\1/g,
    (_, quote: string, line: string) => `${quote}mcp-bisect ${again(line)}${quote}`,
  );
