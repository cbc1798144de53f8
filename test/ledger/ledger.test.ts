import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import Database from 'libsql';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { digestOf, openLedger, type LedgerKey } from '../../src/ledger/ledger.js';
import type { Judgement, Round } from '../../src/verdict/round.js';
import { getStream404 } from '../../src/scenarios/get-stream-404.js';
import { journalOf, observationOf } from '../helpers/observations.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mcp-bisect-ledger-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const key: LedgerKey = {
  client: 'claude-code',
  version: '2.1.147',
  integrity: 'sha512-abc',
  platform: 'linux-x64',
  scenario: 'get-stream-404',
  scenarioDigest: digestOf(getStream404),
  adapterRevision: 1,
  mode: 'headless',
  sealed: true,
  runtime: 'native',
};
const badJudgement: Judgement = { verdict: 'bad', reason: 'tools lost', cause: null, findings: [], runs: 3 };
const goodJudgement: Judgement = { ...badJudgement, verdict: 'good', reason: 'works' };
const skipJudgement: Judgement = { ...badJudgement, verdict: 'skip', cause: 'unclear', reason: 'who knows' };
const observations = [observationOf('control', { journal: journalOf('I N L') })];
const bad: Round = { judgement: badJudgement, observations };
const good: Round = { judgement: goodJudgement, observations };
const skip: Round = { judgement: skipJudgement, observations: [] };

describe('the ledger', () => {
  it('answers a question that was answered before, also after it was closed', () => {
    const first = openLedger(folder);
    first.record(key, bad);
    first.close();
    const second = openLedger(folder);
    expect(second.find(key)).toMatchObject([bad]);
    second.close();
  });

  it.each<[string, Partial<LedgerKey>]>([
    ['client', { client: 'codex' }],
    ['version', { version: '2.1.148' }],
    ['executable', { integrity: 'sha512-def' }],
    ['platform', { platform: 'darwin-arm64' }],
    ['scenario', { scenarioDigest: 'other' }],
    ['adapter', { adapterRevision: 99 }],
    ['room', { sealed: false }],
    ['mode', { mode: 'interactive' }],
    ['runtime', { runtime: 'node 99.0.0' }],
  ])('asks anew when the %s is another one', (_, change) => {
    const ledger = openLedger(folder);
    ledger.record(key, bad);
    expect(ledger.find({ ...key, ...change })).toEqual([]);
    ledger.close();
  });

  it('gives every clear round, the oldest first: runs that disagree are not forgotten', () => {
    const ledger = openLedger(folder);
    for (const recorded of [bad, good, good]) ledger.record(key, recorded);
    expect(ledger.find(key)).toMatchObject([bad, good, good]);
    ledger.close();
  });

  it('gives the newest twenty of more, still the oldest first', () => {
    const ledger = openLedger(folder);
    const reasons = Array.from({ length: 23 }, (_, index) => `round ${index}`);
    for (const reason of reasons)
      ledger.record(key, { judgement: { ...goodJudgement, reason }, observations: [] });
    expect(ledger.find(key).map(({ judgement }) => judgement.reason)).toEqual(reasons.slice(3));
    ledger.close();
  });

  it('never answers with a skip, and a skip takes no place of a verdict', () => {
    const ledger = openLedger(folder);
    ledger.record(key, skip);
    expect(ledger.find(key)).toEqual([]);
    ledger.record(key, bad);
    for (let round = 0; round < 20; round += 1) ledger.record(key, skip);
    expect(ledger.find(key)).toMatchObject([bad]);
    ledger.close();
  });

  it('is shared by two processes', () => {
    const one = openLedger(folder);
    const other = openLedger(folder);
    one.record(key, bad);
    expect(other.find(key)).toMatchObject([bad]);
    other.record(key, good);
    expect(one.find(key)).toMatchObject([bad, good]);
    one.close();
    other.close();
  });

  it('has on disk what was recorded, when the process is killed right after', async () => {
    const module = fileURLToPath(new URL('../../dist/ledger/ledger.js', import.meta.url));
    const script = `
      import { openLedger } from ${JSON.stringify(module)};
      openLedger(${JSON.stringify(folder)}).record(${JSON.stringify(key)}, ${JSON.stringify(bad)});
      process.kill(process.pid, 'SIGKILL');`;
    const child = promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script]);
    await expect(child).rejects.toMatchObject({ signal: 'SIGKILL' });
    const ledger = openLedger(folder);
    expect(ledger.find(key)).toMatchObject([bad]);
    ledger.close();
  });
});

describe('the digest of a scenario', () => {
  it('changes with anything that is asked of the client', () => {
    const digests = [
      getStream404,
      { ...getStream404, prompt: 'Something else.' },
      { ...getStream404, revision: 2 },
      { ...getStream404, arms: getStream404.arms.slice(1) },
      { ...getStream404, source: 'the digest of a file' },
    ].map(digestOf);
    expect(new Set(digests).size).toBe(5);
  });

  it('does not change with what it is called in texts', () => {
    expect(digestOf({ ...getStream404, title: 'Another title' })).toBe(digestOf(getStream404));
  });
});

describe('a ledger that cannot be used', () => {
  it('because it is damaged is named, with the way out', () => {
    writeFileSync(join(folder, 'ledger.db'), 'this is not a database, whatever its name says');
    expect(() => openLedger(folder)).toThrow(
      expect.objectContaining({
        code: 'LEDGER_UNREADABLE',
        hint: expect.stringContaining('ledger check --repair'),
      }),
    );
  });

  it('because a newer version wrote it is left alone', () => {
    const database = new Database(join(folder, 'ledger.db'));
    database.exec('PRAGMA user_version = 99');
    database.close();
    expect(() => openLedger(folder)).toThrow(
      expect.objectContaining({
        code: 'LEDGER_UNREADABLE',
        message: expect.stringContaining('newer version'),
      }),
    );
  });

  it('because its folder is a file is named', () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');
    chmodSync(file, 0o600);
    expect(() => openLedger(file)).toThrow(expect.objectContaining({ code: 'CACHE_NOT_WRITABLE' }));
  });
});
