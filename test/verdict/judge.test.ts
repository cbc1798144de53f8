import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { claudeCode } from '../../src/clients/claude-code.js';
import type { JournalEntry } from '../../src/fixture/journal.js';
import type { Observation } from '../../src/probe/observation.js';
import { getStream404 } from '../../src/scenarios/get-stream-404.js';
import { judgeRelease } from '../../src/verdict/judge.js';
import { journalOf, observationOf } from '../helpers/observations.js';

const TOOL = 'mcp__gateway__lookup_ticket';
const WELL = `I N L> GET:404 L< model(Bash,${TOOL}) C model(Bash,${TOOL})=TICKET-4711_is_open`;
const LOST = 'I N L> GET:404 L! model(Bash)';
const AGAIN = `I N GET> L GET:404< model(Bash,${TOOL}) I N C model(Bash,${TOOL})=TICKET-4711_is_open`;

const ARMS = ['control', '404-before-tools', '404-after-tools'] as const;

/** One observation an arm: what the control, the first and the second arm recorded. */
function seen(...arms: (string | Partial<Observation>)[]): Observation[] {
  return ARMS.map((arm, index) => {
    const what = arms[index] ?? WELL;
    return observationOf(arm, typeof what === 'string' ? { journal: journalOf(what) } : what);
  });
}

/** The entry, where it is an answer, as one that a fixture failed to give properly. */
const failed = (entry: JournalEntry): JournalEntry =>
  entry.kind === 'answer' ? { ...entry, fault: 'a bug of ours' } : entry;

const judge = (observations: Observation[], version = '2.1.147') =>
  judgeRelease(version, observations, getStream404, claudeCode);

describe('a release is', () => {
  it('good when every arm passes', () => {
    expect(judge(seen(WELL, WELL, WELL))).toMatchObject({
      verdict: 'good',
      reason: 'tool called, result returned, no reconnect',
      runs: 1,
    });
  });

  it('bad when the control passes and an arm fails, and the reason names each failing arm', () => {
    expect(judge(seen(WELL, LOST, AGAIN))).toMatchObject({
      verdict: 'bad',
      reason: '404 before tools: tools lost · 404 after tools: re-initialized 1×',
    });
  });

  it('bad on one failing arm, though another one stays unclear', () => {
    expect(judge(seen(WELL, LOST, 'I N'))).toMatchObject({
      verdict: 'bad',
      reason: '404 before tools: tools lost',
    });
  });
});

describe('a release is skipped, with the cause, when', () => {
  it.each<[string, (string | Partial<Observation>)[], string, RegExp]>([
    [
      'its control fails, whatever the arms show',
      ['I N L> GET:405 L! model(Bash)', LOST, AGAIN],
      'control',
      /^control failed: the model was not offered/,
    ],
    [
      'an arm stays unclear and none fails',
      [WELL, WELL, 'I N'],
      'unclear',
      /^404 after tools: tools\/list was never asked for/,
    ],
    [
      'it cannot be started',
      [{ exit: { kind: 'not-started', code: 'ENOEXEC', message: 'not an executable of this machine' } }],
      'start',
      /could not be started: not an executable/,
    ],
    [
      'it crashes before its first request',
      [{ exit: { kind: 'signalled', signal: 'SIGSEGV' } }],
      'start',
      /^was ended by SIGSEGV before its first request/,
    ],
    [
      'it refuses its configuration',
      [
        {
          exit: { kind: 'exited', code: 1 },
          stderr: { text: 'Error: Invalid MCP configuration\n  at x', bytes: 3, capped: false },
        },
      ],
      'start',
      /^exited with code 1 before its first request: Error: Invalid MCP configuration/,
    ],
    [
      'it ends at a terminal, which names the error below its picture',
      [{ exit: { kind: 'exited', code: 1 }, screen: ['─────', '', 'TypeError: it is not iterable'] }],
      'start',
      /^exited with code 1 before its first request: TypeError: it is not iterable$/,
    ],
    [
      'it ends at a terminal without naming an error',
      [{ exit: { kind: 'exited', code: 1 }, screen: ['', 'bye'] }],
      'start',
      /^exited with code 1 before its first request: bye$/,
    ],
    [
      'it hangs before its first request',
      [{ exit: { kind: 'timeout', afterMs: 30_000 } }],
      'start',
      /^did not end within 30 s before/,
    ],
    [
      'it floods its output',
      [{ exit: { kind: 'flooded', bytes: 67_108_864 } }],
      'start',
      /^wrote more than 64 MiB of output/,
    ],
    [
      'another version ran',
      [{ journal: journalOf(WELL, 'claude-code/2.1.999 (sdk-cli)') }],
      'version',
      /calls itself 2\.1\.999/,
    ],
    [
      'it says in none of its arms which version it is',
      ARMS.map(() => ({ journal: journalOf(WELL, null) })),
      'version',
      /did not say/,
    ],
    [
      'our own side failed',
      [WELL, LOST, { fault: 'the fixture host ended' }],
      'environment',
      /the fixture host ended/,
    ],
    [
      'a fixture gave no proper answer',
      [WELL, { journal: journalOf(LOST).map(failed) }],
      'environment',
      /^a fixture failed: a bug of ours$/,
    ],
    [
      'an arm passes and the client then ends badly',
      [WELL, { journal: journalOf(WELL), exit: { kind: 'exited', code: 3 } }],
      'unclear',
      /^404 before tools: exited with code 3/,
    ],
    [
      'an arm hangs without a symptom',
      [WELL, { journal: journalOf('I N L>'), exit: { kind: 'timeout', afterMs: 30_000 } }],
      'unclear',
      /did not end within 30 s; the model was never asked \(tools\/list pending\)/,
    ],
  ])('%s', (_, arms, cause, reason) => {
    const judgement = judge(seen(...arms));
    expect(judgement).toMatchObject({ verdict: 'skip', cause });
    expect(judgement.reason).toMatch(reason);
  });

  it('it asked for more than could be recorded', () => {
    const flood = { journal: journalOf(WELL), journalOmitted: 1 };
    expect(judge(seen(WELL, flood))).toMatchObject({
      verdict: 'skip',
      reason: '404 before tools: it asked more than could be recorded',
    });
  });

  it('an arm was not run', () => {
    expect(judge(seen().slice(0, 2))).toMatchObject({ verdict: 'skip', reason: '404 after tools: not run' });
  });
});

describe('an arm that was repeated', () => {
  it('counts as it was the last time, and the release as run twice', () => {
    const observations = [...seen(WELL, WELL, 'I N'), ...seen(WELL, WELL, AGAIN).slice(2)];
    expect(judge(observations)).toMatchObject({
      verdict: 'bad',
      reason: '404 after tools: re-initialized 1×',
      runs: 2,
    });
  });
});

describe('whatever the arms show', () => {
  const journal = fc
    .array(
      fc.constantFrom(
        'I',
        'N',
        'L',
        'L>',
        'L!',
        'C',
        'GET:404',
        'model',
        'model(Bash)',
        `model(${TOOL})=TICKET-4711_is_open`,
      ),
      { maxLength: 12 },
    )
    .map((words) => words.join(' '));

  it('no release is bad without a passing control', () => {
    fc.assert(
      fc.property(journal, journal, journal, (control, first, second) => {
        const judgement = judge(seen(control, first, second));
        const passed = judgement.findings.find(({ arm }) => arm === 'control')?.outcome === 'pass';
        expect(judgement.verdict === 'skip' || passed).toBe(true);
      }),
    );
  });

  it('no release is bad unless a 404 was answered before the symptom', () => {
    fc.assert(
      fc.property(journal, journal, (first, second) => {
        fc.pre(!first.includes('GET') && !second.includes('GET'));
        expect(judge(seen(WELL, first, second)).verdict).not.toBe('bad');
      }),
    );
  });

  it('a failure of ours is never a verdict', () => {
    fc.assert(
      fc.property(journal, fc.integer({ min: 0, max: 2 }), (shorthand, broken) => {
        const arms: (string | Partial<Observation>)[] = [WELL, shorthand, shorthand];
        arms[broken] = { journal: journalOf(shorthand), fault: 'the room broke' };
        expect(judge(seen(...arms)).verdict).toBe('skip');
      }),
    );
  });
});
