/** A title for an issue: the answer in one line, and no more than that. Pure. */
import type { Row } from '../search/answer.js';
import type { Claim, ReportOn } from './claims.js';
import { cut } from './text.js';
import { termed } from '../scenarios/terms.js';

/** A command may be as long as a script. */
const MAX_COMMAND = 120;

/** `Claude Code 2.1.147 broke: GET listening stream answered with 404` */
export function titleOf({ run, client: { title: client }, claims: { broke, mended } }: ReportOn): string {
  const { answer, scenario, oracle } = run;
  const changes = [broke, mended].filter((claim) => claim !== undefined);
  const said = (worse: Words, better: Words) =>
    changes.flatMap((claim) => foundText(claim, claim === broke ? worse : better)).join(', and ');
  const unsure = changes.flatMap(unsureText)[0];
  if (oracle === null) {
    const known = said(BROKE, FIXED) || unsure || stateText(answer.rows);
    return `${client} ${termed(known, answer.terms)}: ${scenario.title}`;
  }
  // A command says of a release what its exit code says: that is no more than that its verdict changes.
  const moved = said(MOVED, MOVED);
  const known = moved ? `changes ${moved}, as judged` : unsure ? `${unsure}, as judged` : 'as judged';
  return `${client} ${known} by the command "${cut(oracle, MAX_COMMAND)}"`;
}

interface Words {
  readonly at: (version: string) => string;
  readonly between: string;
}

const BROKE: Words = { at: (version) => `${version} broke`, between: 'broke between' };
const FIXED: Words = { at: (version) => `${version} fixed`, between: 'was fixed between' };
const MOVED: Words = { at: (version) => `at ${version}`, between: 'between' };

/** Of a change that may lie in a release that nobody could test, the two ends are named. */
function foundText(claim: Claim, { at, between }: Words): string[] {
  if (claim.kind !== 'first') return [];
  const { version, before } = claim.first;
  return [claim.between.length === 0 ? at(version) : `${between} ${before} and ${version}`];
}

/** There is a change, but where it is, or whether it is the only one, is not known. */
function unsureText({ kind, change: { boundary, lastKnown } }: Claim): string[] {
  if (!boundary) return [];
  // Among noise the place itself is a guess.
  const changed = lastKnown === null ? 'may have changed' : 'changed';
  const others = kind === 'contradicted' ? ', and not only there' : '';
  return [`${changed} between ${boundary.before} and ${boundary.after}${others}`];
}

function stateText(rows: readonly Row[]): string {
  const tested = rows.filter(({ basis }) => basis === 'tested');
  const newest = tested.findLast(({ verdict }) => verdict !== 'skip');
  const bad = tested.findLast(({ verdict }) => verdict === 'bad');
  if (bad)
    return newest === bad ? `${bad.version} fails` : `${bad.version} fails, and ${newest?.version} works`;
  return newest && tested.every(({ verdict }) => verdict === 'good')
    ? '(no release that fails was seen)'
    : '(no answer)';
}
