/** What to do when the ends of a range are not as claimed. Pure. */
import type { Verdict } from '../search/search.js';
import type { Answer } from '../search/answer.js';
import type { Change } from '../search/change.js';
import { listed } from './words.js';

/** One sentence or two that name the option which answers. */
export function adviceFor(
  answer: Answer,
  change: Change,
  { older, newer }: { readonly older: Verdict; readonly newer: Verdict },
): string {
  const { direction, open } = change;
  const isRegression = direction === 'regression';
  if (open === undefined && older !== newer)
    return isRegression
      ? 'The ends are the other way round: exchange --good and --bad, and add --find-fix.'
      : 'The ends are the other way round: exchange --good and --bad, and leave --find-fix out.';
  const isGood = (open === 'older' ? newer : older) === 'good';
  const known = knownOtherwise(answer, change, isGood ? 'good' : 'bad');
  if (known) return known;
  if (!isGood) return `Name ${isRegression ? 'an older' : 'a newer'} release that works with --good.`;
  return isRegression || answer.asked === 'window'
    ? laterIsGood(answer)
    : 'Name an older release that shows the failure with --bad.';
}

/** Within the range that was asked about: beyond it a release is no bound of this question. */
function knownOtherwise({ rows }: Answer, { ends }: Change, verdict: 'good' | 'bad'): string | undefined {
  const place = (end: string) => rows.findIndex(({ version }) => version === end);
  // An open end may lie beyond what is shown.
  const [first, last] = [Math.max(0, place(ends.older)), place(ends.newer)];
  const others = rows
    .slice(first, last < 0 ? undefined : last + 1)
    .filter((row) => row.basis === 'tested' && row.verdict !== 'skip' && row.verdict !== verdict);
  if (others.length === 0) return undefined;
  const claimed = verdict === 'good' ? 'bad' : 'good';
  const names = others.map(({ version }) => version);
  return `Earlier runs found ${listed(names, 'and')} ${claimed}: name one of them with --${claimed}.`;
}

/** The reported failure may be over: only a release that shows it leads to where it began. */
function laterIsGood({ rows, changes }: Answer): string {
  const from = changes[0]?.open === undefined ? (rows[0]?.version ?? '') : '<version>';
  return `If a failure was reported, it is fixed by now or lies in between: name the release of the report with --bad ("--window --bad <version>" finds the first broken and the first fixed release around it), or test every release with "mcp-bisect table --scan --from ${from}".`;
}
