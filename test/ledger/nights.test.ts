import { join } from 'node:path';
import Database from 'libsql';
import { describe, expect, it } from 'vitest';
import { readLedger } from '../../src/ledger/ledger.js';
import { keptRun } from '../helpers/kept-runs.js';
import { releasesOf, round } from '../helpers/scripted.js';
import { toldChange } from '../nightly/setting.js';
import { KEY, Setting } from './setting.js';

const at = new Setting();
/** What a later night finds there. */
const reopened = () => at.reopened().nights;

const ids = (changes: readonly { readonly id: string }[]) => changes.map(({ id }) => id);

describe('releases that were seen', () => {
  const releases = releasesOf(['good', 'bad', 'missing']);

  it('come back as they were, to a later night too', () => {
    at.ledger.nights.rememberReleases('claude-code', 'linux-x64', releases);
    expect(reopened().releases('claude-code', 'linux-x64')).toEqual(releases);
  });

  it('are those of the client, and of the platform', () => {
    at.ledger.nights.rememberReleases('claude-code', 'linux-x64', releases);
    expect(at.ledger.nights.releases('claude-code', 'darwin-arm64')).toEqual([]);
    expect(at.ledger.nights.releases('codex', 'linux-x64')).toEqual([]);
  });

  it('are as they were seen last, and stay when they are seen no more', () => {
    const { nights } = at.ledger;
    nights.rememberReleases('claude-code', 'linux-x64', releases);
    const deprecated = releases.slice(0, 1).map((release) => ({ ...release, deprecated: 'too old' }));
    nights.rememberReleases('claude-code', 'linux-x64', deprecated);
    const found = nights
      .releases('claude-code', 'linux-x64')
      .toSorted((one, other) => (one.version < other.version ? -1 : 1));
    expect(found).toEqual([...deprecated, ...releases.slice(1)]);
  });

  it('are not written again where nothing is new', () => {
    at.ledger.nights.rememberReleases('claude-code', 'linux-x64', releases);
    const reader = new Database(join(at.folder, 'ledger.db'));
    const version = () =>
      (reader.prepare('PRAGMA data_version').get() as { data_version: number }).data_version;
    const before = version();
    at.ledger.nights.rememberReleases('claude-code', 'linux-x64', releases);
    expect(version()).toBe(before);
    at.ledger.nights.rememberReleases('claude-code', 'darwin-arm64', releases);
    expect(version()).not.toBe(before);
    reader.close();
  });
});

describe('releases without a verdict', () => {
  const skip = { version: '1.0.0', question: 'sha512-0 abc', day: '2026-11-22', reason: 'it did not start' };
  const next = { ...skip, day: '2026-11-23', reason: 'it asked for a login' };

  it('are counted by day, with the newest reason', () => {
    at.ledger.nights.noteSkip('one', skip);
    at.ledger.nights.noteSkip('one', next);
    expect(reopened().skips('one')).toEqual([{ ...next, nights: 2 }]);
  });

  it('are counted once a day, however often they are tried', () => {
    at.ledger.nights.noteSkip('one', skip);
    at.ledger.nights.noteSkip('one', { ...skip, reason: 'it asked for a login' });
    expect(at.ledger.nights.skips('one')).toEqual([{ ...skip, reason: 'it asked for a login', nights: 1 }]);
  });

  it('are counted anew for another question, and for each subject', () => {
    at.ledger.nights.noteSkip('one', skip);
    at.ledger.nights.noteSkip('one', { ...next, question: 'sha512-1 abc' });
    at.ledger.nights.noteSkip('other', skip);
    expect(at.ledger.nights.skips('one').map(({ question, nights }) => [question, nights])).toEqual([
      ['sha512-0 abc', 1],
      ['sha512-1 abc', 1],
    ]);
    expect(at.ledger.nights.skips('third')).toEqual([]);
  });
});

describe('changes', () => {
  const first = toldChange({ id: 'b', channels: ['command', 'github:a/b'] });
  const second = toldChange({
    id: 'a',
    subject: 'another subject',
    kind: 'fix',
    direction: 'fix',
    about: 'b',
  });

  it('come back whole, in the order in which they were added', () => {
    at.ledger.nights.addChange(first);
    at.ledger.nights.addChange(second);
    expect(reopened().changes()).toEqual([first, second]);
    expect(at.ledger.nights.changes('another subject')).toEqual([second]);
    expect(at.ledger.nights.changes('a third')).toEqual([]);
  });

  it('are there once: one that is added again stays as it was', () => {
    at.ledger.nights.addChange(first);
    at.ledger.nights.noteAnnounced(['b']);
    at.ledger.nights.addChange({ ...first, run: 'another run', channels: [] });
    expect(at.ledger.nights.changes()).toEqual([first]);
    expect(at.ledger.nights.unannounced()).toEqual([]);
  });

  it('are to be announced until it is noted that they were', () => {
    for (const id of ['a', 'b', 'c']) at.ledger.nights.addChange(toldChange({ id }));
    expect(ids(at.ledger.nights.unannounced())).toEqual(['a', 'b', 'c']);
    at.ledger.nights.noteAnnounced([]);
    at.ledger.nights.noteAnnounced(['b', 'nobody', "'; DROP TABLE nightly_changes; --"]);
    expect(ids(reopened().unannounced())).toEqual(['a', 'c']);
  });
});

describe('the telling of a change', () => {
  it('has not begun at first', () => {
    expect(at.ledger.nights.delivery('a', 'command')).toEqual({
      attempts: 0,
      isDelivered: false,
      place: null,
    });
  });

  it('is known to have been tried before it is known to have worked', () => {
    at.ledger.nights.noteAttempt('a', 'github:a/b');
    expect(reopened().delivery('a', 'github:a/b')).toEqual({ attempts: 1, isDelivered: false, place: null });
    at.ledger.nights.noteAttempt('a', 'github:a/b');
    at.ledger.nights.noteDelivered('a', 'github:a/b', '17');
    expect(reopened().delivery('a', 'github:a/b')).toEqual({ attempts: 2, isDelivered: true, place: '17' });
  });

  it('may leave no place', () => {
    at.ledger.nights.noteAttempt('a', 'command');
    at.ledger.nights.noteDelivered('a', 'command', null);
    expect(at.ledger.nights.delivery('a', 'command')).toEqual({
      attempts: 1,
      isDelivered: true,
      place: null,
    });
  });

  it('is one for each change in each way', () => {
    at.ledger.nights.noteAttempt('a', 'command');
    at.ledger.nights.noteDelivered('a', 'command', 'here');
    expect(at.ledger.nights.delivery('a', 'github:a/b').isDelivered).toBe(false);
    expect(at.ledger.nights.delivery('b', 'command').isDelivered).toBe(false);
  });
});

describe('what a whole night leaves', () => {
  it('is found by its name, and is what the last one left', () => {
    at.ledger.nights.noteFinished('one', { files: { 'index.html': 'abc' } });
    at.ledger.nights.noteFinished('one', { files: {} });
    at.ledger.nights.noteFinished('other', [1]);
    expect(reopened().finished('one')).toEqual({ files: {} });
    expect(at.ledger.nights.finished('other')).toEqual([1]);
    expect(at.ledger.nights.finished('third')).toBeUndefined();
  });
});

describe('a ledger that fails', () => {
  it('is named, whatever the night wanted of it', () => {
    at.exec('DROP TABLE nightly_changes');
    expect(() => at.ledger.nights.changes()).toThrow(expect.objectContaining({ code: 'LEDGER_UNREADABLE' }));
    expect(() => at.ledger.nights.addChange(toldChange({ id: 'a' }))).toThrow(
      expect.objectContaining({ code: 'LEDGER_UNREADABLE' }),
    );
  });
});

const NIGHTLY = ['releases', 'skips', 'changes', 'deliveries', 'finished']
  .map((name) => `DROP TABLE nightly_${name};`)
  .join(' ');

describe.each([
  [1, `DROP TABLE runs; ${NIGHTLY}`],
  [2, NIGHTLY],
])('a ledger of version %i', (version, without) => {
  const age = () => {
    at.ledger.record(KEY, { judgement: round('bad'), observations: [] });
    if (version > 1) at.ledger.keep(keptRun());
    at.ledger.close();
    at.exec(`${without} PRAGMA user_version = ${version}`);
  };

  it('gets what nights remember, and keeps what it has', () => {
    age();
    at.reopened();
    at.ledger.nights.addChange(toldChange({ id: 'a' }));
    at.ledger.nights.rememberReleases('claude-code', 'linux-x64', releasesOf(['good']));
    at.ledger.nights.noteFinished('one', {});
    at.ledger.nights.noteSkip('one', { version: '1.0.0', question: '', day: '2026-11-23', reason: '' });
    at.ledger.nights.noteAttempt('a', 'command');
    expect(ids(reopened().changes())).toEqual(['a']);
    expect(at.ledger.find(KEY)).toHaveLength(1);
    expect(at.ledger.runs()).toHaveLength(version - 1);
  });

  it('is still read by those who only read', () => {
    age();
    const reader = readLedger(at.folder);
    expect(reader.records({ client: 'claude-code', version: '2.1.147' })).toHaveLength(1);
    expect(reader.runs()).toHaveLength(version - 1);
    reader.close();
    at.reopened();
  });
});
