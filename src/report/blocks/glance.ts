/** The answer in one glance: what kind of answer it is, the releases that it names, facts. Pure. */
import { changeLead, changeLinksOf } from '../change-links.js';
import { isRegression } from '../claims.js';
import {
  address,
  link,
  list,
  long,
  omitted,
  own,
  paragraph,
  says,
  section,
  type Block,
  type Inline,
} from '../document.js';
import type { Limits } from '../limits.js';
import { atMinute, minutesAndSeconds } from '../numbers.js';
import { isolationOf } from '../evidence-quality.js';
import type { Report } from '../report.js';
import { KEY_LABELS } from '../rows.js';
import { headlineLabel } from '../sides.js';
import { termed } from '../../scenarios/terms.js';
import type { Asked, Row } from '../../search/answer.js';
import { sentenceOf } from '../sentence.js';
import { titleOf } from '../title.js';
import { warningsOf } from '../warnings.js';
import { counted, doubtOf, NOT_RUN, SEALED_BY } from '../words.js';
import { resultOf } from './signs.js';

/** A scan may have many changes: the sentence has them all. */
const MAX_NAMED = 8;

/** Where a release stands on the page. */
export const placeOf = (version: string): string => `release-${version}`;

/** The top of the page. */
export function glanceBlocks(report: Report, { rows }: Limits): Block[] {
  const { run, client, claims } = report;
  const warnings = warningsOf(report);
  const lead = leadOf(report);
  return [
    paragraph(own(kindOf(report)), 'kind'),
    section(1, titleOf(report), [
      paragraph(long(sentenceOf(run.answer, claims)), 'lead'),
      list(cardsOf(report), 'cards'),
      ...changeLinksOf(run.answer, client, claims)
        .slice(0, MAX_NAMED)
        .map((one) => paragraph(says`${own(changeLead(one))}${address(one.url)}`)),
      paragraph(lead ? link({ place: lead.place }, lead.text) : '', 'go'),
      list(factsOf(report), 'facts'),
      list([...warnings.slice(0, rows).map(long), omitted(warnings.length - rows, 'warning')], 'warnings'),
    ]),
  ];
}

/** The release that the page leads to: where it changed for the worse, or else for the better. */
export function targetOf({ run, claims: { firstBad } }: Report): Row | undefined {
  const { rows } = run.answer;
  return (
    rows.find(({ label }) => label === 'first broken') ??
    rows.find(({ version }) => version === firstBad) ??
    rows.find(({ label }) => label === 'first fixed')
  );
}

/** Where the first link of the page goes, and its words; null where no release stands out. */
export function leadOf(report: Report): { readonly place: string; readonly text: string } | null {
  const target = targetOf(report);
  return target
    ? {
        place: placeOf(target.version),
        text: `Go to ${headlineLabel(report.claims, target)} ${target.version}`,
      }
    : null;
}

const KINDS: Readonly<Record<Asked, string>> = {
  regression: 'Regression found',
  fix: 'Fix found',
  window: 'Window of broken releases found',
  scan: 'Scan of every release',
};

/** Of a window of which one side was found, no more than that; and no regression that is not sure to be one. */
function kindOf(report: Report): string {
  const { answer } = report.run;
  const { asked, outcome } = answer;
  if (outcome === 'inconclusive') return 'Inconclusive';
  if (outcome === 'ends-agree') return 'No change found';
  const found = answer.changes.filter((change) => change.outcome === 'found');
  const [only] = found;
  const kind = asked === 'window' && only && found.length === 1 ? only.direction : asked;
  // Of a capability there is no fix, and no regression.
  const isNamed = !answer.terms && (kind !== 'regression' || isRegression(report) === 'yes');
  if ((kind === 'regression' || kind === 'fix') && !isNamed) return 'Change found';
  return termed(KINDS[kind], answer.terms);
}

/** The releases that the answer names. */
export const keyRows = ({ run }: Report): Row[] =>
  run.answer.rows.filter(({ label }) => KEY_LABELS.has(label)).slice(0, MAX_NAMED);

function cardsOf(report: Report): Inline[] {
  const keys = keyRows(report);
  const { claims } = report;
  const { asked, rows, terms } = report.run.answer;
  const newest = rows.find(({ version }) => version === claims.newestBad);
  const isNews = newest && asked === 'regression' && !keys.includes(newest);
  // What may never have worked is not "still" broken.
  const label = claims.firstBad === null ? 'newest broken' : 'still broken';
  return [
    ...keys.map((row) => cardOf(row, headlineLabel(report.claims, row))),
    ...(isNews ? [cardOf(newest, termed(label, terms))] : []),
  ];
}

function cardOf(row: Row, label: string): Inline {
  const { version, publishedAt } = row;
  const when = publishedAt === null ? 'date unknown' : atMinute(publishedAt) + doubtOf(row);
  return says`${resultOf(row, label)} ${link({ place: placeOf(version) }, version)} ${own(when)}`;
}

function factsOf(report: Report): Inline[] {
  const { run, client } = report;
  const { scenario, platform, mode, oracle, downloads } = run;
  return [
    client.title,
    ...(mode === 'static' ? [] : [says`${own(oracle === null ? 'scenario' : 'servers of')} ${scenario.id}`]),
    platform,
    ...(mode === 'static' ? [own(NOT_RUN)] : [own(mode), own(SEALED_BY[isolationOf(run).weakest])]),
    ...(oracle === null ? [] : [says`judged by ${oracle}`]),
    own(ranOf(run)),
    ...(downloads > 0 ? [own(counted(downloads, 'download'))] : []),
    own(atMinute(run.startedAt)),
    says`report ${run.id}`,
  ];
}

/** Where all was known from before, nothing was run and no time was taken. */
function ranOf({ probed, answer: { rows }, elapsedMs }: Report['run']): string {
  if (probed.length === 0) return 'from what earlier runs recorded';
  return `${probed.length} of ${counted(rows.length, 'release')} run in ${minutesAndSeconds(elapsedMs)}`;
}
