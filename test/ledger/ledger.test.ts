import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { digestOf, openLedger, type LedgerKey } from '../../src/ledger/ledger.js';
import { getStream404 } from '../../src/scenarios/get-stream-404.js';
import type { Round } from '../../src/verdict/round.js';
import { journalOf, observationOf } from '../helpers/observations.js';
import { round } from '../helpers/scripted.js';
import { folderForTest } from '../nightly/setting.js';
import { KEY, Setting } from './setting.js';

const at = new Setting();
const observations = [observationOf('control', { journal: journalOf('I N L') })];
const [bad, good]: Round[] = [round('bad'), round('good')].map((judgement) => ({ judgement, observations }));
const skip: Round = { judgement: round('skip'), observations: [] };
const record = (...rounds: (Round | undefined)[]) => {
  for (const one of rounds) if (one) at.ledger.record(KEY, one);
};

describe('the ledger', () => {
  it('answers a question that was answered before, also after it was closed', () => {
    record(bad);
    expect(at.reopened().find(KEY)).toMatchObject([bad]);
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
    record(bad);
    expect(at.ledger.find({ ...KEY, ...change })).toEqual([]);
  });

  it('gives every clear round, the oldest first: runs that disagree are not forgotten', () => {
    record(bad, good, good);
    expect(at.ledger.find(KEY)).toMatchObject([bad, good, good]);
  });

  it('gives the newest twenty of more, still the oldest first', () => {
    const reasons = Array.from({ length: 23 }, (_, index) => `round ${index}`);
    for (const reason of reasons) record({ judgement: round('good', { reason }), observations: [] });
    expect(at.ledger.find(KEY).map(({ judgement }) => judgement.reason)).toEqual(reasons.slice(3));
  });

  it('never answers with a skip, and a skip takes no place of a verdict', () => {
    record(skip);
    expect(at.ledger.find(KEY)).toEqual([]);
    record(bad, ...Array.from({ length: 20 }, () => skip));
    expect(at.ledger.find(KEY)).toMatchObject([bad]);
  });

  it('is shared by two processes', () => {
    const other = openLedger(at.folder);
    record(bad);
    expect(other.find(KEY)).toMatchObject([bad]);
    if (good) other.record(KEY, good);
    expect(at.ledger.find(KEY)).toMatchObject([bad, good]);
    other.close();
  });

  it('has on disk what was recorded, when the process is killed right after', async () => {
    const module = fileURLToPath(new URL('../../dist/ledger/ledger.js', import.meta.url));
    const script = `
      import { openLedger } from ${JSON.stringify(module)};
      openLedger(${JSON.stringify(at.folder)}).record(${JSON.stringify(KEY)}, ${JSON.stringify(bad)});
      process.kill(process.pid, 'SIGKILL');`;
    const child = promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script]);
    await expect(child).rejects.toMatchObject({ signal: 'SIGKILL' });
    expect(at.ledger.find(KEY)).toMatchObject([bad]);
  });
});

describe('the records of a release', () => {
  it('are all there, skips too, the newest first, with the question that they answer', () => {
    record(bad);
    at.ledger.record({ ...KEY, mode: 'interactive', sealed: false }, skip);
    const records = at.ledger.records({ client: 'claude-code', version: '2.1.147' });
    expect(records.map(({ judgement }) => judgement.verdict)).toEqual(['skip', 'bad']);
    expect(records[1]).toMatchObject({ key: KEY, observations });
    expect(records[0]?.key).toMatchObject({ mode: 'interactive', sealed: false });
    expect(Date.parse(records[0]?.recordedAt ?? '')).not.toBeNaN();
  });

  it.each([
    [{ scenario: 'session-expired' }, 0],
    [{ scenario: 'get-stream-404', mode: 'headless' as const }, 1],
    [{ platform: 'darwin-arm64' }, 0],
  ])('are those that were asked for: %j', (filter, count) => {
    record(bad);
    expect(at.ledger.records({ client: 'claude-code', version: '2.1.147', ...filter })).toHaveLength(count);
    expect(at.ledger.records({ client: 'claude-code', version: '2.1.148', ...filter })).toHaveLength(0);
  });
});

it('the digest of a scenario changes with anything that is asked of the client, and not with its texts', () => {
  const digests = [
    getStream404,
    { ...getStream404, prompt: 'Something else.' },
    { ...getStream404, revision: 2 },
    { ...getStream404, arms: getStream404.arms.slice(1) },
    { ...getStream404, source: 'the digest of a file' },
  ].map(digestOf);
  expect(new Set(digests).size).toBe(5);
  expect(digestOf({ ...getStream404, title: 'Another title' })).toBe(digests[0]);
});

describe('a ledger that cannot be used', () => {
  it('because it is damaged is named, with the way out', () => {
    const folder = folderForTest();
    writeFileSync(join(folder, 'ledger.db'), 'this is not a database, whatever its name says');
    expect(() => openLedger(folder)).toThrow(
      expect.objectContaining({
        code: 'LEDGER_UNREADABLE',
        hint: expect.stringContaining('ledger check --repair'),
      }),
    );
  });

  it('because a newer version wrote it is left alone', () => {
    at.exec('PRAGMA user_version = 99');
    expect(() => openLedger(at.folder)).toThrow(
      expect.objectContaining({
        code: 'LEDGER_UNREADABLE',
        message: expect.stringContaining('newer version'),
      }),
    );
  });

  it('because its folder is a file is named', () => {
    const file = join(at.folder, 'file');
    writeFileSync(file, '');
    expect(() => openLedger(file)).toThrow(expect.objectContaining({ code: 'CACHE_NOT_WRITABLE' }));
  });
});
