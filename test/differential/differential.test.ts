import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import type { Rule } from '../../src/search/question.js';
import { claudeCode } from '../../src/clients/claude-code.js';
import { BisectError } from '../../src/errors.js';
import type { Run } from '../../src/run/run.js';
import { askRange } from '../../src/session/bisect.js';
import type { Bounds } from '../../src/session/range.js';
import { conclusionOf } from '../../src/report/title.js';
import { annotationOf } from '../../src/report/github.js';
import { reportDocument, tableDocument } from '../../src/report/json.js';
import { reportOf } from '../../src/report/report.js';
import { sentenceOf } from '../../src/report/sentence.js';
import { askTable } from '../../src/session/scan.js';
import type { Terms } from '../../src/scenarios/scenario.js';
import type { Session } from '../../src/session/session.js';
import type { Judgement } from '../../src/verdict/round.js';
import { keptRun, LOST, WELL } from '../helpers/kept-runs.js';
import { journalOf, observationOf } from '../helpers/observations.js';
import { never, ONCE, sessionOf, type Script } from '../helpers/scripted.js';
import { FIX, REGRESSION, window } from '../report/asked.js';

/**
 * Releases that behave by every script, asked every question: what is said of them is what was said before report/claims.ts
 * came. Until issue 11 is done. With `MCP_BISECT_DIFFERENTIAL=<file>` all of it is written there, a line for each script, so
 * that two commits can be compared; else every eighth script is asked.
 */

type Asking = Bounds | 'scan' | 'known';

interface Asked {
  readonly scripts: readonly Script[];
  readonly question: string;
  readonly bounds: Asking;
  readonly rule: Rule;
  readonly exclude: readonly string[];
}

const FEW = ['good', 'bad', 'skip', 'missing'];
const MANY = [...FEW, 'other', 'good bad '.repeat(30), 'bad|good', 'good|bad', 'bad bad|', 'error'];

const combinations = (words: readonly Script[], count: number): Script[][] =>
  count === 0
    ? [[]]
    : combinations(words, count - 1).flatMap((before) => words.map((word) => [...before, word]));

const questionsOf = (count: number): readonly (readonly [string, Asking])[] => [
  ['regression', REGRESSION],
  ['open regression', { wanted: 'regression', bad: 'latest' }],
  ['assumed regression', { wanted: 'regression', good: '1.0.0' }],
  ['fix', FIX],
  ['open fix', { wanted: 'fix', bad: '1.0.0' }],
  ['window', window(`1.0.${Math.floor(count / 2)}`)],
  ['window from a good one', window(`1.0.${Math.floor(count / 2)}`, '1.0.0')],
  ['scan', 'scan'],
  ['known', 'known'],
];

/** The same numbers every time (Park and Miller). */
function* numbers(): Generator<number> {
  for (let seed = 4711; ;) {
    seed = (seed * 48_271) % 2_147_483_647;
    yield seed;
  }
}

function everything(): Asked[] {
  const plain = (scripts: Script[]): Asked[] =>
    questionsOf(scripts.length).map(([question, bounds]) => ({
      scripts,
      question,
      bounds,
      rule: ONCE,
      exclude: [],
    }));
  const all = [
    ...[1, 2, 3, 4].flatMap((count) => combinations(FEW, count)),
    ...[2, 3].flatMap((count) => combinations(MANY, count)),
  ].flatMap(plain);
  const random = numbers();
  const below = (limit: number) => (random.next().value as number) % limit;
  const sampled = Array.from({ length: 3000 }, (_, index): Asked => {
    const words = index % 2 === 0 ? MANY : FEW;
    const scripts = Array.from({ length: 4 + below(2) }, () => words[below(words.length)] ?? '');
    const [question, bounds] = questionsOf(scripts.length)[index % 9] ?? ['', 'scan'];
    const exclude = below(4) === 0 ? [`1.0.${1 + below(3)}`] : [];
    return { scripts, question, bounds, exclude, rule: { ...ONCE, confirm: below(4), maxRounds: 30 } };
  });
  return [...all, ...sampled];
}

const captured = (text: string) => ({ text, bytes: Buffer.byteLength(text), capped: false });
const SHORT = { good: WELL, bad: LOST, skip: 'I L!' };

function observed(version: string, judgement: Judgement) {
  const seen = (arm: string, journal: string, debugLog = '') =>
    observationOf(arm, { version, journal: journalOf(journal).slice(0, 4), debugLog: captured(debugLog) });
  const observations = [
    seen('control', WELL),
    seen('404-before-tools', SHORT[judgement.verdict], `MCP server "gateway": ${judgement.verdict}\n`),
  ];
  const arms = [
    { arm: 'control', title: 'control', outcome: 'pass' as const, evidence: 'well', symptoms: [] },
    ...judgement.findings.map((one) => ({ ...one, arm: '404-before-tools' })),
  ];
  return { judgement: { ...judgement, findings: judgement.verdict === 'bad' ? arms : [] }, observations };
}

function sessionFor(scripts: readonly Script[], terms?: Terms): Session {
  const { session } = sessionOf(scripts);
  const { rounds } = session;
  return {
    ...session,
    ...(terms && { terms }),
    rounds: {
      ...rounds,
      recall: (release) =>
        rounds.recall(release).map((one) => ({ ...one, ...observed(release.version, one.judgement) })),
      examine: async (release, stop) => {
        if (scripts[Number(release.version.split('.')[2])] === 'error')
          throw new BisectError('ROOM_FAILED' as never, 'no room');
        return observed(release.version, (await rounds.examine(release, stop)).judgement);
      },
    },
  };
}

const TERMS: Terms = { works: 'speaks it', broken: 'without it', broke: 'lost', fixed: 'gained' };
const FACTS = { ...keptRun(), scenario: 'get-stream-404', arms: null };

/** All that is said of one answer, as lines. */
async function saidOf({ scripts, bounds, rule, exclude }: Asked, index: number): Promise<unknown> {
  const session = sessionFor(scripts, index % 5 === 0 ? TERMS : undefined);
  try {
    if (bounds === 'scan' || bounds === 'known') {
      const range = bounds === 'scan' ? { from: '1.0.0', scan: true } : { scan: false };
      const { answer } = await askTable(session, { ...range, fresh: false, rule, exclude }, 1, {}, never);
      return [sentenceOf(answer), tableDocument(answer, FACTS), reportText({ ...keptRun(), answer })];
    }
    const { answer, paths, releases } = await askRange(
      session,
      { ...bounds, rule, fresh: false, exclude },
      {},
      never,
    );
    const steps = paths.map((path) => path.map((step) => ({ ...step, atMs: 0 })));
    const run: Run = { ...keptRun(), answer, paths: steps, releases };
    const oracle = index % 3 === 0 ? [reportText({ ...run, oracle: './check.sh' })] : [];
    const bare = index % 7 === 0 ? [reportText({ ...run, releases: {}, isolation: 'none' })] : [];
    return [sentenceOf(answer), reportText(run), ...oracle, ...bare];
  } catch (error) {
    if (error instanceof BisectError) return error.code;
    throw error;
  }
}

function reportText(run: Run): unknown {
  const report = reportOf(run, claudeCode);
  const { about: _, environment: __, releases: ___, comparisons: ____, ...document } = reportDocument(report);
  const comparisons = report.comparisons.map(({ arms: _____, ...pair }) => pair);
  return [
    { ...document, comparisons, rows: run.answer.rows.map(({ label }) => label) },
    conclusionOf(report),
    annotationOf(report),
  ];
}

it('says of every script what it said before', { timeout: 600_000 }, async () => {
  const lines: string[] = [];
  const digests = new Map<string, ReturnType<typeof createHash>>();
  const counts = new Map<string, number>();
  const file = process.env['MCP_BISECT_DIFFERENTIAL'];
  for (const [index, asked] of everything().entries()) {
    if (file === undefined && index % 8 > 0) continue;
    const { scripts, question, exclude } = asked;
    const said = JSON.stringify(await saidOf(asked, index));
    lines.push(`${index} ${question} ${JSON.stringify(scripts)} ${exclude.join()} ${said}`);
    const group = `${question}, ${scripts.length} releases`;
    const digest = digests.get(group) ?? createHash('sha256');
    digests.set(group, digest.update(said));
    counts.set(group, (counts.get(group) ?? 0) + 1);
  }
  if (file !== undefined) {
    await writeFile(file, lines.join('\n'));
    return;
  }
  const groups = [...digests].map(
    ([group, digest]) => `${group}: ${counts.get(group)} scripts, ${digest.digest('hex').slice(0, 16)}`,
  );
  await expect(`${groups.join('\n')}\n`).toMatchFileSnapshot('expected.txt');
});
