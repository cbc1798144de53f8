/** The answer: in one glance, with what speaks against it, and the table that everything else is there to prove. Pure. */
import type { Asked, Row } from '../../search/answer.js';
import { termed } from '../../scenarios/terms.js';
import { isRegression } from '../claims.js';
import {
  address,
  code,
  hinted,
  joined,
  link,
  list,
  long,
  omitted,
  own,
  paragraph,
  says,
  section,
  table,
  type Block,
  type BlockRow,
  type Inline,
} from '../document.js';
import { earlierText, isolationOf } from '../environment.js';
import type { Limits } from '../limits.js';
import { changeLead, changeLinksOf } from '../change-links.js';
import { warningsOf } from '../prose.js';
import type { Report } from '../report.js';
import { basisText, boundedRows, isGap, KEY_LABELS, labelCounts, unpublishedBetween } from '../rows.js';
import { sentenceOf } from '../sentence.js';
import { headlineLabel, titleOf } from '../title.js';
import { atMinute, counted, doubtOf, minutesAndSeconds, NOT_RUN, releasedText, SEALED_BY } from '../words.js';
import { resultOf } from './signs.js';

/** A scan may have many changes: the sentence has them all. */
const MAX_NAMED = 8;

/** Where a release stands on the page. */
export const placeOf = (version: string): string => `release-${version}`;

/** The top of the page. */
export function glanceBlocks(report: Report, { rows }: Limits): Block[] {
  const { run, claims } = report;
  const lead = leadOf(report);
  return [
    paragraph(own(kindOf(report)), 'kind'),
    section(1, titleOf(report), [
      paragraph(long(sentenceOf(run.answer, claims)), 'lead'),
      list(cardsOf(report), 'cards'),
      ...changeBlocks(report, MAX_NAMED),
      paragraph(lead ? link({ place: lead.place }, lead.text) : '', 'go'),
      list(factsOf(report), 'facts'),
      warningBlock(report, rows),
    ]),
  ];
}

/** What the client's makers say of the releases in which it changed. */
export const changeBlocks = ({ run, client, claims }: Report, most: number): Block[] =>
  changeLinksOf(run.answer, client, claims)
    .slice(0, most)
    .map((one) => paragraph(says`${own(changeLead(one))}${address(one.url)}`));

/** What speaks against the answer is as long as it has to be. */
export function warningBlock(report: Report, most: number): Block {
  const warnings = warningsOf(report);
  return list([...warnings.slice(0, most).map(long), omitted(warnings.length - most, 'warning')], 'warnings');
}

/** The release that the page leads to: where it changed for the worse, or else for the better. */
export function targetOf({ run }: Report): Row | undefined {
  const { rows } = run.answer;
  const first = (wanted: Row['label']) => rows.find(({ label }) => label === wanted);
  return first('first broken') ?? first('first fixed');
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
  const { asked, outcome, changes, terms } = report.run.answer;
  if (outcome === 'inconclusive') return 'Inconclusive';
  if (outcome === 'ends-agree') return 'No change found';
  const found = changes.filter((change) => change.outcome === 'found');
  const kind = asked === 'window' && found.length === 1 ? (found[0]?.direction ?? asked) : asked;
  if (kind === 'window' || kind === 'scan') return termed(KINDS[kind], terms);
  // Of a capability there is no fix, and no regression.
  const isNamed = !terms && (kind === 'fix' || isRegression(report) === 'yes');
  return isNamed ? KINDS[kind] : 'Change found';
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
    ...keys.map((row) => cardOf(row, headlineLabel(claims, row))),
    ...(isNews ? [cardOf(newest, termed(label, terms))] : []),
  ];
}

function cardOf(row: Row, label: string): Inline {
  const { version, publishedAt } = row;
  const when = publishedAt === null ? 'date unknown' : atMinute(publishedAt) + doubtOf(row);
  return says`${resultOf(row, label)} ${link({ place: placeOf(version) }, version)} ${own(when)}`;
}

function factsOf({ run, client }: Report): Inline[] {
  const { scenario, platform, mode, oracle, downloads, probed, answer, elapsedMs } = run;
  const isStatic = mode === 'static';
  // Where all was known from before, nothing was run and no time was taken.
  const ran =
    probed.length === 0
      ? 'from what earlier runs recorded'
      : `${probed.length} of ${counted(answer.rows.length, 'release')} run in ${minutesAndSeconds(elapsedMs)}`;
  return [
    client.title,
    isStatic ? '' : says`${own(oracle === null ? 'scenario' : 'servers of')} ${scenario.id}`,
    platform,
    ...(isStatic ? [own(NOT_RUN)] : [own(mode), own(SEALED_BY[isolationOf(run).weakest])]),
    oracle === null ? '' : says`judged by ${oracle}`,
    own(ran),
    own(downloads > 0 ? counted(downloads, 'download') : ''),
    own(atMinute(run.startedAt)),
    says`report ${run.id}`,
  ];
}

const HEAD = ['Version', 'Released (UTC)', 'Result', 'Basis', 'Runs', 'Integrity', 'Evidence'].map(own);

/**
 * The version table, bounded, and what it says only by omission: gaps and skips by name.
 * @param onPage the first cell of a row and its place, where a page has more on its release
 */
export function versionBlocks(
  { run }: Report,
  limits: Limits,
  onPage?: (row: Row) => Pick<BlockRow, 'place'> & { readonly first: Inline },
): Block[] {
  const rows = boundedRows(run.answer.rows, limits.versions).map((row): BlockRow | readonly Inline[] => {
    if (isGap(row)) return gap(row);
    const { first, ...place } = onPage?.(row) ?? { first: row.version };
    return { cells: [first, ...cells(row)], ...place };
  });
  return [table(HEAD, rows), list(notes(run, limits))];
}

function gap(rows: readonly Row[]): Inline[] {
  const [first] = rows;
  const isOfOneKind = rows.every(({ label }) => label === first?.label);
  const what = first && isOfOneKind ? resultOf(first) : labelCounts(rows);
  const bases = new Set(rows.flatMap(({ basis }) => basis ?? []));
  return [
    own('…'),
    own(counted(rows.length, 'more release')),
    what,
    own([...bases].join(' or ')),
    '',
    '',
    '',
  ];
}

const cells = (row: Row): Inline[] => [
  releasedText(row),
  resultOf(row),
  own(basisText(row)),
  own(row.runs > 0 ? String(row.runs) : ''),
  integrityOf(row),
  row.basis === 'inferred' ? '' : row.reason,
];

/** Enough of it to compare with `npm view <package>@<version> dist.integrity`. */
function integrityOf({ integrity }: Row): Inline {
  if (integrity === null) return '';
  const [, algorithm = '', digest = ''] = /^([a-z\d]{1,10})-(.{1,12})/u.exec(integrity) ?? [];
  return hinted(code(algorithm ? `${algorithm}-${digest}…` : integrity), integrity);
}

function notes(run: Report['run'], limits: Limits): Inline[] {
  const { rows } = run.answer;
  const noted = (what: string, items: readonly string[]): Inline => {
    if (items.length === 0) return '';
    const rest = omitted(items.length - limits.rows, 'release');
    return says`${own(what)}: ${joined(items.slice(0, limits.rows), ', ')}.${rest === '' ? '' : says` ${rest}`}`;
  };
  const gaps = rows.flatMap(({ version }, index) => unpublishedBetween(rows[index - 1]?.version, version));
  const unavailable = rows.filter(({ label }) => label === 'not available');
  const skipped = rows.filter(({ verdict }) => verdict === 'skip');
  const earlier = earlierText(run);
  return [
    noted('Never published', gaps),
    noted('Not available here, so not run', withReasons(unavailable)),
    noted('No verdict, left out of the search', withReasons(skipped)),
    earlier === undefined ? '' : says`Rounds from earlier runs: ${long(earlier)}.`,
  ];
}

const withReasons = (rows: readonly Row[]): string[] =>
  rows.map(({ version, reason }) => (reason === '' ? version : `${version} (${reason})`));
