import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keepBusy } from '../helpers/busy.js';
import { bin } from '../helpers/cli.js';

/**
 * The library of scenarios on the releases that npm serves: which of them are bad, and what shows it. Executables stay in
 * the checkout's own cache; the releases are the same ones in as many scenarios as possible.
 */

const root = fileURLToPath(new URL('../..', import.meta.url));

async function toolJson(...args: string[]) {
  const command = [bin, ...args, '--json', '--quiet'];
  const { stdout, exitCode } = await execa(process.execPath, command, {
    cwd: root,
    reject: false,
    env: { NO_COLOR: '1' },
  });
  return { code: exitCode, document: JSON.parse(stdout) };
}

interface Probed {
  readonly version: string;
  readonly verdict: string;
  readonly findings: readonly { readonly arm: string; readonly outcome: string; readonly evidence: string }[];
}

/** Probes the releases in one go: each with its verdict, and what its arms but for the control showed. */
async function table(scenario: string, versions: readonly string[]): Promise<string[][]> {
  const { document } = await toolJson('probe', ...versions, '--scenario', scenario);
  return document.probes.map(({ version, verdict, findings }: Probed) => [
    version,
    verdict,
    ...new Set(findings.slice(1).map(({ evidence }) => evidence)),
  ]);
}

const TOOL_ERROR = 'tool error, no new session';
const NEW_SESSION = 'new session, result returned';
const CALLED = 'tool called, result returned';
const NOT_AWAITED = 'asked the model without the tool, initialize unanswered';
const NO_DISCOVER = 'initialize refused, no server/discover';

/** The one that takes longest first. */
const TABLES: readonly (readonly [scenario: string, rows: readonly (readonly string[])[]])[] = [
  [
    'slow-initialize',
    [
      ['2.0.50', 'good', CALLED],
      ['2.1.141', 'good', CALLED],
      ['2.1.142', 'bad', NOT_AWAITED],
      ['2.1.220', 'bad', NOT_AWAITED],
      ['2.1.221', 'good', CALLED],
      ['2.1.330', 'good', CALLED],
    ],
  ],
  [
    'get-405',
    [
      ['2.0.50', 'good', `${CALLED}, no reconnect`],
      // The report: 2.1.83 works, 2.1.84 does not. In print mode both do.
      ['2.1.83', 'good', `${CALLED}, no reconnect`],
      ['2.1.84', 'good', `${CALLED}, no reconnect`],
      ['2.1.147', 'good', `${CALLED}, no reconnect`],
      ['2.1.330', 'good', `${CALLED}, no reconnect`],
    ],
  ],
  [
    'get-sse-closes',
    [
      ['2.0.50', 'good', `${CALLED}, session kept`],
      ['2.1.83', 'good', `${CALLED}, session kept`],
      ['2.1.147', 'good', `${CALLED}, session kept`],
      ['2.1.330', 'good', `${CALLED}, session kept`],
    ],
  ],
  [
    'session-expired',
    [
      ['1.0.128', 'bad', TOOL_ERROR],
      ['2.0.50', 'bad', TOOL_ERROR],
      ['2.1.50', 'good', NEW_SESSION],
      ['2.1.146', 'good', NEW_SESSION],
      ['2.1.147', 'good', NEW_SESSION],
      ['2.1.330', 'good', NEW_SESSION],
    ],
  ],
  [
    'session-expired-plain',
    [
      ['2.0.50', 'bad', TOOL_ERROR],
      // The release of the report.
      ['2.1.109', 'bad', TOOL_ERROR],
      ['2.1.146', 'bad', TOOL_ERROR],
      // It takes any 404 for the end of the session: that of GET as well, which is the regression of get-stream-404.
      ['2.1.147', 'good', NEW_SESSION],
      ['2.1.330', 'good', NEW_SESSION],
    ],
  ],
  [
    'bearer-static-headers',
    [
      // The release of the report.
      [
        '1.0.108',
        'good',
        'token with every request, result returned',
        'token with every request, no new session',
      ],
      [
        '2.1.146',
        'good',
        'token with every request, result returned',
        'token with every request, also in the new session',
      ],
      [
        '2.1.330',
        'good',
        'token with every request, result returned',
        'token with every request, also in the new session',
      ],
    ],
  ],
  [
    'modern-discover',
    [
      ['2.0.50', 'bad', NO_DISCOVER],
      ['2.1.147', 'bad', NO_DISCOVER],
      ['2.1.273', 'bad', NO_DISCOVER],
      ['2.1.274', 'good', CALLED],
      ['2.1.330', 'good', CALLED],
    ],
  ],
  [
    'discover-fallback',
    [
      ['2.1.147', 'good', 'server/discover not asked, result returned'],
      ['2.1.274', 'good', 'fell back to initialize, result returned'],
      ['2.1.330', 'good', 'fell back to initialize, result returned'],
    ],
  ],
  [
    'stdio-stray-line',
    [
      ['2.0.50', 'good', CALLED],
      ['2.1.109', 'good', CALLED],
      ['2.1.147', 'good', CALLED],
      ['2.1.330', 'good', CALLED],
    ],
  ],
];

// A run waits for held answers and for what may still come; meanwhile there is room for others.
describe.concurrent.each(TABLES)('%s', (scenario, rows) => {
  it(`is answered as known by ${rows.map(([version]) => version).join(', ')}`, async () => {
    const versions = rows.map(([version = '']) => version);
    expect(await table(scenario, versions)).toEqual(rows);
  });
});

describe('session-expired', () => {
  it('was fixed in 2.1.41, says a bisection of 2.0.50 to 2.1.50 from the start', async () => {
    const range = ['--find-fix', '--bad', '2.0.50', '--good', '2.1.50'];
    const { code, document } = await toolJson(
      'run',
      '--scenario',
      'session-expired',
      ...range,
      '--fresh',
      '--confirm',
      '1',
    );
    const { outcome, lastBad, firstGood, suspects } = document;
    expect({ code, outcome, lastBad, firstGood, suspects }).toEqual({
      code: 0,
      outcome: 'found',
      lastBad: '2.1.40',
      firstGood: '2.1.41',
      suspects: [],
    });
  });
});

describe('while every core is kept busy by something else', { timeout: 600_000 }, () => {
  let rest: () => Promise<void>;
  beforeAll(() => {
    rest = keepBusy(availableParallelism());
  });
  afterAll(() => rest());

  // Of each scenario one release that is good: load must blame nobody. docs/library.md tells of ten rounds, and of bad
  // releases as well; that many take a quarter of an hour.
  it.concurrent.each(TABLES)('%s says the same', async (scenario, rows) => {
    const asked = rows.filter(([, verdict]) => verdict === 'good').slice(-1);
    expect(asked).toHaveLength(1);
    const versions = asked.map(([version = '']) => version);
    expect(await table(scenario, versions)).toEqual(asked);
  });
});
