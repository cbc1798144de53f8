import { describe, expect, it } from 'vitest';
import type { Mode } from '../../src/settings.js';
import { getStream404 } from '../../src/scenarios/get-stream-404.js';
import { journalOf } from '../helpers/observations.js';

const TOOL = 'mcp__gateway__lookup_ticket';
const RESULT = 'TICKET-4711_is_open';

function armOf(id: string) {
  const arm = getStream404.arms.find((known) => known.id === id);
  if (!arm) throw new Error(`no arm ${id}`);
  return arm;
}

const recordOf = (arm: string, shorthand: string, mode: Mode = 'headless') => ({
  arm: armOf(arm),
  journal: journalOf(shorthand),
  modelToolName: TOOL,
  mode,
});
const judge = (arm: string, shorthand: string, mode?: Mode) =>
  getStream404.judge(recordOf(arm, shorthand, mode));
const settled = (arm: string, shorthand: string, mode?: Mode) =>
  getStream404.settled(recordOf(arm, shorthand, mode));

const WELL = `model(Bash,${TOOL}) C model(Bash,${TOOL})=${RESULT}`;

describe('get-stream-404', () => {
  it('has one control arm, and one arm for each order of the two answers', () => {
    expect(getStream404.arms.map(({ id, control }) => [id, control])).toEqual([
      ['control', true],
      ['404-before-tools', false],
      ['404-after-tools', false],
    ]);
  });

  it('differs between the control and the first arm in nothing but the status of GET', () => {
    const asControl = JSON.stringify(armOf('404-before-tools').gateway).replace('404', '405');
    expect(asControl).toBe(JSON.stringify(armOf('control').gateway));
  });
});

describe('a release passes an arm when', () => {
  it.each([
    ['the call and its result arrive, GET answered first', '404-before-tools', `I N L> GET:404 L< ${WELL}`],
    ['the call and its result arrive, GET answered last', '404-after-tools', `I N GET> L GET:404< ${WELL}`],
    ['it asks for the newer protocol first', '404-before-tools', `D I N L> GET:404 L< ${WELL}`],
    ['it makes side calls without tools', '404-before-tools', `I N model L> GET:404 L< model ${WELL}`],
    ['GET is refused with 405 in the control', 'control', `I N L> GET:405 L< ${WELL}`],
  ])('%s', (_, arm, shorthand) => {
    expect(judge(arm, shorthand)).toEqual({
      outcome: 'pass',
      evidence: 'tool called, result returned, no reconnect',
      symptoms: [],
    });
  });

  it('it never opens the optional stream, which the evidence says', () => {
    expect(judge('404-after-tools', `I N L ${WELL}`)).toMatchObject({
      outcome: 'pass',
      evidence: 'tool called, result returned, GET stream not opened',
    });
  });
});

describe('a release fails an arm when', () => {
  it.each([
    [
      'it closes tools/list itself and goes on without the tool',
      'I N L> GET:404 L! model(Bash)',
      'tools lost',
      ['tools-lost'],
    ],
    [
      'it initializes anew after the 404, though the call succeeds',
      `I N GET> L GET:404< model(Bash,${TOOL}) I N GET:404 C model(Bash,${TOOL})=${RESULT}`,
      're-initialized 1×',
      ['re-initialized'],
    ],
    [
      'it does both, again and again',
      'I N L> GET:404 L! I GET:404 I model(Bash)',
      'tools lost; re-initialized 2×',
      ['tools-lost', 're-initialized'],
    ],
  ])('%s', (_, shorthand, evidence, symptoms) => {
    expect(judge('404-before-tools', shorthand)).toEqual({ outcome: 'fail', evidence, symptoms });
  });
});

describe('a release that initializes anew again and again', () => {
  const round = ' I N L GET:404';
  const loop = (rounds: number) => `I N L GET:404${round.repeat(rounds)}`;

  it.each(['headless', 'interactive'] as const)('is in a loop from the fifth time on, %s', (mode) => {
    expect(judge('404-after-tools', loop(4), mode)).toMatchObject({
      evidence: 're-initialized 4×',
      symptoms: ['re-initialized'],
    });
    expect(judge('404-after-tools', loop(5), mode)).toEqual({
      outcome: 'fail',
      // The fifth request comes 330 ms after the first refusal.
      evidence: 're-initialized 5×, 15 per second',
      symptoms: ['re-initialized', 'reconnect-loop'],
    });
  });

  it('is never said to do so less than once a second', () => {
    const slow = journalOf(loop(5)).map((entry) => ({ ...entry, atMs: entry.atMs * 1000 }));
    const record = { ...recordOf('404-after-tools', ''), journal: slow };
    expect(getStream404.judge(record).evidence).toBe('re-initialized 5×, 1 per second');
  });
});

describe('an innocent release is not blamed when', () => {
  it.each([
    ['nothing at all happened', '', 'the gateway was never initialized'],
    [
      'the model was asked before tools/list was answered',
      'I N L> GET:404 model(Bash) L<',
      'the model was not offered the tool (tools/list answered)',
    ],
    [
      'tools/list is still held',
      'I N L> GET:404 model(Bash)',
      'the model was not offered the tool (tools/list pending)',
    ],
    [
      'it initializes twice before the 404',
      `I I N L> GET:404 L< ${WELL}`,
      'initialized 2× before anything happened to the stream',
    ],
    [
      'it initializes twice and there is no GET',
      `I I N L ${WELL}`,
      'initialized 2× before anything happened to the stream',
    ],
    [
      'the model calls but the gateway is never reached',
      `I N L> GET:404 L< model(Bash,${TOOL})`,
      'the tool lookup_ticket was never called',
    ],
    [
      'the call is made twice',
      `I N L> GET:404 L< model(Bash,${TOOL}) C C model(Bash,${TOOL})=${RESULT}`,
      'the tool was called 2×',
    ],
    [
      'the result does not reach the model',
      `I N L> GET:404 L< model(Bash,${TOOL}) C`,
      'the result of the call did not reach the model',
    ],
    [
      'it gave tools/list up before the 404',
      'I N L> L! GET:404 model(Bash)',
      'the model was not offered the tool (tools/list aborted)',
    ],
  ])('%s', (_, shorthand, evidence) => {
    expect(judge('404-before-tools', shorthand)).toEqual({ outcome: 'unclear', evidence, symptoms: [] });
  });

  it.each([
    [
      'it does not wait for its tools, and closes tools/list only when it ends',
      'I N L> GET:404 model(Bash) L!',
      'the model was not offered the tool (tools/list aborted)',
    ],
    ['it asks for the tools only after the 404', 'I N GET:404 model(Bash)', 'tools/list was never asked for'],
    [
      'another path was answered with 404, and the stream never opened',
      'META:404 I N L! model(Bash)',
      'the model was not offered the tool (tools/list aborted)',
    ],
    [
      'it initialized twice after another path was answered with 404',
      `META:404 I I N L> GET:404 L< ${WELL}`,
      'initialized 2× before anything happened to the stream',
    ],
    [
      'the order of the answers could not be held',
      `I N L> GET:404 L~ ${WELL}`,
      'the order of the answers could not be held',
    ],
    [
      'its first call was closed and made again',
      `I N L> GET:404 L< model(Bash,${TOOL}) C> C! C model(Bash,${TOOL})=${RESULT}`,
      'the tool was called 2×',
    ],
  ])('%s', (_, shorthand, evidence) => {
    expect(judge('404-before-tools', shorthand)).toEqual({ outcome: 'unclear', evidence, symptoms: [] });
  });

  it('the control shows the symptoms: a control never fails, it does not pass', () => {
    expect(judge('control', `I N L> GET:405 L! I N model(Bash)`).outcome).toBe('unclear');
  });
});

describe('the client is watched on', () => {
  it.each([
    [
      'until tools/list is closed by the client and the model is asked without the tool',
      'I N L> GET:404 L!',
      false,
    ],
    ['and then no longer', 'I N L> GET:404 L! model(Bash)', true],
    ['while it may still list its tools', 'I N GET:404 model(Bash)', false],
    ['until a new session is initialized', `I N GET> L GET:404< model(Bash,${TOOL})`, false],
    ['and no longer once there is one', `I N GET> L GET:404< model(Bash,${TOOL}) I>`, true],
    [
      'until the model has answered the result',
      `I N L> GET:404 L< model(Bash,${TOOL}) C model(Bash,${TOOL})=${RESULT}>`,
      false,
    ],
    ['and no longer after that', `I N L> GET:404 L< ${WELL}`, true],
  ])('%s', (_, shorthand, over) => {
    expect(settled('404-before-tools', shorthand) !== undefined).toBe(over);
  });
});

describe('at a terminal, where no client ends by itself, it is watched', () => {
  it.each([
    ['for a while after the first new session, to count those that follow', 'I N GET> L GET:404< I>', 3000],
    ['in quiet after the script has ended well', `I N L> GET:404 L< ${WELL}`, 1500],
    ['in quiet after the tools were lost', 'I N L> GET:404 L! model(Bash)', 1500],
    [
      'in quiet after a question without the tool, which nothing will follow',
      'I N L> GET:404 L< model(Bash)',
      1500,
    ],
    ['until the model has been asked', 'I N L> GET:404 L<', undefined],
    ['until the model has answered', 'I N L> GET:404 L< model(Bash)>', undefined],
    ['through side calls without tools', 'I N L> GET:404 L< model', undefined],
  ])('%s', (_, shorthand, watchMs) => {
    expect(settled('404-before-tools', shorthand, 'interactive')).toBe(watchMs);
  });
});

describe('the listening stream', () => {
  it('is refused only after the tools were listed in the same session, in every round', () => {
    const hold = armOf('404-after-tools').gateway.rules.find(({ on }) => on.method === 'GET')?.hold;
    expect(hold?.until).toEqual({
      fixture: 'gateway',
      event: 'answer',
      rpc: 'tools/list',
      sameSession: true,
    });
  });
});
