import { createHmac } from 'node:crypto';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BisectError } from '../../src/errors.js';
import type { Message, Thread } from '../../src/notify/message.js';
import { webhookChannel, type WebhookSettings } from '../../src/notify/webhook.js';
import { startReceiver, type Answer, type TestReceiver } from '../helpers/webhook.js';

const MESSAGE: Message = {
  id: 'a1b2c3',
  kind: 'regression',
  subject: 'claude-code get-stream-404 linux-x64 headless',
  about: null,
  title: 'broken',
  text: 'It broke.',
  document: { schema: 1, firstBad: '2.1.147', note: 'zwölf ✘' },
};
const THREAD: Thread = { attempt: 1, about: null, newest: null };
const QUICK = { pauseMs: 1 };
/** Only where an answer never comes: on a busy machine others are late as well. */
const IMPATIENT = { patience: { ...QUICK, requestMs: 300, attempts: 2 } };
const settingsFor = (answer: Answer) => (answer === 'stall' ? IMPATIENT : {});

let receiver: TestReceiver;
let waits: number[];
beforeEach(async () => {
  receiver = await startReceiver();
  waits = [];
});
afterEach(() => receiver.close());

function channel(settings: Partial<WebhookSettings> = {}) {
  const noted = async (ms: number) => void waits.push(ms);
  return webhookChannel({ url: `${receiver.origin}/hook`, patience: QUICK, wait: noted, ...settings });
}

function tell(settings: Partial<WebhookSettings> = {}, signal = new AbortController().signal) {
  return channel(settings).deliver(MESSAGE, THREAD, signal);
}

async function refusal(delivery: Promise<unknown>): Promise<BisectError> {
  const error = await delivery.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(BisectError);
  return error as BisectError;
}

describe('a webhook', () => {
  it('gets the document as JSON, with what names the change and its kind', async () => {
    expect(await tell({ headers: { Authorization: 'Bearer b', 'Content-Type': 'text/plain' } })).toBeNull();
    const [{ method, path, headers, body } = { method: '', path: '', headers: {}, body: '' }] =
      receiver.received;
    expect([method, path, JSON.parse(body)]).toEqual(['POST', '/hook', MESSAGE.document]);
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'idempotency-key': 'a1b2c3',
      'x-mcp-bisect-event': 'regression',
      'user-agent': 'mcp-bisect',
      authorization: 'Bearer b',
    });
    expect(headers).not.toHaveProperty('x-mcp-bisect-signature');
  });

  it('can check by a signature who sent it', async () => {
    await tell({ secret: 'hush' });
    const [request] = receiver.received;
    const digest = createHmac('sha256', 'hush')
      .update(request?.body ?? '')
      .digest('hex');
    expect(request?.headers['x-mcp-bisect-signature']).toBe(`sha256=${digest}`);
  });

  it('gets a name and a password of its address as basic authentication', async () => {
    await tell({ url: `${receiver.origin.replace('//', '//us%40er:pa%3Ass@')}/hook#part` });
    const expected = `Basic ${Buffer.from('us@er:pa:ss').toString('base64')}`;
    expect(receiver.received[0]?.headers.authorization).toBe(expected);
    expect(receiver.received[0]?.path).toBe('/hook');
  });

  const PASSING: Answer[] = ['reset', 'stall', ...[408, 425, 429, 500, 503].map((status) => ({ status }))];
  it.each(PASSING)('is told again, under the same key, after %j', async (answer) => {
    receiver.answer(answer);
    await tell(settingsFor(answer));
    expect(receiver.received.map(({ headers }) => headers['idempotency-key'])).toEqual(['a1b2c3', 'a1b2c3']);
    expect(receiver.received[0]?.body).toBe(receiver.received[1]?.body);
  });

  it.each([400, 404, 422])('is not told again after %i', async (status) => {
    receiver.answer({ status });
    const error = await refusal(tell());
    expect(error).toMatchObject({ code: 'NOT_DELIVERED', facts: { origin: receiver.origin, status } });
    expect(receiver.received).toHaveLength(1);
  });

  it.each([301, 307])('is not followed where it redirects with %i: the error says where', async (status) => {
    receiver.answer({ status, headers: { location: 'https://elsewhere.test/secret-path' } });
    const error = await refusal(tell({ secret: 'hush' }));
    expect(error.message).toContain('to https://elsewhere.test');
    expect(error.message).not.toContain('secret-path');
    expect(error.hint).toContain('redirects');
    expect(receiver.received).toHaveLength(1);
  });

  it.each<Answer>([{ status: 503 }, { status: 503, headers: { 'retry-after': '1' } }])(
    'is given up after four attempts: %j',
    async (answer) => {
      receiver.answer(...Array.from({ length: 9 }, () => answer));
      expect(await refusal(tell())).toMatchObject({ code: 'NOT_DELIVERED', facts: { status: 503 } });
      expect(receiver.received).toHaveLength(4);
    },
  );

  it('is left alone as long as it asks for, by a date', async () => {
    const date = new Date(Date.now() + 20_000).toUTCString();
    receiver.answer({ status: 503, headers: { 'retry-after': date } });
    await tell();
    expect(waits).toHaveLength(1);
    expect(Math.abs((waits[0] ?? 0) - 20_000)).toBeLessThan(2000);
  });

  it.each(['soon', '-1', '2026-01-01', ''])('is told again as usual if it asks for %j', async (header) => {
    receiver.answer({ status: 503, headers: { 'retry-after': header } });
    await tell();
    expect(waits).toEqual([1]);
    expect(receiver.received).toHaveLength(2);
  });

  it('is given up if it asks for more patience than there is, all in all', async () => {
    const patient = { status: 429, headers: { 'retry-after': '25' } };
    receiver.answer(patient, patient, patient);
    const error = await refusal(tell());
    expect(error.hint).toContain('25 s');
    expect(waits).toEqual([25_000, 25_000]);
    expect(receiver.received).toHaveLength(3);
  });

  it('cannot hold us with an answer that never ends', async () => {
    receiver.answer('endless');
    expect(await tell()).toBeNull();
  });

  it('that cannot be reached is named by the code of the system', async () => {
    await receiver.close();
    const error = await refusal(tell());
    expect(error.message).toContain('ECONNREFUSED');
    receiver = await startReceiver();
  });
});

describe('the signal', () => {
  it('ends an attempt that is under way, with its reason', async () => {
    receiver.answer('stall');
    const controller = new AbortController();
    const arrival = receiver.arrival();
    const delivery = tell({ patience: { requestMs: 10_000 } }, controller.signal);
    const reason = new BisectError('INTERRUPTED', 'interrupted');
    void arrival.then(() => controller.abort(reason));
    await expect(delivery).rejects.toBe(reason);
  });

  it('ends a pause', async () => {
    receiver.answer({ status: 503 });
    const controller = new AbortController();
    const arrival = receiver.arrival();
    const delivery = tell({ patience: { pauseMs: 10_000 }, wait: undefined }, controller.signal);
    void arrival.then(() => setTimeout(() => controller.abort('stop'), 20));
    await expect(delivery).rejects.toBe('stop');
    expect(receiver.received).toHaveLength(1);
  });

  it('lets nothing be sent if it has fired before', async () => {
    await expect(tell({}, AbortSignal.abort('stop'))).rejects.toBe('stop');
    expect(receiver.received).toEqual([]);
  });
});

describe('secrets', () => {
  const SECRETS = ['tok-path', 'tok-query', 'tok-user', 'tok-pass', 'tok-header', 'tok-hmac'];
  const secretive = (origin: string): Partial<WebhookSettings> => ({
    url: `${origin.replace('//', '//tok-user:tok-pass@')}/tok-path?key=tok-query`,
    headers: { 'x-key': 'tok-header' },
    secret: 'tok-hmac',
  });

  it.each<Answer>(['reset', 'stall', { status: 404 }, { status: 500 }, { status: 302 }])(
    'are in no error after %j',
    async (answer) => {
      receiver.answer(answer, answer, answer, answer);
      const error = await refusal(tell({ ...secretive(receiver.origin), ...settingsFor(answer) }));
      const all = inspect(error, { depth: 9 });
      expect(SECRETS.filter((secret) => all.includes(secret))).toEqual([]);
    },
  );

  it('are neither in the key nor in the name', () => {
    const { key, name } = channel(secretive('https://hooks.test'));
    expect(name).toBe('https://hooks.test');
    expect(key).toMatch(/^webhook:[0-9a-f]{12}$/);
    expect(channel(secretive('https://hooks.test')).key).toBe(key);
    expect(channel(secretive('https://other.test')).key).not.toBe(key);
  });

  it.each(['tok-path', 'ftp://tok-user@hooks.test', 'http://', 'file:///tok-path'])(
    'are not repeated when %j is refused as an address',
    (url) => {
      const error = thrownBy(() => channel({ url }));
      expect(error).toMatchObject({ code: 'BAD_OPTION' });
      expect(inspect(error, { depth: 9 })).not.toContain('tok-');
    },
  );
});

function thrownBy(make: () => unknown): unknown {
  try {
    make();
  } catch (error) {
    return error;
  }
  return undefined;
}
