import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { scenarios } from '../../src/scenarios/index.js';
import { Scene } from './scene.js';

/**
 * Every built-in scenario on a healthy client and on one that is broken in the way that it is about. Real releases of both
 * kinds are in test/real, but not for each scenario: of some failures no release is known that still shows them.
 */

const SOURCE = fileURLToPath(new URL('../fixtures/clients/library-client.mjs', import.meta.url));
const MAIN = '@anthropic-ai/claude-code';

const HEALTHY = '2.1.1';
/** Scenario → the fault of the client that it is about, and the symptoms that it shows. */
const FAULTS: ReadonlyMap<string, readonly [fault: string, ...symptoms: string[]]> = new Map([
  ['get-405', ['fears-405', 'tools-lost']],
  ['get-sse-closes', ['fears-close', 're-initialized']],
  ['session-expired', ['keeps-session', 'no-new-session', 'tool-error']],
  ['session-expired-plain', ['keeps-session', 'no-new-session', 'tool-error']],
  ['slow-initialize', ['impatient', 'did-not-wait']],
  ['bearer-static-headers', ['forgets-header', 'token-missing']],
  ['modern-discover', ['knows-initialize', 'never-discovered']],
  ['discover-fallback', ['no-fallback', 'no-fallback']],
  ['stdio-stray-line', ['strict-lines', 'server-given-up']],
]);
const versionOf = new Map(
  [...new Set([...FAULTS.values()].map(([fault]) => fault))].map((fault, index) => [
    fault,
    `2.1.${index + 2}`,
  ]),
);

let scene: Scene;

function publish(version: string, fault: string): void {
  const constants = `const VERSION = '${version}';\nconst FAULT = '${fault}';\n`;
  scene.registry.publish({
    name: MAIN,
    version,
    time: '2026-01-01T00:00:00.000Z',
    files: {
      'cli.js': { content: constants + readFileSync(SOURCE, 'utf8'), mode: 0o755 },
      'package.json': JSON.stringify({ name: MAIN, version, type: 'module' }),
    },
    manifest: { bin: { claude: 'cli.js' } },
  });
}

beforeAll(async () => {
  scene = await Scene.open();
  publish(HEALTHY, 'none');
  for (const [fault, version] of versionOf) publish(version, fault);
});
afterAll(() => scene.close());

interface Finding {
  readonly arm: string;
  readonly outcome: string;
  readonly symptoms: readonly string[];
}

interface Probed {
  readonly verdict: string;
  readonly findings: readonly Finding[];
}

async function probe(scenario: string, ...versions: readonly string[]): Promise<readonly Probed[]> {
  const from = ['--registry', scene.registry.url, '--json', '--quiet'];
  const { stdout } = await scene.user.run(['probe', ...versions, '--scenario', scenario, ...from]);
  return JSON.parse(stdout).probes;
}

it('every scenario of the library but the reported one, whose broken clients are in run.test.ts, is here', () => {
  const others = scenarios.map(({ id }) => id).filter((id) => id !== 'get-stream-404');
  expect([...FAULTS.keys()].toSorted()).toEqual(others.toSorted());
});

it('a server over stdio is told of in its own words', async () => {
  await probe('stdio-stray-line', HEALTHY);
  const { stdout } = await scene.user.run(['show', HEALTHY, '--scenario', 'stdio-stray-line']);
  expect(stdout).toMatch(
    /client → gateway {2}STDIO tools\/list .*\n.* gateway → client {2}answer {2}to STDIO tools\/list/,
  );
  expect(stdout).toContain('no answer  to STDIO notifications/initialized');
  // The model's answers alone have a status, and the run itself ended the server.
  expect(stdout).not.toMatch(/gateway → client {2}20[02]|nobody had told it to/);
});

it('a capability is gained, in the scenario’s own words, in table, sentence and reports', async () => {
  const [bad = '', good = ''] = [versionOf.get('knows-initialize'), versionOf.get('no-fallback')];
  const question = [
    '--find-fix',
    '--bad',
    bad,
    '--good',
    good,
    '--scenario',
    'modern-discover',
    '--confirm',
    '0',
  ];
  const reports = ['md', 'html', 'xml'].flatMap((format) => ['--report', `gained.${format}`]);
  const { code, stdout } = await scene.command('run', ...question, ...reports);
  const [markdown = '', page = '', xml = ''] = ['md', 'html', 'xml'].map((format) =>
    readFileSync(join(scene.user.root, `gained.${format}`), 'utf8'),
  );
  const sentence = `First gained: ${good} (published 2026-01-01 00:00 UTC). Last known without it: ${bad}.`;
  expect(code).toBe(0);
  expect(stdout).toMatch(/✘ last known without it .*\n.* ✔ first gained /);
  for (const text of [stdout, markdown, page, xml]) expect(text).toContain(sentence);
  expect(page).toContain(`Claude Code ${good} gained: server of 2026-07-28 alone`);
  for (const text of [markdown, page])
    expect(text).not.toMatch(/\b(?:first|was|is|last) (?:fixed|broken)\b/i);
});

// Concurrent, since most of a run is waiting for what may still come.
it.concurrent.each([...FAULTS].map(([scenario, [fault, ...symptoms]]) => ({ scenario, fault, symptoms })))(
  '$scenario is good on a healthy client, and bad on one with the fault $fault',
  // Some arms last for 5 s by design, and faulty ones may be run twice.
  { timeout: 120_000 },
  async ({ scenario, fault, symptoms }) => {
    const [healthy, faulty] = await probe(scenario, HEALTHY, versionOf.get(fault) ?? '');
    expect(healthy?.findings.filter(({ outcome }) => outcome !== 'pass')).toEqual([]);
    expect(faulty?.findings[0]).toMatchObject({ arm: 'control', outcome: 'pass' });
    expect([...new Set(faulty?.findings.flatMap((finding) => finding.symptoms))].toSorted()).toEqual(
      symptoms,
    );
    expect([healthy?.verdict, faulty?.verdict]).toEqual(['good', 'bad']);
  },
);
