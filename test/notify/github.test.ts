import { inspect } from 'node:util';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BisectError } from '../../src/errors.js';
import { githubChannel, type GithubSettings } from '../../src/notify/github.js';
import type { Message, Thread } from '../../src/notify/message.js';
import { startGithub, type FakeGithub, type Fault } from '../helpers/github.js';

const REGRESSION: Message = {
  id: 'a1b2c3',
  kind: 'regression',
  subject: 'claude-code get-stream-404 linux-x64 headless',
  about: null,
  title: 'claude-code 2.1.147 breaks get-stream-404',
  text: '# It broke\n\nSince 2.1.147.',
  document: { schema: 1 },
};
const FIX: Message = {
  ...REGRESSION,
  id: 'd4e5f6',
  kind: 'fix',
  about: 'a1b2c3',
  title: 'fixed',
  text: 'Fixed.',
};
const CORRECTION: Message = { ...FIX, id: '0a0b0c', kind: 'correction', text: 'It was 2.1.146.' };
const FIRST: Thread = { attempt: 1, about: null, newest: null };
const QUICK = { pauseMs: 1 };
/** Only where an answer never comes: on a busy machine others are late as well. */
const IMPATIENT = { patience: { ...QUICK, requestMs: 300 } };
const marked = ({ text, id }: Message) => `${text}\n\n<!-- mcp-bisect:${id} -->\n`;

let github: FakeGithub;
let waits: number[];
beforeEach(async () => {
  github = await startGithub();
  waits = [];
});
afterEach(() => github.close());

function tell(
  message: Message,
  thread: Partial<Thread> = {},
  settings: Partial<GithubSettings> = {},
  signal = new AbortController().signal,
): Promise<string | null> {
  const noted = async (ms: number) => void waits.push(ms);
  const access = { repository: 'acme/radar', token: 'tok-github', apiUrl: github.url };
  const channel = githubChannel({ ...access, patience: QUICK, paced: false, wait: noted, ...settings });
  return channel.deliver(message, { ...FIRST, ...thread }, signal);
}

async function refusal(delivery: Promise<unknown>): Promise<BisectError> {
  const error = await delivery.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(BisectError);
  expect(error).toMatchObject({ code: 'NOT_DELIVERED' });
  return error as BisectError;
}

const asked = () =>
  github.requests.map(({ method, path }) => `${method} ${path.replace('/repos/acme/radar', '')}`);
const posts = () => asked().filter((line) => line.startsWith('POST'));
const bodies = () => github.issues.flatMap(({ body, comments }) => [body, ...comments]);
const told = ({ id }: Message) =>
  bodies().filter((body) => body.includes(`<!-- mcp-bisect:${id} -->`)).length;

describe('a regression', () => {
  it('becomes a new issue, with its labels and its mark, and nothing else is asked', async () => {
    expect(await tell(REGRESSION, {}, { labels: ['regression', 'bot'] })).toBe('1');
    expect(github.issues).toMatchObject([
      { title: REGRESSION.title, body: marked(REGRESSION), labels: ['regression', 'bot'], state: 'open' },
    ]);
    expect(asked()).toEqual(['POST /issues']);
    expect(github.requests[0]?.headers['user-agent']).toBe('mcp-bisect');
  });

  it('becomes a comment where an issue of its subject is open', async () => {
    github.add();
    expect(await tell(REGRESSION, { newest: '1' })).toBe('1');
    expect(github.issues).toMatchObject([{ comments: [marked(REGRESSION)] }]);
  });

  it.each([
    ['closed', { state: 'closed' }],
    ['deleted', { deleted: true }],
  ] as const)('becomes a new issue where that of its subject is %s', async (_state, issue) => {
    github.add(issue);
    expect(await tell(REGRESSION, { newest: '1' })).toBe('2');
    expect(github.issues[0]?.comments).toEqual([]);
  });

  it('becomes a new issue where that of its subject is locked for us, and a comment where it is not', async () => {
    github.add({ locked: true });
    expect(await tell(REGRESSION, { newest: '1' })).toBe('1');
    github.rules.access = 'report';
    expect(await tell({ ...REGRESSION, id: 'bb' }, { newest: '1' })).toBe('2');
  });

  it('follows an issue to the repository that it was transferred to', async () => {
    const issue = github.add({ movedTo: '/repositories/2/issues/1' });
    expect(await tell(REGRESSION, { newest: '1' })).toBe('1');
    expect(issue.comments).toEqual([marked(REGRESSION)]);
  });

  it('follows nobody to another host, which would get the token', async () => {
    const other = await startGithub();
    github.rules.renamedTo = `@${new URL(other.url).host}`;
    expect((await refusal(tell(REGRESSION))).message).toContain('another host');
    expect(other.requests).toEqual([]);
    await other.close();
  });

  it('is not lost by a label that GitHub refuses', async () => {
    expect(await tell(REGRESSION, {}, { labels: ['x'.repeat(60)] })).toBe('1');
    expect(github.issues).toMatchObject([{ labels: [], body: marked(REGRESSION) }]);
  });

  it('is made to fit, and keeps its mark', async () => {
    const long = { ...REGRESSION, title: 'ä'.repeat(300), text: 'A line ✘ 🙂.\n'.repeat(9000) };
    await tell(long);
    const { title = '', body = '' } = github.issues[0] ?? {};
    expect([title.length, body.length <= 65_536, body.length > 65_000]).toEqual([256, true, true]);
    expect(body).toMatch(/✘ 🙂\.\n\n\*Cut short: GitHub takes no more\.\*\n\n<!-- mcp-bisect:a1b2c3 -->\n$/);
    expect(await tell(long, { attempt: 2 })).toBe('1');
  });

  it('without a single line break is cut between characters', async () => {
    await tell({ ...REGRESSION, text: '🙂'.repeat(40_000) });
    expect(github.issues[0]?.body).not.toMatch(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])/);
  });
});

describe('a fix', () => {
  it.each(['open', 'closed'] as const)('is said in the %s issue of its regression', async (state) => {
    github.add({ state });
    expect(await tell(FIX, { about: '1' })).toBe('1');
    expect(github.issues).toMatchObject([{ comments: [marked(FIX)], state }]);
  });

  it('closes the issue, if that is wanted', async () => {
    github.add();
    await tell(FIX, { about: '1' }, { closeFixed: true });
    expect(github.issues).toMatchObject([
      { comments: [marked(FIX)], state: 'closed', stateReason: 'completed' },
    ]);
  });

  it('counts as told where the token may not close the issue', async () => {
    github.rules.access = 'report';
    github.add();
    expect(await tell(FIX, { about: '1' }, { closeFixed: true })).toBe('1');
    expect(told(FIX)).toBe(1);
  });

  it('closes the issue the next time, without saying it again, where closing failed', async () => {
    github.add();
    github.fault('PATCH', ...Array.from({ length: 4 }, (): Fault => '502 before'));
    await refusal(tell(FIX, { about: '1' }, { closeFixed: true }));
    expect(await tell(FIX, { about: '1', attempt: 2 }, { closeFixed: true })).toBe('1');
    expect(github.issues[0]?.state).toBe('closed');
    expect(told(FIX)).toBe(1);
  });

  it('has no place where nothing was said, or what was is gone, or locked for us', async () => {
    expect(await tell(FIX)).toBeNull();
    expect(asked()).toEqual([]);
    github.add({ deleted: true });
    expect(await tell(FIX, { about: '1' })).toBeNull();
    expect(await tell(FIX, { about: '7' })).toBeNull();
    github.add({ locked: true });
    github.rules.access = 'report';
    expect(await tell(FIX, { about: '2' })).toBeNull();
    expect(told(FIX)).toBe(0);
  });

  it('is not taken for one without a place where the repository itself is out of sight', async () => {
    github.add();
    github.rules.access = 'none';
    expect(await refusal(tell(FIX, { about: '1' }))).toMatchObject({ facts: { status: 404 } });
    github.rules.access = 'write';
    github.rules.hasIssues = false;
    expect(await refusal(tell(FIX, { about: '1' }))).toMatchObject({ facts: { status: 410 } });
  });
});

describe('a correction', () => {
  it('is said where its regression was, which it never closes', async () => {
    github.add();
    expect(await tell(CORRECTION, { about: '1', newest: '1' }, { closeFixed: true })).toBe('1');
    expect(github.issues).toMatchObject([{ comments: [marked(CORRECTION)], state: 'open' }]);
    expect(await tell(CORRECTION)).toBeNull();
  });
});

describe('a second attempt', () => {
  it('finds the issue of the first, however many were made since, up to 300', async () => {
    await tell(REGRESSION);
    for (let i = 0; i < 299; i += 1) github.add();
    expect(await tell(REGRESSION, { attempt: 2 })).toBe('1');
    github.add();
    expect(await tell(REGRESSION, { attempt: 3 })).toBe('302');
  });

  it('finds an issue that somebody has closed and edited', async () => {
    await tell(REGRESSION);
    Object.assign(github.issues[0] ?? {}, {
      state: 'closed',
      body: `Ours!\r\n${marked(REGRESSION)}\r\nThanks.`,
    });
    expect(await tell(REGRESSION, { attempt: 2 })).toBe('1');
    expect(github.issues).toHaveLength(1);
  });

  it('takes no quotation for its own', async () => {
    github.add({ body: `> ${marked(REGRESSION).replaceAll('\n', '\n> ')}` });
    expect(await tell(REGRESSION, { attempt: 2 })).toBe('2');
  });

  it.each([0, 50, 100, 250, 999])('finds its comment behind %i others', async (others) => {
    github.add({
      comments: [...Array.from({ length: others }, () => 'me too'), marked(REGRESSION), 'later'],
    });
    expect(await tell(REGRESSION, { attempt: 2, newest: '1' })).toBe('1');
    expect(await tell({ ...FIX, id: REGRESSION.id }, { attempt: 2, about: '1' })).toBe('1');
    expect(posts()).toEqual([]);
  });

  it('writes what is not there', async () => {
    github.add();
    expect(await tell(REGRESSION, { attempt: 2 })).toBe('2');
    expect(await tell(FIX, { attempt: 2, about: '2' })).toBe('2');
    expect([told(REGRESSION), told(FIX)]).toEqual([1, 1]);
  });

  it('writes nothing where it cannot look', async () => {
    github.fault('GET', ...Array.from({ length: 4 }, (): Fault => '502 before'));
    await refusal(tell(REGRESSION, { attempt: 2 }));
    expect(posts()).toEqual([]);
  });
});

const LOST: Fault[] = ['reset after', '502 after', 'cut after', 'empty after', 'web page after'];
const MISSED: Fault[] = ['reset before', '502 before'];
const isStall = (fault: Fault) => fault === 'stall after' || fault === 'stall before';
const settingsFor = (fault: Fault) => (isStall(fault) ? IMPATIENT : {});

describe('an answer that does not come', () => {
  it.each<Fault>([...LOST, 'stall after'])(
    'costs no second issue, nor a second comment: %s',
    async (fault) => {
      github.fault('POST', fault, fault);
      expect(await tell(REGRESSION, {}, settingsFor(fault))).toBe('1');
      expect(await tell(FIX, { about: '1' }, settingsFor(fault))).toBe('1');
      expect([github.issues.length, told(REGRESSION), told(FIX), posts().length]).toEqual([1, 1, 1, 2]);
    },
  );

  it.each<Fault>([...MISSED, 'stall before'])(
    'is a reason to write again once it was looked for: %s',
    async (fault) => {
      github.fault('POST', fault);
      expect(await tell(REGRESSION, {}, settingsFor(fault))).toBe('1');
      expect(asked()).toEqual(['POST /issues', 'GET /issues', 'POST /issues']);
    },
  );

  it('is given up after four attempts, and a look for it after each', async () => {
    github.fault('POST', ...Array.from({ length: 9 }, (): Fault => '502 before'));
    const error = await refusal(tell(REGRESSION));
    expect(error.message).toContain('acme/radar');
    expect(posts()).toHaveLength(4);
    expect(waits).toEqual([1, 2, 4, 8]);
  });

  it('to a question is a reason to ask again', async () => {
    github.add();
    github.fault('GET', 'reset before', 'cut after');
    expect(await tell(REGRESSION, { newest: '1' })).toBe('1');
    expect(asked().filter((line) => line.startsWith('GET'))).toHaveLength(3);
  });

  it('within the time for everything is the end', async () => {
    github.fault('*', ...Array.from({ length: 30 }, (): Fault => 'stall before'));
    const error = await refusal(
      tell(REGRESSION, {}, { patience: { ...QUICK, requestMs: 5000, totalMs: 80 } }),
    );
    expect(error.message).toContain('no answer within 80 ms');
  });

  const fault = fc.constantFrom<Fault | null>(
    null,
    ...LOST,
    ...MISSED,
    { limit: 'primary', resetInS: 10 },
    { limit: 'secondary', retryAfterS: 30 },
    { limit: 'secondary', retryAfterS: 3600 },
    { limit: 'secondary', retryAfterS: null },
  );
  const faults = fc.array(fault, { maxLength: 14 });
  it.each([
    ['a new issue', REGRESSION, null],
    ['a comment', REGRESSION, '1'],
    ['a fix that closes', FIX, '1'],
  ] as const)(
    'tells exactly once in the end, whatever happens on the way: %s',
    async (_what, message, place) => {
      await fc.assert(
        fc.asyncProperty(faults, async (ordered) => {
          github.issues.length = 0;
          github.add({ comments: ['me too'] });
          github.fault('*', ...ordered);
          const settings = { closeFixed: true };
          const number = await untilTold((attempt) =>
            tell(message, { attempt, about: place, newest: place }, settings),
          );
          expect(told(message)).toBe(1);
          expect(number).toBe(place ?? '2');
          github.clear();
        }),
        { numRuns: 12 },
      );
    },
  );

  async function untilTold(attempt: (count: number) => Promise<string | null>): Promise<string | null> {
    for (let count = 1; count < 20; count += 1)
      try {
        return await attempt(count);
      } catch (error) {
        expect(error).toMatchObject({ code: 'NOT_DELIVERED' });
      }
    throw new Error('never told');
  }
});

describe('a rate limit', () => {
  it('of the hour is waited for if it is over soon', async () => {
    github.fault('POST', { limit: 'primary', resetInS: 20 });
    expect(await tell(REGRESSION)).toBe('1');
    expect(waits).toHaveLength(1);
    expect(Math.abs((waits[0] ?? 0) - 21_000)).toBeLessThanOrEqual(1000);
    expect(asked()).toEqual(['POST /issues', 'POST /issues']);
  });

  it('of the moment is waited for as long as GitHub says', async () => {
    github.fault('*', { limit: 'secondary', retryAfterS: 30 }, { limit: 'secondary', retryAfterS: 25 });
    expect(await tell(REGRESSION)).toBe('1');
    expect(waits.map((ms) => Math.round(ms / 1000))).toEqual([30, 25]);
  });

  it.each<Fault>([
    { limit: 'secondary', retryAfterS: null },
    { status: 429, message: 'Too many requests' },
  ])('without a time is waited for a minute, also by questions: %j', async (fault) => {
    github.add();
    github.fault('GET', fault);
    expect(await tell(REGRESSION, { newest: '1' })).toBe('1');
    expect(waits.map((ms) => Math.round(ms / 1000))).toEqual([60]);
    expect(asked()).toEqual(['GET /issues/1', 'GET /issues/1', 'POST /issues/1/comments']);
  });

  it.each<Fault>([
    { limit: 'primary', resetInS: 3000 },
    { limit: 'secondary', retryAfterS: 3000 },
  ])('that lasts is told with its end: %j', async (fault) => {
    github.fault('POST', fault);
    const error = await refusal(tell(REGRESSION));
    const retryAt = String(error.facts['retryAt']);
    expect(Math.abs(Date.parse(retryAt) - Date.now() - 3_000_000)).toBeLessThan(3000);
    expect(error.hint).toContain(retryAt);
    expect([waits, github.issues]).toEqual([[], []]);
  });
});

describe('a refusal', () => {
  it.each([
    ['an unknown token', { tokens: [] }, 401, 'token for acme/radar'],
    ['a token that may only read', { access: 'read' }, 403, 'Resource not accessible'],
    ['a repository out of sight', { access: 'none' }, 404, 'acme/radar'],
    ['a repository without issues', { hasIssues: false }, 410, 'takes no issues'],
  ] as const)('is told at once, with the way out: %s', async (_what, rules, status, said) => {
    Object.assign(github.rules, rules);
    const error = await refusal(tell(REGRESSION));
    expect(error).toMatchObject({ facts: { repository: 'acme/radar', status } });
    expect(error.message).toContain(said);
    expect(error.hint).toMatch(/issues|token|valid/);
    expect(asked()).toEqual(['POST /issues']);
  });

  it('repeats neither the token nor control characters, whatever the server does', async () => {
    const message = 'No, Bearer tok-github!\u001B[31m\nReally.';
    for (const fault of [{ status: 422, message }, { status: 403, message }, ...LOST, ...MISSED]) {
      github.fault('*', ...Array.from({ length: 8 }, () => fault));
      const error = await tell(REGRESSION, { attempt: 2 }).catch((thrown: unknown) => thrown);
      expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('tok-github');
      expect((error as Error).message).not.toMatch(/\p{Cc}/u);
      github.clear();
    }
  });
});

describe('the signal', () => {
  it.each<Fault>(['stall before', { limit: 'secondary', retryAfterS: 40 }])(
    'ends what is under way, with its reason: %j',
    async (fault) => {
      github.fault('POST', fault);
      const controller = new AbortController();
      const arrival = github.arrival();
      const settings = { wait: undefined, patience: { ...QUICK, requestMs: 5000 } };
      const delivery = tell(REGRESSION, {}, settings, controller.signal);
      const reason = new BisectError('INTERRUPTED', 'interrupted');
      void arrival.then(() => setTimeout(() => controller.abort(reason), 20));
      await expect(delivery).rejects.toBe(reason);
      expect(posts()).toHaveLength(1);
    },
  );

  it('lets nothing be asked if it has fired before', async () => {
    await expect(tell(REGRESSION, {}, {}, AbortSignal.abort('stop'))).rejects.toBe('stop');
    expect(asked()).toEqual([]);
  });
});

describe('the channel', () => {
  it('writes at the pace that GitHub asks for: three seconds from one notification to the next', async () => {
    await tell(REGRESSION, {}, { paced: true });
    await tell(FIX, { about: '1' }, { paced: true });
    expect(waits).toHaveLength(1);
    expect(Math.abs((waits[0] ?? 0) - 3000)).toBeLessThan(1500);
  });

  it('prints nothing', async () => {
    const spies = (['log', 'debug', 'info', 'warn', 'error'] as const).map((level) =>
      vi.spyOn(console, level).mockImplementation(() => undefined),
    );
    github.fault('*', '502 after', 'reset before', { limit: 'secondary', retryAfterS: 1 });
    await tell(REGRESSION);
    await refusal(tell(REGRESSION, {}, { token: 'wrong' }));
    for (const spy of spies) {
      expect(spy).not.toHaveBeenCalled();
      spy.mockRestore();
    }
  });
});
