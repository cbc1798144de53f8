import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Flights } from '../../src/store/acquire.js';
import { deferred } from './deferred.js';

/** Work whose end the test decides. */
function held() {
  const { promise, resolve, reject } = deferred<string>();
  const begun = deferred<AbortSignal>();
  const reports: ((progress: number) => void)[] = [];
  let runs = 0;
  const work = (signal: AbortSignal, report: (progress: number) => void) => {
    runs += 1;
    reports.push(report);
    begun.resolve(signal);
    return promise;
  };
  return { work, resolve, reject, begun: begun.promise, reports, runs: () => runs };
}

describe('callers that want the same at the same time', () => {
  it('share one piece of work, and one of them has started it', async () => {
    const flights = new Flights<string, number>();
    const { work, resolve, runs } = held();
    const both = Promise.all([flights.join('key', { work }), flights.join('key', { work })]);
    resolve('done');
    expect(await both).toEqual([
      { outcome: 'done', first: true },
      { outcome: 'done', first: false },
    ]);
    expect(runs()).toBe(1);
  });

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

  it('all get its failure', async () => {
    const flights = new Flights<string, number>();
    const { work, reject } = held();
    const both = Promise.allSettled([flights.join('key', { work }), flights.join('key', { work })]);
    reject(new Error('broken'));
    expect((await both).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });
});

describe('a caller that leaves', () => {
  it('leaves the work to the others', async () => {
    const flights = new Flights<string, number>();
    const { work, resolve, begun } = held();
    const leaver = new AbortController();
    const leaving = flights.join('key', { work, signal: leaver.signal });
    const staying = flights.join('key', { work });
    const signal = await begun;
    const reason = new Error('enough');
    leaver.abort(reason);
    await expect(leaving).rejects.toBe(reason);
    expect(signal.aborted).toBe(false);
    resolve('done');
    expect(await staying).toEqual({ outcome: 'done', first: false });
  });

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
