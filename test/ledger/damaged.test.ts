/** Damage at any place of the ledger's file: it is named as that, whoever meets it, and what is readable can be saved. */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BisectError } from '../../src/errors.js';
import {
  checkLedger,
  openLedger,
  renewLedger,
  type Ledger,
  type LedgerKey,
} from '../../src/ledger/ledger.js';
import type { Judgement } from '../../src/verdict/round.js';
import { keptRun } from '../helpers/kept-runs.js';
import { observationOf } from '../helpers/observations.js';
import { KEY } from './setting.js';

const PAGE = 4096;
const ROUNDS = 24;

let root: string;
let folder: string;
let file: string;
let whole: Buffer;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'mcp-bisect-ledger-'));
  folder = root;
  file = join(folder, 'ledger.db');
  const ledger = openLedger(folder);
  for (let round = 0; round < ROUNDS; round += 1) ledger.record(keyOf(round), recordedOf(round));
  ledger.keep(keptRun());
  ledger.nights.noteFinished('a night', { digest: 'x' });
  ledger.close();
  const database = new Database(file);
  database.pragma('wal_checkpoint(TRUNCATE)');
  database.close();
  whole = readFileSync(file);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const keyOf = (round: number): LedgerKey => ({
  ...KEY,
  version: `2.1.${round}`,
  integrity: `sha512-${round}`,
});
const judgement: Judgement = { verdict: 'good', reason: 'works', cause: null, findings: [], runs: 1 };
/** Some fit on their page, some need several. */
const recordedOf = (round: number) => {
  const text = randomBytes(round % 3 === 0 ? 6000 : 500).toString('hex');
  return {
    judgement,
    observations: [observationOf('control', { stdout: { text, bytes: 1, capped: false } })],
  };
};

function damaged(change: (bytes: Buffer) => void): void {
  const bytes = Buffer.from(whole);
  change(bytes);
  // libsql keeps a file open for a while: each has a folder of its own.
  folder = mkdtempSync(join(root, 'damaged-'));
  file = join(folder, 'ledger.db');
  writeFileSync(file, bytes);
}

const READS: ((ledger: Ledger) => unknown)[] = [
  (ledger) => Array.from({ length: ROUNDS }, (_, round) => ledger.find(keyOf(round))),
  (ledger) => ledger.records({ client: 'claude-code', version: '2.1.3' }),
  (ledger) => ledger.rounds({ versions: [] }),
  (ledger) => ledger.run(),
  (ledger) => ledger.runs(),
  (ledger) => ledger.nights.finished('a night'),
  (ledger) => ledger.record(keyOf(99), recordedOf(99)),
];

/** The codes of what goes wrong when all of it is read, and written to. */
function failures(): unknown[] {
  const codeOf = (action: () => unknown) => {
    try {
      action();
      return [];
    } catch (error) {
      return [error instanceof BisectError ? error.code : error];
    }
  };
  return codeOf(() => {
    const ledger = openLedger(folder);
    const codes = READS.flatMap((read) => codeOf(() => read(ledger)));
    ledger.close();
    for (const code of codes) if (code !== 'LEDGER_UNREADABLE') throw new Error(`not named: ${String(code)}`);
    if (codes.length > 0) throw new BisectError('LEDGER_UNREADABLE', 'it was met');
  });
}

describe('a ledger that is damaged', () => {
  it('on any page is named as that, and most rounds are saved', () => {
    const pages = whole.length / PAGE;
    let met = 0;
    for (let page = 0; page < pages; page += 1) {
      const spoil = [
        (bytes: Buffer) => bytes.fill(0, page * PAGE, (page + 1) * PAGE),
        (bytes: Buffer) => bytes.fill(0xa5, page * PAGE + PAGE / 2, (page + 1) * PAGE),
      ][page % 2] as (bytes: Buffer) => void;
      damaged(spoil);
      const codes = failures();
      expect([[], ['LEDGER_UNREADABLE']]).toContainEqual(codes);
      met += codes.length;
      damaged(spoil);
      const { state, rounds } = checkLedger(folder);
      if (codes.length > 0) expect(state).toBe('damaged');
      // A leaf of the table holds a few of them; the first page and the root have to be there.
      if (page > 1) expect(rounds).toBeGreaterThan(ROUNDS / 2);
    }
    expect(met).toBeGreaterThan(pages / 3);
  });

  it('is replaced by what can be read of it, and kept aside', () => {
    damaged((bytes) => bytes.fill(0, whole.length - PAGE));
    const { state, rounds, keptAside } = renewLedger(folder);
    expect(state).toBe('damaged');
    expect(readFileSync(keptAside)).toHaveLength(whole.length);
    expect(checkLedger(folder)).toMatchObject({ state: 'intact', rounds });
    const ledger = openLedger(folder);
    const found = Array.from({ length: ROUNDS }, (_, round) => ledger.find(keyOf(round)).length);
    expect(found.filter((count) => count === 1)).toHaveLength(rounds);
    ledger.record(keyOf(99), recordedOf(99));
    ledger.close();
  });

  it('beyond recognition leaves nothing to save, and can be replaced all the same', () => {
    damaged((bytes) => bytes.fill(0x41));
    writeFileSync(`${file}.damaged`, 'of an earlier time');
    expect(renewLedger(folder)).toEqual({
      state: 'damaged',
      rounds: 0,
      runs: 0,
      keptAside: `${file}.damaged-2`,
    });
    expect(checkLedger(folder)).toEqual({ state: 'intact', rounds: 0, runs: 0 });
  });
});

describe('a ledger that is well', () => {
  it('is said to be', () => {
    expect(checkLedger(folder)).toEqual({ state: 'intact', rounds: ROUNDS, runs: 1 });
  });

  it('is not made by looking for it', () => {
    rmSync(file);
    expect(checkLedger(folder)).toEqual({ state: 'absent', rounds: 0, runs: 0 });
    expect(existsSync(file)).toBe(false);
  });
});
