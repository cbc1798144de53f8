import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { claudeCode } from '../../src/clients/claude-code.js';
import { openLedger, type Ledger } from '../../src/ledger/ledger.js';
import { readRun, runDocument } from '../../src/run/file.js';
import { scenarioById } from '../../src/scenarios/index.js';
import { judgeRelease } from '../../src/verdict/judge.js';

/** Both were made by the tool before its values were rebuilt (11 of the issues), and redacted. */
const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/before/${name}`, import.meta.url));
const text = readFileSync(fixture('run.json'), 'utf8');

const dir = mkdtempSync(join(tmpdir(), 'mcp-bisect-before-'));
let ledger: Ledger;
beforeAll(() => {
  writeFileSync(join(dir, 'ledger.db'), gunzipSync(readFileSync(fixture('ledger.db.gz'))));
  ledger = openLedger(dir);
});
afterAll(() => {
  ledger.close();
  rmSync(dir, { recursive: true });
});

describe('what an earlier version of the tool wrote', () => {
  it('is read: an exported run, with nothing lost', () => {
    const run = readRun(text);
    expect(run.answer).toMatchObject({ outcome: 'found', changes: [{ boundary: { after: '2.1.3' } }] });
    expect(JSON.parse(runDocument(run))).toEqual(JSON.parse(text));
  });

  it('is read: the runs of a ledger', () => {
    expect(ledger.runs()).toMatchObject([
      { client: 'claude-code', outcome: 'found', from: '2.1.1', to: '2.1.4' },
    ]);
    const run = ledger.run();
    expect(run && Object.keys(run.releases)).toEqual(['2.1.1', '2.1.2', '2.1.3', '2.1.4']);
  });

  it.each([
    ['2.1.2', 'good'],
    ['2.1.3', 'bad'],
  ])('is read and judged anew: the rounds of a ledger, of %s', (version, verdict) => {
    const [record] = ledger.records({ client: 'claude-code', version });
    if (!record) throw new Error('there is no record');
    expect(record.judgement.verdict).toBe(verdict);
    expect(ledger.find(record.key)).toMatchObject([{ judgement: { verdict } }]);
    const scenario = scenarioById(record.key.scenario);
    expect(judgeRelease(version, record.observations, scenario, claudeCode)).toEqual(record.judgement);
  });
});
