/** Small bisections of every kind, from releases that behave by scripts: each as it would be kept. */
import type { Rule } from '../../src/search/question.js';
import type { Judgement, Verdict, KeptRound } from '../../src/verdict/round.js';
import { claudeCode } from '../../src/clients/claude-code.js';
import type { Run } from '../../src/run/run.js';
import type { Observation } from '../../src/probe/observation.js';
import type { Bounds } from '../../src/session/range.js';
import { askRange } from '../../src/session/bisect.js';
import { getStream404 } from '../../src/scenarios/get-stream-404.js';
import { modernDiscover } from '../../src/scenarios/modern-discover.js';
import type { Terms } from '../../src/scenarios/scenario.js';
import { judgeRelease } from '../../src/verdict/judge.js';
import { keptRun, LOST, roundOf, WELL } from '../helpers/kept-runs.js';
import { journalOf, observationOf } from '../helpers/observations.js';
import { never, ONCE, sessionOf, type Script } from '../helpers/scripted.js';
import { FIX, REGRESSION, window } from '../report/asked.js';

interface Asking {
  readonly scripts: readonly Script[];
  readonly bounds?: Bounds;
  readonly rule?: Partial<Rule>;
  readonly exclude?: readonly string[];
  /** Releases whose times contradict those of others. */
  readonly doubtful?: readonly string[];
  /** Of every run of the client. */
  readonly seen?: Partial<Observation>;
  /** With every arm and the debug logs. */
  readonly isWhole?: boolean;
  /** The scenario's own words. */
  readonly terms?: Terms | undefined;
  readonly changes?: Partial<Run>;
}

const { scenario } = keptRun();
const AT_FIRST = { startedAt: '2026-11-21T10:00:00.000Z' };
const captured = (text: string) => ({ text, bytes: Buffer.byteLength(text), capped: false });
const OPEN: Bounds = { wanted: 'regression', bad: 'latest' };

/** What is asked, by the name of its files. */
const ASKED: Readonly<Record<string, Asking>> = {
  boundary: { scripts: ['good', 'good', 'bad'], rule: { confirm: 2 }, isWhole: true },
  gained: {
    scripts: ['bad', 'bad', 'good', 'good'],
    bounds: FIX,
    rule: { confirm: 2 },
    terms: modernDiscover.terms,
  },
  suspects: { scripts: ['good', 'skip', 'skip', 'bad'], rule: { confirm: 2 } },
  'found-after-a-gap': { scripts: ['good', 'missing', 'bad'], doubtful: ['1.0.2'], rule: { confirm: 2 } },
  gaps: {
    scripts: ['good', 'missing', 'good', 'missing', 'good', 'bad', 'skip', 'bad'],
    exclude: ['1.0.4'],
    doubtful: ['1.0.5', '1.0.7'],
  },
  window: { scripts: ['good', 'bad', 'bad', 'good'], bounds: window('1.0.1'), rule: { confirm: 2 } },
  'ends-agree': { scripts: ['good', 'good', 'good'] },
  'never-worked': { scripts: ['bad', 'bad', 'bad'], bounds: OPEN, rule: { confirm: 2 } },
  'not-fixed': { scripts: ['bad', 'skip', 'bad', 'bad'], bounds: { wanted: 'fix', bad: '1.0.0' } },
  inconclusive: { scripts: ['good', 'good', 'skip'] },
  noise: { scripts: Array<Script>(4).fill('good bad '.repeat(30)), rule: { confirm: 2, maxRounds: 24 } },
  contradiction: { scripts: ['good', 'bad|', 'good', 'bad', 'bad'], seen: AT_FIRST },
  oracle: {
    scripts: ['good', 'good', 'bad'],
    seen: { stdout: captured('token=not-for-others\nno tools at all\n'), stderr: captured('exit 1\n') },
    changes: {
      oracle: '/home/jo/checks/tools.sh --strict',
      reproduce: ['run', '--oracle', '/home/jo/checks/tools.sh --strict', '--good', '1.0.0'],
      identity: { user: 'jo', host: 'owl', home: '/home/jo', cacheDir: '/home/jo/.cache/mcp-bisect' },
    },
  },
  'scenario-file': {
    scripts: ['good', 'bad', 'bad'],
    changes: {
      scenario: {
        ...scenario,
        id: 'closes-early',
        title: 'the gateway closes early',
        issue: '',
        spec: '',
        expected: '',
        file: {
          name: 'closes-early.mjs',
          text: 'export default { id: "closes-early" };\n',
          imports: ['left'],
        },
      },
      reproduce: ['run', '--scenario', 'closes-early.mjs', '--good', '1.0.0', '--bad', '1.0.2'],
      arms: ['404-before-tools'],
    },
  },
  interactive: {
    scripts: ['good', 'bad'],
    seen: {
      mode: 'interactive',
      isolation: 'none',
      screen: ['╭──────────╮', '│ > _      │', '╰──────────╯'],
    },
    changes: { mode: 'interactive', isolation: 'none' },
  },
};

export const NAMES: readonly string[] = Object.keys(ASKED);

/** The run of this name, as it is kept: always the same. */
export async function goldenRun(name: string): Promise<Run> {
  const asking = ASKED[name];
  if (!asking) throw new Error(`no golden run ${name}`);
  const { scripts, bounds = REGRESSION, rule: changed, exclude = [], doubtful = [], terms, changes } = asking;
  const { session, ran } = sessionOf(scripts);
  const { catalogue, rounds } = session;
  const rule = { ...ONCE, ...changed };
  const releases = catalogue.releases.map((one) => ({
    ...one,
    timeDoubtful: doubtful.includes(one.version),
  }));
  const found = await askRange(
    {
      ...session,
      ...(terms && { terms }),
      catalogue: { ...catalogue, releases },
      rounds: {
        ...rounds,
        recall: (release) =>
          rounds
            .recall(release)
            .map((one) => ({ ...one, ...observed(release.version, one.judgement, asking) })),
        examine: async (release, stop) =>
          observed(release.version, (await rounds.examine(release, stop)).judgement, asking),
      },
    },
    { ...bounds, rule, fresh: false, exclude },
    {},
    never,
  );
  if ('error' in found) throw found.error;
  return {
    ...keptRun(),
    answer: found.answer,
    paths: found.paths.map((steps) => steps.map((step, index) => ({ ...step, atMs: index * 1000 }))),
    probed: [...new Set(ran)],
    downloads: new Set(ran).size,
    releases: found.releases,
    rule,
    reproduce: ['run', '--client', 'claude-code', '--good', '1.0.0', '--bad', `1.0.${scripts.length - 1}`],
    ...changes,
  };
}

/** A round of the reported case: whole, or as little of it as shows what it came to. */
function observed(
  version: string,
  { verdict }: Judgement,
  { isWhole = false, seen = {} }: Pick<Asking, 'isWhole' | 'seen'>,
): Omit<KeptRound, 'isWhole'> {
  if (isWhole && verdict !== 'skip') return roundOf(version, verdict, seen);
  const observations = Object.entries(SHORT[verdict]).map(([arm, shorthand]) =>
    observationOf(arm, {
      version,
      journal: journalOf(shorthand, `claude-code/${version} (sdk-cli)`),
      ...seen,
    }),
  );
  return {
    judgement: judgeRelease(version, observations, IN_SHORT, claudeCode),
    observations: observations.map((one) => ({ ...one, journal: one.journal.slice(0, 2) })),
  };
}

/** Two of its arms, no debug logs, and of the journals the beginning. */
const IN_SHORT = { ...getStream404, arms: getStream404.arms.filter(({ id }) => id !== '404-after-tools') };
const SHORT: Readonly<Record<Verdict, Readonly<Record<string, string>>>> = {
  good: { control: WELL, '404-before-tools': WELL.replace('405', '404') },
  bad: { control: WELL, '404-before-tools': LOST },
  skip: { control: LOST },
};
