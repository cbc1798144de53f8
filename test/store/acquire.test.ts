import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Flights } from '../../src/store/acquire.js';
import { deferred } from './deferred.js';

/** Work whose end the test decides. */
function held() {
  const { promise, resolve, reject } = deferred<string>();
  const begun = deferred<AbortSignal>();
  const reports: ((progress: number) => void)[] = [];
  const work = (signal: AbortSignal, report: (progress: number) => void) => {
    reports.push(report);
    begun.resolve(signal);
    return promise;
  };
  return { work, resolve, reject, begun: begun.promise, reports };
}

describe('callers that want the same at the same time', () => {
  it('all hear of the progress', async () => {
    const flights = new Flights<string, number>();
    const { work, resolve, begun, reports } = held();
    const heard: number[] = [];
    const onProgress = (progress: number) => heard.push(progress);
    const both = Promise.all([
      flights.join('key', { work, onProgress }),
      flights.join('key', { work, onProgress }),
    ]);
    await begun;
    reports[0]?.(7);
    resolve('done');
    await both;
    expect(heard).toEqual([7, 7]);
  });
});

describe('a caller that leaves', () => {
  it('as the last one aborts the work and waits until it has tidied up', async () => {
    const flights = new Flights<string, number>();
    const { work, reject, begun } = held();
    const leaver = new AbortController();
    let left = false;
    const leaving = flights.join('key', { work, signal: leaver.signal }).finally(() => (left = true));
    const signal = await begun;
    const reason = new Error('enough');
    leaver.abort(reason);
    await turn();
    expect(signal.reason).toBe(reason);
    expect(left).toBe(false);
    reject(new Error('aborted'));
    await expect(leaving).rejects.toBe(reason);
  });

  it('does not take with it whoever comes next', async () => {
    const flights = new Flights<string, number>();
    const aborted = held();
    const leaver = new AbortController();
    const leaving = flights.join('key', { work: aborted.work, signal: leaver.signal });
    await aborted.begun;
    leaver.abort();
    await turn();
    const fresh = held();
    const coming = flights.join('key', { work: fresh.work });
    fresh.resolve('fresh');
    expect(await coming).toEqual({ outcome: 'fresh', first: true });
    aborted.reject(new Error('aborted'));
    await expect(leaving).rejects.toMatchObject({ name: 'AbortError' });
  });
});

it('the signal of work that is done stays silent', async () => {
  const flights = new Flights<string, number>();
  const { work, resolve, begun } = held();
  const joined = flights.join('key', { work });
  resolve('done');
  await joined;
  expect((await begun).aborted).toBe(false);
});
