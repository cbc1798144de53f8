/** A title for an issue: the answer in one line, and no more than that. Pure. */
import type { Client } from '../clients/client.js';
import type { KeptRun } from '../run/run.js';
import type { Answer, Row } from '../search/answer.js';
import type { Change } from '../search/change.js';
import { cut } from './text.js';
import { termed } from './terms.js';
import { placeOf, turningPoints } from './turning-points.js';
import { untestedBetween } from './untested.js';

/** A command may be as long as a script. */
const MAX_COMMAND = 120;

/** `Claude Code 2.1.147 broke: GET listening stream answered with 404` */
export function titleOf(
  { answer, scenario, oracle }: Pick<KeptRun, 'answer' | 'scenario' | 'oracle'>,
  { title: client }: Pick<Client, 'title'>,
): string {
  if (oracle === null) return `${client} ${termed(answerText(answer), answer.terms)}: ${scenario.title}`;
  return `${client} ${verdictText(answer)} by the command "${cut(oracle, MAX_COMMAND)}"`;
}

/** What is known of the changes, or, where none was found, of the releases. */
function answerText(answer: Answer): string {
  const { broke, mended } = turningPoints(answer);
  const sure = [changeText(answer, broke, WORSE), changeText(answer, mended, BETTER)].filter(Boolean);
  if (sure.length > 0) return sure.join(', and ');
  const unsure = unsureText(answer);
  return unsure || stateText(answer.rows);
}

const WORSE = { at: (version: string) => `${version} broke`, between: 'broke between' };
const BETTER = { at: (version: string) => `${version} fixed`, between: 'was fixed between' };

/** Empty where it is not sure. Of a change that may lie in a release that nobody could test, the two ends are named. */
function changeText(answer: Answer, change: Change | undefined, words: typeof WORSE): string {
  const place = placeOf(change);
  if (!change?.boundary || place === undefined) return '';
  const { before, after } = change.boundary;
  return untestedBetween(answer, change).length === 0
    ? words.at(place)
    : `${words.between} ${before} and ${after}`;
}

/** There is a change, but where it is, or whether it is the only one, is not known. */
function unsureText(answer: Answer): string {
  const { broke, mended } = turningPoints(answer);
  const change = [broke, mended].find((one) => one?.boundary);
  if (!change?.boundary) return '';
  const { before, after } = change.boundary;
  // Among noise the place itself is a guess.
  const changed = change.lastKnown === null ? 'may have changed' : 'changed';
  return `${changed} between ${before} and ${after}${change.contradictions.length > 0 ? ', and not only there' : ''}`;
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

/** A command says of a release what its exit code says: that is no more than that its verdict changes. */
function verdictText(answer: Answer): string {
  const { broke, mended } = turningPoints(answer);
  const places = [broke, mended].flatMap((change) => changeText(answer, change, MOVED) || []);
  if (places.length > 0) return `changes ${places.join(', and ')}, as judged`;
  const unsure = unsureText(answer);
  return unsure ? `${unsure}, as judged` : 'as judged';
}

const MOVED = { at: (version: string) => `at ${version}`, between: 'between' };
