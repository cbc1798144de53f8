import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Run } from '../../src/run/run.js';
import { openLedger, type Ledger, type LedgerKey } from '../../src/ledger/ledger.js';
import { getStream404 } from '../../src/scenarios/get-stream-404.js';
import { journalOf, observationOf } from '../helpers/observations.js';
import { round } from '../helpers/scripted.js';

let folder: string;
let ledger: Ledger;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mcp-bisect-ledger-'));
  ledger = openLedger(folder);
});

afterEach(() => {
  ledger.close();
  rmSync(folder, { recursive: true, force: true });
});

const { id, title, issue, spec, server, tool, prompt, arms } = getStream404;

const runCalled = (name: string, changes: Partial<Run> = {}): Run => ({
  schema: 1,
  id: name,
  startedAt: '2026-11-23T00:00:00.000Z',
  elapsedMs: 12_000,
  tool: '0.1.0',
  reproduce: ['run'],
  client: 'claude-code',
  scenario: { id, title, issue, spec, expected: '', server, tool, prompt, arms },
  platform: 'linux-x64',
  mode: 'headless',
  isolation: 'bwrap',
  oracle: null,
  rule: { repeat: 1, confirm: 3, confidence: 0.95, maxRounds: 120 },
  host: { system: 'Linux', node: '20.20.0' },
  answer: { asked: 'regression', outcome: 'found', changes: [], rows: [] },
  paths: [],
  probed: [],
  downloads: 0,
  releases: {},
  identity: null,
  ...changes,
});

const keep = (...names: string[]) => {
  for (const name of names) ledger.keep(runCalled(name));
};
const kept = () => ledger.runs().map((run) => run.id);

describe('runs in the ledger', () => {
  it('come back as they were kept, in another process too', () => {
    const run = runCalled('aa000001');
    ledger.keep(run);
    const other = openLedger(folder);
    expect(other.run('aa000001')).toEqual(run);
    other.close();
  });

  it('are found by the beginning of their id, and the last one without any', () => {
    keep('aa000001', 'bb000002');
    expect(ledger.run('aa')?.id).toBe('aa000001');
    expect(ledger.run()?.id).toBe('bb000002');
    expect(ledger.run('cc')).toBeUndefined();
  });

  it('are not guessed at: a beginning that several have is an error which names them', () => {
    keep('aa000001', 'aa000002');
    expect(() => ledger.run('aa')).toThrow(
      expect.objectContaining({
        code: 'UNKNOWN_RUN',
        message: expect.stringContaining('aa000001, aa000002'),
      }),
    );
  });

  it('take no part of an id for a pattern', () => {
    keep('aa000001');
    expect(ledger.run('%')).toBeUndefined();
    expect(ledger.run('_a')).toBeUndefined();
  });

  it('are listed newest first, by when they were kept and not by the clock', () => {
    ledger.keep(runCalled('aa000001', { startedAt: '2027-01-01T00:00:00.000Z' }));
    keep('bb000002');
    expect(kept()).toEqual(['bb000002', 'aa000001']);
    expect(ledger.runs()[1]).toMatchObject({ startedAt: '2027-01-01T00:00:00.000Z', outcome: 'found' });
  });

  it('are let go of beyond their number, the oldest first', () => {
    ledger.close();
    ledger = openLedger(folder, { count: 2, bytes: 1e9 });
    keep('aa000001', 'bb000002', 'cc000003');
    expect(kept()).toEqual(['cc000003', 'bb000002']);
  });

  it('are let go of beyond their size; the last one stays, however large it is', () => {
    ledger.close();
    ledger = openLedger(folder, { count: 100, bytes: 1 });
    keep('aa000001', 'bb000002');
    expect(kept()).toEqual(['bb000002']);
  });

  it('are made room for in a ledger of the version before', () => {
    ledger.close();
    const database = new Database(join(folder, 'ledger.db'));
    database.exec('DROP TABLE runs; PRAGMA user_version = 1');
    database.close();
    ledger = openLedger(folder);
    keep('aa000001');
    expect(kept()).toEqual(['aa000001']);
  });
});

describe('the records of a release', () => {
  const key: LedgerKey = {
    client: 'claude-code',
    version: '2.1.147',
    integrity: 'sha512-abc',
    platform: 'linux-x64',
    scenario: 'get-stream-404',
    scenarioDigest: 'digest',
    adapterRevision: 1,
    mode: 'headless',
    sealed: true,
    runtime: 'native',
  };
  const observations = [observationOf('control', { journal: journalOf('I N L') })];

  it('are all there, skips too, the newest first, with the question that they answer', () => {
    ledger.record(key, { judgement: round('bad'), observations });
    ledger.record(
      { ...key, mode: 'interactive', sealed: false },
      { judgement: round('skip'), observations: [] },
    );
    const records = ledger.records({ client: 'claude-code', version: '2.1.147' });
    expect(records.map(({ judgement }) => judgement.verdict)).toEqual(['skip', 'bad']);
    expect(records[1]).toMatchObject({ key, observations });
    expect(records[0]?.key).toMatchObject({ mode: 'interactive', sealed: false });
    expect(Date.parse(records[0]?.recordedAt ?? '')).not.toBeNaN();
  });

  it.each([
    [{ scenario: 'session-expired' }, 0],
    [{ scenario: 'get-stream-404', mode: 'headless' as const }, 1],
    [{ platform: 'darwin-arm64' }, 0],
  ])('are those that were asked for: %j', (filter, count) => {
    ledger.record(key, { judgement: round('bad'), observations });
    expect(ledger.records({ client: 'claude-code', version: '2.1.147', ...filter })).toHaveLength(count);
    expect(ledger.records({ client: 'claude-code', version: '2.1.148', ...filter })).toHaveLength(0);
  });
});
