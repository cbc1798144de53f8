/** The arms of all columns of a release, with as much of each as one page has room for. Values in, HTML out. */
import { armOf, endingOf } from '../html/arm.js';
import { omittedNote, template, type Markup } from '../html/markup.js';
import { armSection, opened } from '../html/release.js';
import { cut } from '../text.js';
import type { ArmEvidence } from '../report.js';
import type { PageRound, ReleasePage } from './version-table.js';

/** A few hundred KB: pages of hundreds of releases lie in one repository. */
const MAX_CHARS = 350_000;
const MAX_ARMS = 20;

/** How much of each list is shown, the less the more there is of everything; last of all how it ended alone. */
const LEVELS = [120, 60, 30, 15, 6] as const;
const MAX_OUTPUT = 4_000;
const MAX_LINE = 1_000;
const MAX_TITLE = 200;

/** By key of a column; columns without a round are not in it. What passes is shortened before what fails. */
export function drawnArms({ row, rounds }: ReleasePage): ReadonlyMap<string, Markup> {
  const drawnAt = (level: number) =>
    new Map(
      Object.entries(rounds).map(([key, round]) => [
        key,
        roundAt(round, `${cut(row.version, MAX_TITLE)}, ${key}`, level),
      ]),
    );
  for (const level of LEVELS.keys()) {
    const drawn = drawnAt(level);
    if (lengthOf(drawn) <= MAX_CHARS) return drawn;
  }
  return drawnAt(LEVELS.length);
}

const lengthOf = (drawn: ReadonlyMap<string, Markup>): number =>
  [...drawn.values()].reduce((sum, { length }) => sum + length, 0);

const together = template<{ arms: readonly Markup[]; note: Markup }>(
  '<% for (const arm of it.arms) { %><%= arm %><% } %><%= it.note %>',
);

function roundAt({ arms }: PageRound, where: string, level: number): Markup {
  const shown = arms.slice(0, MAX_ARMS).map(brief);
  const open = arms.some(({ outcome }) => outcome !== 'pass') ? opened(arms) : new Set<string>();
  return together({
    arms: shown.map((arm) => {
      const most = LEVELS[arm.outcome === 'pass' ? level + 1 : level];
      const body =
        most === undefined
          ? endingOf(arm)
          : armOf(shortened(arm, most), `${where}, ${arm.title} (${arm.arm})`, false);
      return armSection(arm, open.has(arm.arm), body);
    }),
    note: omittedNote(arms.length - shown.length, 'arm'),
  });
}

/** What is always said of it, each on a line. */
const brief = (arm: ArmEvidence): ArmEvidence => ({
  ...arm,
  title: cut(arm.title, MAX_TITLE),
  evidence: cut(arm.evidence, MAX_TITLE),
  end: cut(arm.end, MAX_TITLE),
});

/** No list longer than that; what is left out is counted where it is missing. */
function shortened(arm: ArmEvidence, most: number): ArmEvidence {
  const { steps, omitted, tools, log, logged, screen } = arm;
  const lines = (all: readonly string[]) => [
    ...all.slice(0, most).map((line) => cut(line, MAX_LINE)),
    ...(all.length > most ? [`… ${all.length - most} more lines`] : []),
  ];
  return {
    ...arm,
    steps: steps.slice(0, most),
    omitted: omitted + Math.max(0, steps.length - most),
    tools: tools.slice(0, most),
    log: lines(log),
    logged: lines(logged),
    screen: screen && lines(screen),
    stderr: cut(arm.stderr, MAX_OUTPUT),
    stdout: cut(arm.stdout, MAX_OUTPUT),
  };
}
