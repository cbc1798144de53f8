import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { processesNaming, untilSaid, Workplace } from '../helpers/cli.js';
import { publishPlatform, publishScript, type Behaviour } from '../helpers/fake-client.js';
import { startRegistry, type TestRegistry } from '../helpers/registry.js';

let registry: TestRegistry;
let user: Workplace;

beforeEach(async () => {
  registry = await startRegistry();
  user = new Workplace();
});

afterEach(async () => {
  await registry.close();
  user.remove();
});

/** Publishes 2.1.1, 2.1.2 … with these behaviours: the first two as `cli.js`, the rest as platform packages. */
function publish(...behaviours: Behaviour[]): void {
  behaviours.forEach((behaviour, index) => {
    const version = `2.1.${index + 1}`;
    if (index < 2) publishScript(registry, version, behaviour);
    else publishPlatform(registry, version, behaviour);
  });
}

const run = (good: string, bad: string, ...more: string[]) =>
  user.run(['run', '--good', good, '--bad', bad, '--registry', registry.url, ...more]);
const runJson = async (good: string, bad: string, ...more: string[]) => {
  const outcome = await run(good, bad, '--json', '--quiet', ...more);
  return { ...outcome, document: JSON.parse(outcome.stdout) };
};
const tarballRequests = () => registry.requests.filter(({ path }) => path.endsWith('.tgz'));

describe('a maintainer who bisects a regression', () => {
  it('gets the table of every release in the range, the answer in a sentence, and exit code 0', async () => {
    publish('good', 'good', 'good', 'loses-tools', 'loses-tools', 're-initializes');
    const { code, stdout, stderr } = await run('2.1.1', '2.1.6');
    expect(stderr).toContain('2.1.1  downloading');
    expect(stdout.replaceAll(/ in [\d.]+ s/g, ' in … s')).toBe(
      [
        'claude-code · get-stream-404 · linux-x64 · headless · sealed by bubblewrap',
        '',
        'Version   Released (UTC)     Result              Basis      Evidence',
        '2.1.1     2026-01-01 00:00   ✔ works             tested     tool called, result returned, no reconnect',
        '2.1.2     2026-01-02 00:00   ✔ works             inferred',
        '2.1.3     2026-01-03 00:00   ✔ last known good   tested     tool called, result returned, no reconnect',
        '2.1.4     2026-01-04 00:00   ✘ first broken      tested     404 before tools: tools lost',
        '2.1.5     2026-01-05 00:00   ✘ broken            inferred',
        '2.1.6     2026-01-06 00:00   ✘ broken            tested     404 before tools: re-initialized 1× · 404 after tools: re-initialized 1×',
        '',
        'First broken: 2.1.4 (published 2026-01-04 00:00 UTC). Last known good: 2.1.3.',
        '4 of 6 releases run in … s.',
      ].join('\n'),
    );
    expect(code).toBe(0);
  });

  it('gets one JSON document with the fields of the contract', async () => {
    publish('good', 'good', 'loses-tools', 'loses-tools');
    const { code, document, stderr } = await runJson('2.1.1', 'latest');
    expect(stderr).toBe('');
    expect(document).toMatchObject({
      schema: 1,
      client: 'claude-code',
      scenario: 'get-stream-404',
      platform: 'linux-x64',
      mode: 'headless',
      isolation: 'bwrap',
      direction: 'regression',
      outcome: 'found',
      lastGood: '2.1.2',
      firstBad: '2.1.3',
      suspects: [],
      probed: ['2.1.1', '2.1.4', '2.1.2', '2.1.3'],
      elapsedMs: expect.any(Number),
    });
    expect(document.downloads).toBe(4);
    expect(document.table[2]).toEqual({
      version: '2.1.3',
      publishedAt: '2026-01-03T00:00:00.000Z',
      verdict: 'bad',
      basis: 'tested',
      runs: 1,
      reason: '404 before tools: tools lost',
      integrity: expect.stringMatching(/^sha512-/),
    });
    expect(code).toBe(0);
  });

  it('is answered from the ledger the second time: no tarball, no client', async () => {
    publish('good', 'good', 'loses-tools', 'loses-tools');
    await run('2.1.1', '2.1.4');
    const fetched = tarballRequests().length;
    const { document } = await runJson('2.1.1', '2.1.4');
    expect(document).toMatchObject({ outcome: 'found', firstBad: '2.1.3', probed: [], downloads: 0 });
    expect(tarballRequests()).toHaveLength(fetched);
  });

  it('can ask for every probe anew, which downloads nothing', async () => {
    publish(...Array<Behaviour>(5).fill('good'), ...Array<Behaviour>(4).fill('loses-tools'));
    await run('2.1.1', '2.1.9');
    const fetched = tarballRequests().length;
    const { document } = await runJson('2.1.1', '2.1.9', '--fresh');
    expect(document).toMatchObject({ firstBad: '2.1.6', downloads: 0 });
    expect(document.probed).toEqual(['2.1.1', '2.1.9', '2.1.5', '2.1.7', '2.1.6']);
    expect(tarballRequests()).toHaveLength(fetched);
  });

  it('gives bounds as dates and tags', async () => {
    publish('good', 'loses-tools', 'loses-tools');
    const { document } = await runJson('2026-01-01', '2026-01-02');
    expect(document).toMatchObject({ outcome: 'found', lastGood: '2.1.1', firstBad: '2.1.2' });
  });

  it('gets the same answer at any number of jobs', async () => {
    publish('good', 'good', 'good', 're-initializes', 'loses-tools');
    const answers = [];
    for (const jobs of ['1', '2', '4'])
      answers.push((await runJson('2.1.1', '2.1.5', '--fresh', '--jobs', jobs)).document);
    for (const { lastGood, firstBad, probed } of answers)
      expect({ lastGood, firstBad, probed }).toEqual({
        lastGood: '2.1.3',
        firstBad: '2.1.4',
        probed: ['2.1.1', '2.1.5', '2.1.3', '2.1.4'],
      });
  });
});

describe('a maintainer who looks for a fix', () => {
  it('gets the first release that works again', async () => {
    publish('loses-tools', 'loses-tools', 'good', 'good');
    const { code, stdout } = await run('2.1.4', '2.1.1', '--find-fix');
    expect(stdout).toContain('2.1.2     2026-01-02 00:00   ✘ last known broken   tested');
    expect(stdout).toContain(
      'First fixed: 2.1.3 (published 2026-01-03 00:00 UTC). Last known broken: 2.1.2.',
    );
    expect(code).toBe(0);
    const { document } = await runJson('2.1.4', '2.1.1', '--find-fix');
    expect(document).toMatchObject({
      direction: 'fix',
      outcome: 'found',
      lastBad: '2.1.2',
      firstGood: '2.1.3',
    });
  });
});

describe('ends that are not as claimed', () => {
  it('end the run with exit code 1 and say which one: a bad end that works', async () => {
    publish('good', 'good', 'good');
    const { code, stdout } = await run('2.1.1', '2.1.3');
    expect(stdout).toContain(
      'Nothing to bisect: 2.1.3 was given as --bad, but it is good (tool called, result returned',
    );
    expect(stdout).toContain('a later release may be fixed already');
    expect(code).toBe(1);
  });

  it('end the run with exit code 1 and say which one: a good end that fails', async () => {
    publish('loses-tools', 'good', 're-initializes');
    const { code, stdout } = await run('2.1.1', '2.1.3');
    expect(stdout).toContain(
      'Nothing to bisect: 2.1.1 was given as --good, but it is bad (404 before tools: tools lost)',
    );
    expect(stdout).toContain('Name an older release that works with --good');
    expect(code).toBe(1);
  });

  it('say that they are the other way round', async () => {
    publish('loses-tools', 'good');
    const { code, stdout } = await run('2.1.1', '2.1.2');
    expect(stdout).toContain('2.1.1 was given as --good, but it is bad');
    expect(stdout).toContain('2.1.2 was given as --bad, but it is good');
    expect(stdout).toContain('The ends are the other way round');
    expect(code).toBe(1);
  });
});

describe('a release that gives no verdict', () => {
  it.each<[Behaviour, RegExp]>([
    ['crashes', /was ended by SIGSEGV before its first request/],
    ['refuses', /exited with code 1 before its first request: Error: Invalid configuration/],
    ['floods', /wrote more than 64 MiB of output before its first request/],
    ['lies', /another version ran: it calls itself 9\.9\.9/],
    ['forgets', /control failed: the tool was never called/],
    ['impatient', /control failed: the model was not offered the tool \(tools\/list aborted\)/],
  ])('because it %s is skipped with the cause, and the search goes on', async (behaviour, reason) => {
    publish('good', 'good', behaviour, 'loses-tools', 'loses-tools', 'loses-tools');
    const { code, document } = await runJson('2.1.1', '2.1.6');
    const row = document.table.find(({ version }: { version: string }) => version === '2.1.3');
    expect(row).toMatchObject({ verdict: 'skip', reason: expect.stringMatching(reason) });
    expect(document).toMatchObject({ outcome: 'inconclusive', lastGood: '2.1.2', firstBad: null });
    expect(document.suspects).toEqual(['2.1.3']);
    expect(code).toBe(3);
  });

  it('is no obstacle when the boundary lies elsewhere', async () => {
    publish('good', 'good', 'crashes', 'good', 'loses-tools');
    const { code, document } = await runJson('2.1.1', '2.1.5');
    expect(document).toMatchObject({ outcome: 'found', lastGood: '2.1.4', firstBad: '2.1.5' });
    expect(code).toBe(0);
  });

  it('because it hangs is ended at the time limit', async () => {
    publish('good', 'hangs', 'loses-tools');
    const { code, document } = await runJson('2.1.1', '2.1.3', '--timeout', '2');
    expect(document.table[1]).toMatchObject({
      verdict: 'skip',
      reason: expect.stringMatching(/did not end within 2 s before its first request/),
    });
    expect(code).toBe(3);
  });

  it('at an end is named, with the way out, and the exit code is 3', async () => {
    publish('good', 'good', 'crashes');
    const { code, stdout } = await run('2.1.1', '2.1.3');
    expect(stdout).toMatch(
      /Inconclusive: 2\.1\.3 \(was ended by SIGSEGV.*\) could not be tested\. Choose a neighbouring release/,
    );
    expect(code).toBe(3);
  });

  it('is tried again by the next run: a skip is no answer', async () => {
    publish('good', 'crashes', 'loses-tools');
    await run('2.1.1', '2.1.3');
    const { document } = await runJson('2.1.1', '2.1.3');
    expect(document.probed).toEqual(['2.1.2']);
  });
});

describe('processes that a client leaves behind', () => {
  it('neither hold up the run nor outlive it', async () => {
    publish('good', 'forks', 'loses-tools');
    const { document } = await runJson('2.1.1', '2.1.3');
    expect(document).toMatchObject({ outcome: 'found', firstBad: '2.1.3' });
    expect(processesNaming('mcp-bisect-test-leftover')).toEqual([]);
  });

  it('are gone after Ctrl-C, the verdicts are kept, and the same command goes on where it was', async () => {
    publish('good', 'hangs', 'loses-tools');
    const running = user.start(['run', '--good', '2.1.1', '--bad', '2.1.3', '--registry', registry.url]);
    await untilSaid(running, '2.1.2  running');
    running.kill('SIGINT');
    const { exitCode, stderr } = await running;
    expect(stderr).toContain('error: interrupted; every verdict so far is kept');
    expect(exitCode).toBe(130);
    expect(processesNaming(user.root)).toEqual([]);
    const { document } = await runJson('2.1.1', '2.1.3', '--timeout', '1');
    expect(document.probed).toEqual(['2.1.2']);
  });
});
