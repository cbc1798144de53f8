/** A ledger in a folder of its own for each test, and a question to record rounds of. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import { afterEach, beforeEach } from 'vitest';
import { digestOf, openLedger, type Ledger, type LedgerKey } from '../../src/ledger/ledger.js';
import { getStream404 } from '../../src/scenarios/get-stream-404.js';

export const KEY: LedgerKey = {
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

/** What tests of one file share: the ledger of the test that is running. */
export class Setting {
  folder = '';
  ledger!: Ledger;

  constructor() {
    beforeEach(() => {
      this.folder = mkdtempSync(join(tmpdir(), 'mcp-bisect-ledger-'));
      this.ledger = openLedger(this.folder);
    });
    afterEach(() => {
      this.ledger.close();
      rmSync(this.folder, { recursive: true, force: true });
    });
  }

  /** What another process, or a later night, finds there. */
  reopened(...limits: [Parameters<typeof openLedger>[1]?]): Ledger {
    this.ledger.close();
    this.ledger = openLedger(this.folder, ...limits);
    return this.ledger;
  }

  /** Does something to its tables behind its back. */
  exec(sql: string): void {
    const database = new Database(join(this.folder, 'ledger.db'));
    database.exec(sql);
    database.close();
  }
}
