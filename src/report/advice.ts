/** What to do when the ends of a range are not as claimed. Pure. */
import { rangeOf, type Claim } from './claims.js';
import { listed } from './words.js';

/** One sentence or two that name the option which answers. */
export function adviceFor(claim: Extract<Claim, { kind: 'ends-agree' }>): string {
  const { answer, change, found } = claim;
  const isRegression = change.direction === 'regression';
  if (change.open === undefined && found.older !== found.newer)
    return `The ends are the other way round: exchange --good and --bad, and ${isRegression ? 'add --find-fix' : 'leave --find-fix out'}.`;
  const verdict = change.open === 'older' ? found.newer : found.older;
  const claimed = verdict === 'good' ? 'bad' : 'good';
  // Beyond the range that was asked about a release is no bound of this question.
  const others = rangeOf(claim).filter(
    (row) =>
      row.basis === 'tested' && row.verdict !== 'skip' && (row.verdict === 'good') !== (verdict === 'good'),
  );
  if (others.length > 0) {
    const names = others.map(({ version }) => version);
    return `Earlier runs found ${listed(names, 'and')} ${claimed}: name one of them with --${claimed}.`;
  }
  if (verdict !== 'good')
    return `Name ${isRegression ? 'an older' : 'a newer'} release that works with --good.`;
  if (!isRegression && answer.asked !== 'window')
    return 'Name an older release that shows the failure with --bad.';
  // The reported failure may be over: only a release that shows it leads to where it began.
  const from = answer.changes[0]?.open === undefined ? (answer.rows[0]?.version ?? '') : '<version>';
  return `If a failure was reported, it is fixed by now or lies in between: name the release of the report with --bad ("--window --bad <version>" finds the first broken and the first fixed release around it), or test every release with "mcp-bisect table --scan --from ${from}".`;
}
