import { describe, expect, it } from 'vitest';
import { BisectError } from '../../src/errors.js';
import type { NightLedger } from '../../src/ledger/ledger.js';
import { isUntold, tellPending, type Told } from '../../src/nightly/telling.js';
import type { Channel, Thread } from '../../src/notify/message.js';
import { never } from '../helpers/scripted.js';
import { ledgerForTest, toldChange } from './setting.js';

const down = () => new BisectError('NOT_DELIVERED', 'it does not answer', { hint: 'look at it' });

interface Heard {
  readonly id: string;
  readonly thread: Thread;
}

/** A channel that hears everything, but what it fails at: by message, how often and with what. */
function channelOf(
  key: string,
  failing: Record<string, Error[]> = {},
): Channel & { readonly heard: Heard[] } {
  const heard: Heard[] = [];
  return {
    key,
    name: `${key} by name`,
    heard,
    deliver: async ({ id }, thread) => {
      const error = failing[id]?.shift();
      if (error) throw error;
      heard.push({ id, thread });
      return key === 'command' ? null : `place of ${id}`;
    },
  };
}

const idsOf = ({ heard }: { readonly heard: readonly Heard[] }) => heard.map(({ id }) => id);
const threadsOf = ({ heard }: { readonly heard: readonly Heard[] }) =>
  Object.fromEntries(heard.map(({ id, thread }) => [id, thread]));

function nightsWith(...changes: Parameters<typeof toldChange>[0][]): NightLedger {
  const { nights } = ledgerForTest();
  for (const change of changes)
    nights.addChange(toldChange({ channels: ['github:a/b', 'command'], ...change }));
  return nights;
}

async function tell(nights: NightLedger, ...channels: Channel[]): Promise<Told[]> {
  const told: Told[] = [];
  await tellPending(nights, channels, never, (one) => told.push(one));
  return told;
}

describe('what is to be told', () => {
  it('is told in every way, in the order in which it was found', async () => {
    const nights = nightsWith({ id: 'b' }, { id: 'a' });
    const [github, command] = [channelOf('github:a/b'), channelOf('command')];
    expect(await tell(nights, github, command)).toEqual([
      { id: 'b', channel: 'github:a/b by name', error: null, place: 'place of b' },
      { id: 'b', channel: 'command by name', error: null, place: null },
      { id: 'a', channel: 'github:a/b by name', error: null, place: 'place of a' },
      { id: 'a', channel: 'command by name', error: null, place: null },
    ]);
    expect([idsOf(github), idsOf(command)]).toEqual([
      ['b', 'a'],
      ['b', 'a'],
    ]);
  });

  it('is not told where it was not to be: a way that was configured later does not hear of the past', async () => {
    const nights = nightsWith({ id: 'a', channels: ['command'] });
    const later = channelOf('webhook:5f3a');
    expect(await tell(nights, later)).toEqual([]);
    expect(idsOf(later)).toEqual([]);
  });
});

describe('a failure', () => {
  it('keeps the channel from what comes after, so that nobody hears of a fix before the regression; the others go on', async () => {
    const nights = nightsWith({ id: 'a' }, { id: 'b', kind: 'fix' });
    const [github, command] = [channelOf('github:a/b', { a: [down()] }), channelOf('command')];
    expect(await tell(nights, github, command)).toContainEqual({
      id: 'a',
      channel: 'github:a/b by name',
      error: 'it does not answer; look at it',
      place: null,
    });
    expect([idsOf(github), idsOf(command)]).toEqual([[], ['a', 'b']]);
  });

  it('keeps no other subject from being told in that channel: a message that is refused for good blocks its own alone', async () => {
    const nights = nightsWith(
      { id: 'a' },
      { id: 'b', subject: 'another' },
      { id: 'c', kind: 'fix' },
      { id: 'd', subject: 'another', kind: 'fix' },
    );
    const refusing = () => channelOf('command', { a: [down()] });
    const [first, second] = [refusing(), refusing()];
    await tell(nights, first);
    expect(idsOf(first)).toEqual(['b', 'd']);
    await tell(nights, second);
    expect(idsOf(second)).toEqual([]);
    expect(nights.delivery('a', 'command').attempts).toBe(2);
    expect(nights.delivery('c', 'command').attempts).toBe(0);
  });

  it('is made up for the next time, in order, and the others hear nothing twice', async () => {
    const nights = nightsWith({ id: 'a' }, { id: 'b', kind: 'fix' });
    const [github, command] = [channelOf('github:a/b', { a: [down()] }), channelOf('command')];
    await tell(nights, github, command);
    await tell(nights, github, command);
    expect([idsOf(github), idsOf(command)]).toEqual([
      ['a', 'b'],
      ['a', 'b'],
    ]);
    expect(github.heard[0]?.thread.attempt).toBe(2);
  });

  it('that is a bug is no failure of the channel', async () => {
    const nights = nightsWith({ id: 'a' });
    const broken = channelOf('command', { a: [new TypeError('undefined is not a function')] });
    await expect(tell(nights, broken)).rejects.toThrow(TypeError);
    expect(nights.delivery('a', 'command')).toEqual({ attempts: 1, isDelivered: false, place: null });
  });

  it('of the signal ends the telling with its reason', async () => {
    const nights = nightsWith({ id: 'a' }, { id: 'b' });
    const stop = new AbortController();
    const channel: Channel = {
      ...channelOf('command'),
      deliver: async (_message, _thread, signal) => {
        stop.abort(new Error('enough'));
        throw signal.reason;
      },
    };
    await expect(tellPending(nights, [channel], stop.signal, () => {})).rejects.toThrow('enough');
    expect(nights.delivery('a', 'command')).toMatchObject({ attempts: 1, isDelivered: false });
    expect(nights.delivery('b', 'command').attempts).toBe(0);
  });
});

describe('the thread of a message', () => {
  it('says where the one was told that it follows, and where the last one before it', async () => {
    const nights = nightsWith(
      { id: 'a' },
      { id: 'b', kind: 'fix', about: 'a' },
      { id: 'c' },
      { id: 'd', kind: 'correction', about: 'a' },
    );
    const github = channelOf('github:a/b');
    await tell(nights, github);
    expect(threadsOf(github)).toEqual({
      a: { attempt: 1, about: null, newest: null },
      b: { attempt: 1, about: 'place of a', newest: 'place of a' },
      c: { attempt: 1, about: null, newest: 'place of b' },
      d: { attempt: 1, about: 'place of a', newest: 'place of c' },
    });
  });

  it('knows nothing of other subjects, and nothing of other channels', async () => {
    const nights = nightsWith(
      { id: 'a', subject: 'another', channels: ['github:a/b'] },
      { id: 'b', channels: ['webhook:5f3a'] },
      { id: 'c', kind: 'fix', about: 'b', channels: ['github:a/b'] },
    );
    const [github, webhook] = [channelOf('github:a/b'), channelOf('webhook:5f3a')];
    await tell(nights, github, webhook);
    expect(threadsOf(github)['c']).toEqual({ attempt: 1, about: null, newest: null });
  });
});

describe('a channel that is not configured any more', () => {
  const hooks = (...names: string[]) => names.map((name) => `webhook:${name}`);
  const pendingIn = (nights: NightLedger, ...configured: string[]) =>
    nights
      .changes()
      .filter((change) => isUntold(nights, change, configured))
      .map(({ id }) => id);

  it('has what it was to tell told by a new one of its kind, once, whatever is configured after that', async () => {
    const nights = nightsWith({ id: 'a', channels: hooks('old') });
    expect(pendingIn(nights, ...hooks('new'))).toEqual(['a']);
    const moved = channelOf('webhook:new');
    expect(await tell(nights, moved)).toEqual([
      { id: 'a', channel: 'webhook:new by name', error: null, place: 'place of a' },
    ]);
    const told = { isDelivered: true, place: 'place of a' };
    expect(nights.delivery('a', 'webhook:new')).toMatchObject(told);
    // The place is the new one's.
    expect(nights.delivery('a', 'webhook:old')).toMatchObject({ isDelivered: true, place: null });
    for (const name of ['new', 'newer', 'old']) {
      const [key = ''] = hooks(name);
      expect(pendingIn(nights, key)).toEqual([]);
      expect(await tell(nights, channelOf(key))).toEqual([]);
    }
  });

  it('is taken over from before the first attempt, and after one that failed: then it may have been heard', async () => {
    const nights = nightsWith({ id: 'a', channels: ['github:a/old'] });
    await tell(nights, channelOf('github:a/old', { a: [down()] }));
    const moved = channelOf('github:a/new', { a: [down()] });
    expect(await tell(nights, moved)).toMatchObject([{ error: expect.any(String) }]);
    expect(pendingIn(nights, 'github:a/new')).toEqual(['a']);
    expect(pendingIn(nights, 'github:a/old')).toEqual(['a']);
    await tell(nights, moved);
    expect(threadsOf(moved)).toMatchObject({ a: { attempt: 2 } });
    expect(pendingIn(nights, 'github:a/new')).toEqual([]);
  });

  it('is taken over by one, and another by the next; each hears it once, on whichever night', async () => {
    const nights = nightsWith({ id: 'a', channels: hooks('1', '2') });
    const third = channelOf('webhook:3');
    const fourth = channelOf('webhook:4', { a: [down()] });
    await tell(nights, third, fourth);
    expect(pendingIn(nights, ...hooks('3', '4'))).toEqual(['a']);
    await tell(nights, third, fourth);
    expect([idsOf(third), idsOf(fourth)]).toEqual([['a'], ['a']]);
    expect(pendingIn(nights, ...hooks('3', '4'))).toEqual([]);
  });

  it.each<[string, string[], string[], string[]]>([
    ['two by one, which hears it once', ['1', '2'], ['3'], ['3']],
    ['one by one of two, the first', ['1'], ['3', '4'], ['3']],
  ])('is taken over: %s', async (_, old, configured, expected) => {
    const nights = nightsWith({ id: 'a', channels: hooks(...old) });
    const channels = hooks(...configured).map((key) => channelOf(key));
    await tell(nights, ...channels);
    expect(channels.filter((channel) => channel.heard.length === 1).map(({ key }) => key)).toEqual(
      hooks(...expected),
    );
    expect(pendingIn(nights, ...hooks(...configured))).toEqual([]);
    expect(pendingIn(nights, ...hooks('5', '6'))).toEqual([]);
  });

  it('leaves its place to the one that took over: what follows is told there', async () => {
    const nights = nightsWith(
      { id: 'a', channels: ['github:a/old'] },
      { id: 'b', kind: 'fix', about: 'a', channels: ['github:a/new'] },
    );
    const moved = channelOf('github:a/new');
    await tell(nights, moved);
    expect(threadsOf(moved)['b']).toMatchObject({ about: 'place of a' });
  });
});
