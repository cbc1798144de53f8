/** The report as one page in one file: the answer, every release with what was recorded of it, and how it was found. Pure. */
import { armFold, comparedBlocks, openArms } from './blocks/arm.js';
import { armTable, failingBlocks, primary } from './blocks/findings.js';
import { glanceBlocks, keyRows, leadOf, placeOf, targetOf, versionBlocks } from './blocks/answer.js';
import {
  environmentBlocks,
  exchangeBlocks,
  originBlock,
  reproduceBlocks,
  searchBlocks,
} from './blocks/how.js';
import { resultOf } from './blocks/signs.js';
import { byWeight } from './rows.js';
import { expectedOf, wrongOf } from './prose.js';
import type { Comparison } from './comparison.js';
import {
  address,
  bold,
  code,
  fold,
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
} from './document.js';
import type { Limits } from './limits.js';
import { npmPage } from './links.js';
import { pageOf } from './page.js';
import type { ArmEvidence } from './evidence.js';
import type { Row } from '../search/answer.js';
import type { Report } from './report.js';
import { comparisonTitle, titleOf } from './title.js';
import { releasedText, roundsText } from './words.js';

/** Browsers are slow with more. */
const MAX_CHARS = 4_500_000;

/**
 * A page for browsers that needs no network and no script. Text of the client is shown as text, whatever it is.
 * @param name of the file that it will be in: the line that reproduces it reads the scenario from there
 * @returns the whole file
 */
export function htmlOf(report: Report, name = 'report.html'): string {
  return pageOf(
    {
      title: titleOf(report),
      lead: leadOf(report) ?? { place: 'releases', text: 'Go to the releases' },
      blocks: (limits) => reportBlocks(report, limits, name),
      tool: `mcp-bisect ${report.run.tool}`,
      did: ', which ran the releases that npm serves against servers of its own',
    },
    MAX_CHARS,
  );
}

function reportBlocks(report: Report, limits: Limits, name: string): Block[] {
  const shown = report.comparisons.slice(0, limits.others + 1);
  const parts: readonly (readonly [place: string, title: string, blocks: readonly Block[]])[] = [
    ['releases', 'Releases', releasesBlocks(report, limits)],
    ...shown.map((pair, index) => {
      const more = index === shown.length - 1 ? report.comparisons.length - shown.length : 0;
      return [
        `comparison-${index + 1}`,
        comparisonTitle(pair, report.run.answer),
        [...comparisonBlocks(report, pair, limits), paragraph(omitted(more, 'comparison'))],
      ] as const;
    }),
    ['path', 'How it was found', report.run.paths.length > 0 ? searchBlocks(report, limits, true) : []],
    ['reproduce', 'Try it yourself', reproduceBlocks(report, limits, name)],
    ['environment', 'Where it was run', [...environmentBlocks(report, limits), originBlock(report)]],
  ];
  const there = parts.filter(([, , blocks]) => blocks.length > 0);
  return [
    ...glanceBlocks(report, limits),
    ...behaviourBlocks(report, limits),
    list(
      there.map(([place, title]) => link({ place }, title)),
      'nav',
    ),
    ...there.map(([place, title, blocks]) => section(2, title, blocks, { place })),
  ];
}

/** What is wrong, what should be, and what the scenario did, or which command judged in its place. */
function behaviourBlocks(report: Report, limits: Limits): Block[] {
  const { scenario, oracle } = report.run;
  const { title, spec, issue, server, tool, prompt } = scenario;
  const pair = primary(report);
  const facts: readonly (readonly [string, Inline])[] =
    oracle === null
      ? [
          ['Scenario', title],
          ['MCP server', server],
          ['Tool', tool],
          ['Prompt', prompt],
          ['Specification', long(spec)],
          ['Issue', issue === '' ? '' : address(issue)],
        ]
      : [['Judged by', oracle]];
  return [
    section(2, own('What goes wrong'), [
      paragraph(long(wrongOf(report))),
      ...(pair ? failingBlocks(report, pair, limits) : []),
    ]),
    section(2, own('What should happen'), [
      paragraph(long(expectedOf(report))),
      list(facts.map(([name, value]) => (value === '' ? '' : says`${own(name)}: ${value}`))),
    ]),
  ];
}

/** The version table, and below it every release that was run, as far as there is room: those first that the answer names. */
function releasesBlocks(report: Report, limits: Limits): Block[] {
  const { run, claims, comparisons, evidence } = report;
  const { rows } = run.answer;
  const target = targetOf(report)?.version;
  const named = [
    ...comparisons.slice(0, limits.others + 1).flatMap(({ good, bad }) => [good, bad]),
    ...keyRows(report).map(({ version }) => version),
    target,
    claims.newestBad,
  ].filter((version) => typeof version === 'string');
  const ran = rows.filter(({ version }) => evidence.has(version));
  const told = new Set(byWeight(ran, new Set(named)).slice(0, limits.releases));
  return [
    ...versionBlocks(report, limits, (row) => {
      const place = placeOf(row.version);
      return told.has(row) ? { first: link({ place }, row.version) } : { first: row.version, place };
    }),
    ...ran
      .filter((row) => told.has(row))
      .map((row) =>
        releaseFold(report, row, evidence.get(row.version) ?? [], limits, row.version === target),
      ),
    paragraph(
      ran.length > told.size
        ? says`${omitted(ran.length - told.size, 'release')} What was recorded of one: ${code('mcp-bisect show <version>')}`
        : '',
    ),
  ];
}

function releaseFold(
  { client }: Report,
  row: Row,
  arms: readonly ArmEvidence[],
  limits: Limits,
  isOpen: boolean,
): Block {
  const { version, reason, integrity } = row;
  const open = openArms(arms);
  return fold(
    says`${bold(version)} ${resultOf(row)}${reason === '' ? '' : says`: ${reason}`}`,
    [
      list([
        says`Released: ${releasedText(row)}`,
        says`Rounds: ${own(roundsText(row))}`,
        integrity === null ? '' : says`Integrity: ${code(integrity)}`,
        says`At the registry: ${address(npmPage(client.package, version))}`,
      ]),
      ...arms.map((arm) => armFold({ version, evidence: arm }, limits, open.has(arm))),
    ],
    { isOpen, place: placeOf(version) },
  );
}

/** Arm by arm; open where the releases came out differently: what is alike in both only reassures. */
function comparisonBlocks(report: Report, pair: Comparison, limits: Limits): Block[] {
  const folds = pair.arms
    .slice(0, limits.others + 1)
    .map((arm) =>
      fold(
        says`${bold(arm.title)}${own(arm.isControl ? ' (control)' : '')}`,
        [...comparedBlocks(report, pair, arm, limits), ...exchangeBlocks(pair, arm, limits)],
        { isOpen: arm.good.outcome !== arm.bad.outcome },
      ),
    );
  return [
    armTable(report, pair, pair.arms, limits),
    ...folds,
    paragraph(omitted(pair.arms.length - folds.length, 'arm')),
  ];
}
