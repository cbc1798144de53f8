import { describe, expect, it } from 'vitest';
import { claudeCode } from '../../src/clients/claude-code.js';
import type { Observation } from '../../src/probe/observation.js';
import { getStream404 } from '../../src/scenarios/get-stream-404.js';
import { stdioStrayLine } from '../../src/scenarios/stdio-stray-line.js';
import { faultOf, judgeRelease } from '../../src/verdict/judge.js';
import { failureOf, isSameFailure, type Failure } from '../../src/verdict/standing.js';
import { journalOf, observationOf } from '../helpers/observations.js';

/** How a bad release fails: which failures are the same one, and when a crash is one. judge.test.ts has the rest. */

const TOOL = 'mcp__gateway__lookup_ticket';
const WELL = `I N L> GET:404 L< model(Bash,${TOOL}) C model(Bash,${TOOL})=TICKET-4711_is_open`;
const LOST = 'I N L> GET:404 L! model(Bash)';
const AGAIN = `I N GET> L GET:404< model(Bash,${TOOL}) I N C model(Bash,${TOOL})=TICKET-4711_is_open`;

const BEFORE = '404-before-tools';
const AFTER = '404-after-tools';
const went = (arm: string, shorthand: string, changes: Partial<Observation> = {}) =>
  observationOf(arm, { journal: journalOf(shorthand), ...changes });
const judge = (...observations: Observation[]) =>
  judgeRelease('2.1.147', observations, getStream404, claudeCode);

describe('the signature of a failure', () => {
  it('names each failing arm with its symptoms, and no arm that passes', () => {
    const judgement = judge(went('control', WELL), went(BEFORE, LOST), went(AFTER, WELL));
    expect(failureOf(judgement)).toEqual(new Map([[BEFORE, new Set(['tools-lost'])]]));
  });

  it('is empty of a release that is not bad', () => {
    expect(failureOf(judge(went('control', WELL), went(BEFORE, WELL), went(AFTER, WELL))).size).toBe(0);
  });
});

describe('two failures', () => {
  const failure = (arms: Record<string, string[]>): Failure =>
    new Map(Object.entries(arms).map(([arm, symptoms]) => [arm, new Set(symptoms)]));

  it.each<[string, Record<string, string[]>, Record<string, string[]>, boolean]>([
    ['the same arm in the same way are the same', { a: ['lost'] }, { a: ['lost'] }, true],
    [
      'one arm, with a symptom more by a race, are the same',
      { a: ['lost'] },
      { a: ['lost', 're-initialized'] },
      true,
    ],
    ['one arm with nothing in common are different', { a: ['lost'] }, { a: ['re-initialized'] }, false],
    ['different arms are different', { a: ['lost'] }, { b: ['lost'] }, false],
    ['one arm more are different', { a: ['lost'] }, { a: ['lost'], b: ['lost'] }, false],
    [
      'two arms, of which one fails otherwise, are different',
      { a: ['lost'], b: ['lost'] },
      { a: ['lost'], b: ['crashed'] },
      false,
    ],
    ['an arm without any named symptom are the same', { a: [] }, { a: [] }, true],
    ['an arm, but with a symptom in one of them only, are different', { a: [] }, { a: ['lost'] }, false],
  ])('of %s', (_, one, other, expected) => {
    expect(isSameFailure(failure(one), failure(other))).toBe(expected);
    expect(isSameFailure(failure(other), failure(one))).toBe(expected);
  });
});

describe('a client that crashes in the middle of an arm', () => {
  const CRASHED: Partial<Observation> = { exit: { kind: 'signalled', signal: 'SIGSEGV' } };
  const crash = (changes = CRASHED, shorthand = 'I N L> GET:404') => went(BEFORE, shorthand, changes);
  const others = [went('control', WELL), went(AFTER, WELL)];

  it('each time, twice at least, is bad: its control shows that it can do without', () => {
    expect(judge(...others, crash(), crash())).toMatchObject({
      verdict: 'bad',
      reason: '404 before tools: crashed each time: was ended by SIGSEGV',
      runs: 2,
    });
  });

  it.each<NodeJS.Signals>(['SIGABRT', 'SIGBUS', 'SIGILL', 'SIGTRAP', 'SIGFPE', 'SIGSYS'])(
    'by %s, which a program brings upon itself, is bad as well',
    (signal) => {
      const ended: Partial<Observation> = { exit: { kind: 'signalled', signal } };
      expect(judge(...others, crash(ended), crash(ended))).toMatchObject({ verdict: 'bad' });
    },
  );

  it.each([1, 2])('after what the journal shows as a failure fails by that, run %i times', (times) => {
    const judgement = judge(...others, ...Array<Observation>(times).fill(crash(CRASHED, LOST)));
    expect(judgement).toMatchObject({ verdict: 'bad', reason: '404 before tools: tools lost' });
    expect(failureOf(judgement)).toEqual(new Map([[BEFORE, new Set(['tools-lost'])]]));
  });

  it('with a complaint is bad with that complaint', () => {
    const stderr = { text: 'TypeError: x is undefined\n  at y', bytes: 30, capped: false };
    const complains: Partial<Observation> = { exit: { kind: 'exited', code: 1 }, stderr };
    const judgement = judge(...others, crash(complains), crash(complains));
    expect(judgement).toMatchObject({
      verdict: 'bad',
      reason: '404 before tools: crashed each time: exited with code 1: TypeError: x is undefined',
    });
    expect(failureOf(judgement)).toEqual(new Map([[BEFORE, new Set(['crashed'])]]));
  });

  it.each<[string, Observation[], string]>([
    ['once only', [crash()], 'unclear'],
    ['once, and then asks for nothing more', [crash(), went(BEFORE, 'I N')], 'unclear'],
    [
      'for SIGKILL, which comes from the machine when its memory is short',
      Array(2).fill(crash({ exit: { kind: 'signalled', signal: 'SIGKILL' } })),
      'unclear',
    ],
    [
      'once, and once with a failure of ours',
      [crash({ ...CRASHED, fault: 'the fixture host ended' }), crash()],
      'unclear',
    ],
    ...['SIGTERM', 'SIGHUP', 'SIGINT', 'SIGPIPE', 'SIGXCPU'].map(
      (signal): [string, Observation[], string] => [
        `for ${signal}, which somebody sends`,
        Array(2).fill(crash({ exit: { kind: 'signalled', signal: signal as NodeJS.Signals } })),
        'unclear',
      ],
    ),
    ['and hangs the other time', [crash(), crash({ exit: { kind: 'timeout', afterMs: 30_000 } })], 'unclear'],
    ['each time, but before its first request', Array(2).fill(crash(CRASHED, '')), 'start'],
    [
      'each time, but before it has asked the gateway anything',
      Array(2).fill(crash(CRASHED, 'model')),
      'unclear',
    ],
  ])('%s is skipped', (_, observations, cause) => {
    expect(judge(...others, ...observations)).toMatchObject({ verdict: 'skip', cause });
  });

  it('and passes the other time is good: a crash may be chance', () => {
    expect(judge(...others, crash(), went(BEFORE, WELL))).toMatchObject({ verdict: 'good', runs: 2 });
  });

  it('in its control is skipped, however often: it cannot be tested at all', () => {
    const control = went('control', 'I N L> GET:405', CRASHED);
    expect(judge(control, control, crash(), crash(), went(AFTER, AGAIN))).toMatchObject({
      verdict: 'skip',
      cause: 'control',
      reason: expect.stringMatching(/^control failed: was ended by SIGSEGV/),
    });
  });
});

describe('the version of a client that names none, as over stdio before it asks the model', () => {
  const CRASHED: Partial<Observation> = { exit: { kind: 'signalled', signal: 'SIGSEGV' } };
  const unnamed = (arm: string, shorthand: string, changes: Partial<Observation> = CRASHED) =>
    observationOf(arm, { journal: journalOf(shorthand, null), ...changes });
  const judgeStdio = (...observations: Observation[]) =>
    judgeRelease('2.1.147', observations, stdioStrayLine, claudeCode);
  const [control, trial] = stdioStrayLine.arms.map(({ id }) => id) as [string, string];
  const PASSED = `I#1 N#1 L#1 model(Bash,${TOOL}) C#1 model(Bash,${TOOL})=TICKET-4711_is_open`;
  const crash = unnamed(trial, 'I#1 N#1');

  it('is proved for all of its arms by one of them: a crash each time is a way to fail', () => {
    expect(judgeStdio(went(control, PASSED), crash, crash)).toMatchObject({
      verdict: 'bad',
      reason: expect.stringMatching(/crashed each time: was ended by SIGSEGV$/),
    });
  });

  it('is not known where no arm proves it', () => {
    expect(judgeStdio(unnamed(control, PASSED, {}), crash, crash)).toMatchObject({
      verdict: 'skip',
      cause: 'version',
      reason: 'the running client did not say which version it is',
    });
  });

  it('is not proved by an arm that calls itself otherwise', () => {
    const other = observationOf(trial, { journal: journalOf(PASSED, 'claude-code/2.1.999 (sdk-cli)') });
    expect(judgeStdio(went(control, PASSED), other)).toMatchObject({
      verdict: 'skip',
      cause: 'version',
      reason: 'another version ran: it calls itself 2.1.999',
    });
  });

  it('is of no help to an arm that asked for nothing: it did not start', () => {
    expect(judgeStdio(went(control, PASSED), unnamed(trial, ''))).toMatchObject({
      verdict: 'skip',
      cause: 'start',
    });
  });
});

describe('the end of a stdio server’s process, between two requests', () => {
  it.each<[string, string, { readonly unexplained?: true }, string | null]>([
    [
      'that nobody had asked for is a failure of ours, if the client goes on',
      'I STDIO> STDIO/ model(Bash)',
      { unexplained: true },
      'the process of the stdio server ended, and nobody had told it to',
    ],
    ['is the client’s own where it asked for it', 'I STDIO> STDIO/ model(Bash)', {}, null],
    ['is the client’s own where it came to its end as well', 'I STDIO> STDIO/', { unexplained: true }, null],
  ])('%s', (_, shorthand, ending, fault) => {
    const journal = journalOf(shorthand).map((entry) =>
      entry.kind === 'closed' ? { ...entry, ...ending } : entry,
    );
    expect(faultOf(observationOf('control', { journal }))).toBe(fault);
  });
});
