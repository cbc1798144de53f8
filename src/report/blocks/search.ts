/** How it was found out, where, and what else was recorded. Pure. */
import {
  address,
  code,
  fold,
  joined,
  list,
  omitted,
  own,
  paragraph,
  says,
  table,
  type Block,
  type Inline,
} from '../document.js';
import type { Limits } from '../limits.js';
import { minutesAndSeconds } from '../numbers.js';
import type { Comparison } from '../comparison.js';
import { environmentOf } from '../environment.js';
import { pathOf, rangesOf, type PathStep } from '../path.js';
import type { Report } from '../report.js';
import { comparisonTitle, sideText } from '../sides.js';
import { counted, minutes } from '../words.js';
import { comparedBlocks } from './arm.js';
import { armTable, failing, primary, tellingArm } from './findings.js';
import { verdictSign } from './signs.js';

/** On what machine, and by what means. */
export function environmentBlocks(report: Report, { rows }: Limits): Block[] {
  const environment = environmentOf(report);
  const facts = environment.slice(0, rows).map(({ name, value }) => [name, value]);
  return [table([own('Environment'), ''], facts), paragraph(omitted(environment.length - rows, 'row'))];
}

/**
 * Which release was asked for when, and why.
 * @param hasRanges whether it says what range was left after each step
 */
export function searchBlocks({ run }: Report, { rows }: Limits, hasRanges = false): Block[] {
  const path = pathOf(run);
  const lefts = hasRanges ? rangesOf(run.answer, path.slice(0, rows)) : undefined;
  const isTwo = path.some(({ search }) => search > 1);
  const head = [...(isTwo ? ['Search'] : []), 'After', 'Releases', 'Why', ...(lefts ? ['Left'] : [])];
  const shown = path
    .slice(0, rows)
    .map((step, index) => [
      ...(isTwo ? [own(sideText(step, run.answer.terms))] : []),
      own(step.atMs === null ? '' : minutesAndSeconds(step.atMs)),
      askedOf(step, Math.min(rows, MAX_ASKED)),
      step.why,
      ...(lefts ? [lefts[index] ?? ''] : []),
    ]);
  return [table(head.map(own), shown), paragraph(omitted(path.length - rows, 'step'))];
}

/** Nobody reads more of one step. */
const MAX_ASKED = 60;

function askedOf({ asked }: PathStep, most: number): Inline {
  const releases = asked.slice(0, most).map(({ version, rounds, verdict }) => {
    const times = own(rounds > 1 ? ` ${rounds}×` : '');
    return verdict === null ? says`${version}${times}` : says`${version}${times} ${verdictSign(verdict)}`;
  });
  const more = asked.length > most ? [own(`${asked.length - most} more`)] : [];
  return joined([...releases, ...more], ', ');
}

/** The other arms of the first comparison, those that fail first, in a fold each. */
export function otherArms(report: Report, limits: Limits): Block[] {
  const pair = primary(report);
  if (!pair) return [];
  const shown = tellingArm(pair);
  const others = pair.arms.filter((arm) => arm !== shown);
  const folds = others
    .slice(0, limits.others)
    .map((arm) =>
      fold(
        own(`${arm.isControl ? 'The control' : 'Another arm'}: logs, journals and tools`),
        comparedBlocks(report, pair, arm, limits),
      ),
    );
  return [...folds, paragraph(omitted(others.length - folds.length, 'other arm'))];
}

/** Of a window, the other side of it; of a scan, every other change. */
export function otherComparisons(report: Report, limits: Limits): Block[] {
  const others = report.comparisons.slice(1);
  const folds = others.slice(0, limits.others).map((pair) => second(report, pair, limits));
  return [...folds, paragraph(omitted(others.length - folds.length, 'other comparison'))];
}

function second(report: Report, pair: Comparison, limits: Limits): Block {
  const arms = failing(pair).slice(0, limits.others);
  return fold(own(comparisonTitle(pair, report.run.answer.terms)), [
    armTable(report, pair, pair.arms, limits),
    ...arms.flatMap((arm) => comparedBlocks(report, pair, arm, limits)),
  ]);
}

/** By what it was found, and what that took. */
export function originBlock({ run }: Report): Block {
  const { tool, id, startedAt, elapsedMs, probed, downloads, oracle, scenario } = run;
  const cost = `${counted(probed.length, 'release')} run, ${counted(downloads, 'download')}, ${minutesAndSeconds(elapsedMs)}`;
  return list([
    says`Found by ${`mcp-bisect ${tool}`}, run ${code(id)} of ${minutes(startedAt)} UTC: ${own(cost)}.`,
    // With a command in its place the scenario only lent its servers.
    oracle === null && scenario.issue !== '' ? says`The scenario is that of ${address(scenario.issue)}.` : '',
  ]);
}
