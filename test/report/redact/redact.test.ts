import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JournalEntry } from '../../../src/fixture/journal.js';
import type { Run } from '../../../src/run/run.js';
import type { Identity } from '../../../src/machine.js';
import type { Observation } from '../../../src/probe/observation.js';
import { identityMasks } from '../../../src/report/redact/known.js';
import { redactorOf, redactRecorded, redactRun, textRedactor } from '../../../src/report/redact/redact.js';
import { printable } from '../../../src/report/text.js';
import type { Arm } from '../../../src/scenarios/scenario.js';
import { hostileRun, keptRun, roundOf } from '../../helpers/kept-runs.js';
import { journalOf, observationOf } from '../../helpers/observations.js';
import { HOSTILE } from '../../helpers/reports.js';
import { KEYS, pem } from './made-up-keys.js';

const IDENTITY: Identity = {
  user: 'annabel',
  host: 'annas-laptop.example.net',
  home: '/home/annabel',
  cacheDir: '/home/annabel/src/mcp-bisect/cache',
};
const redacted = textRedactor(IDENTITY);
const SUBJECT = { client: 'codex', scenario: { id: 'own' } };

/** Of which texts are made that are hard to redact, one to a line. */
const PIECES = String.raw`[key]
[user]
[host]
[cache]
~
/home/bob
C:\Users\Bob
token
secret=
"password":"
api_key
--api-key #
Bearer #
Basic #
Authorization: #
://
a:b@
-----BEGIN PRIVATE KEY-----
-----END PRIVATE KEY-----
sha512-
1.2.3
eyJabcdef.
abc123
none
%22
%3D
x-api-key
'x-api-key', '
\n
\"
\u001b[1m
word`
  .split('\n')
  .map((piece) => piece.replace('#', ''))
  .concat(' \n"\'\\.-_=:/@,[]{x'.split(''));

/** What nobody sees, and what is taken out of every text before it is shown. */
const HIDDEN =
  String.raw`\u001b[1m|\u001b[38;5;196m|\u001b[0K|\u001b]0;a title\u0007|\u001b7|\u009b31m|\u001b(B|
\u001b]8;;https://x.example/?a b\u001b\\|\u0000|\u0007|\u0008|\u007f|\u0085|\u200b|\u200d|\u00ad|\u2060|\ufeff|\u202e|\u2066|\u061c|
\ufe0f|\udb40\udc41`
    .replaceAll('\n', '')
    .split('|')
    .map((escaped) => JSON.parse(`"${escaped}"`) as string);

describe('what nobody sees', () => {
  it.each([...Object.entries(KEYS), ['a private key', pem()]])('hides no key: %s', (_, key) => {
    const places = fc.array(fc.tuple(fc.nat(key.length), fc.constantFrom(...HIDDEN)), { maxLength: 4 });
    fc.assert(
      fc.property(places, (inserted) => {
        const text = inserted
          .toSorted(([a], [b]) => b - a)
          .reduce((hidden, [at, what]) => hidden.slice(0, at) + what + hidden.slice(at), key);
        expect(redacted(`a ${text} b`)).toBe('a [key] b');
      }),
      { numRuns: 200 },
    );
  });

  it.each([
    ['Authorization: Bearer abc', 'Authorization: [key]'],
    ['{"password":"abc"}', '{"password":"[key]"}'],
    ['in /home/annabel/x by annabel', 'in ~/x by [user]'],
    ['on annas-laptop, C:\\Users\\Bob', 'on [host], ~'],
  ])('hides no name, and no value: %s', (plain, expected) => {
    for (const hidden of HIDDEN)
      expect(redacted(Array.from(plain).join(hidden)), `with ${JSON.stringify(hidden)}`).toBe(expected);
  });

  it('hides nothing from what is shown in the end', () => {
    const texts = fc.array(fc.constantFrom(...HIDDEN, ...Object.values(KEYS), ' ', 'x', '\n'), {
      maxLength: 8,
    });
    fc.assert(
      fc.property(texts, (parts) => {
        const shown = printable(textRedactor(IDENTITY)(parts.join('')));
        expect(shown).toBe(printable(textRedactor(IDENTITY)(shown)));
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('what is redacted outside a run', () => {
  it('loses the same as in one', () => {
    const { judgement, observations } = roundOf('2.1.147', 'bad', { screen: [`x ${KEYS.npm}`] });
    const reason = 'claude and annabel: token=/home/annabel/sk-\u001b[1mant';
    const recorded = { judgement: { ...judgement, reason }, observations };
    const run = keptRun({
      identity: IDENTITY,
      oracle: reason,
      releases: { '2.1.147': [{ ...recorded, isWhole: true }] },
    });
    const [{ isWhole: _, ...inRun } = {}] = redactRun(run).releases['2.1.147'] ?? [];
    expect(redactRecorded(recorded, IDENTITY, SUBJECT)).toEqual(inRun);
    expect(textRedactor(IDENTITY)(reason)).toBe(redactRun(run).oracle);
  });

  it('tells of its subject as well, if that is named', () => {
    const { judgement } = roundOf('2.1.147', 'bad');
    const recorded = { judgement: { ...judgement, reason: 'claude said so' }, observations: [] };
    const identity = { ...IDENTITY, user: 'claude' };
    expect(redactRecorded(recorded, identity, SUBJECT).judgement.reason).toBe('[user] said so');
    expect(redactRecorded(recorded, identity, { ...SUBJECT, client: 'claude-code' }).judgement.reason).toBe(
      'claude said so',
    );
  });
});

describe('a redacted run', () => {
  const SECRET = KEYS.GitHub;
  const LEAK = `${SECRET} annabel annas-laptop /home/annabel/x Bearer xyz789 password=abc`;
  const leaky: Run = { ...hostileRun(LEAK), identity: IDENTITY };

  it('has nothing of it left in any text', () => {
    const text = JSON.stringify(redactRun(leaky));
    for (const leak of [SECRET, 'annabel', 'annas-laptop', 'xyz789', '=abc'])
      expect(text).not.toContain(leak);
    expect(redactRun(leaky).identity).toBeNull();
  });

  it('keeps its structure, whatever it is called', () => {
    const identity = { ...IDENTITY, user: 'lost', host: 'returned' };
    const before = keptRun();
    const { answer, releases, scenario, ...run } = redactRun({ ...before, identity });
    const reasons = before.answer.rows.map((row) => ({
      ...row,
      reason: row.reason.replace('lost', '[user]').replace('returned', '[host]'),
    }));
    expect(answer).toEqual({ ...before.answer, rows: reasons });
    expect(Object.keys(releases)).toEqual(Object.keys(before.releases));
    const [, round] = releases['2.1.147'] ?? [];
    expect(round?.judgement.findings.map(({ arm, outcome, symptoms }) => [arm, outcome, symptoms])).toEqual([
      ['control', 'pass', []],
      ['404-before-tools', 'fail', ['tools-lost']],
      ['404-after-tools', 'pass', []],
    ]);
    const [seen] = round?.observations ?? [];
    expect(seen).toEqual(before.releases['2.1.147']?.[1]?.observations[0]);
    expect(scenario).toEqual(before.scenario);
    const { answer: _, releases: __, scenario: ___, ...rest } = before;
    expect(run).toEqual(rest);
  });

  it('has no value of a header that the client was given, and no token of the server', () => {
    const { scenario } = keptRun();
    const arms = scenario.arms.map((arm) => ({
      ...arm,
      headers: { 'X-Own': 'mine' },
      gateway: { ...arm.gateway, bearer: 'mine' },
    }));
    const [arm] = redactRun(keptRun({ scenario: { ...scenario, arms } })).scenario.arms;
    expect(arm?.headers).toEqual({ 'X-Own': '[key]' });
    expect(arm?.gateway.bearer).toBe('[key]');
  });

  it('has no argument of a call that is named like a secret', () => {
    const arm = armWith({
      model: {
        turns: [
          { call: 'login', arguments: { password: 'abc', id: '4711', tokens: ['x'], token: ['abc', 'def'] } },
          {
            call: 'send',
            arguments: { headers: [{ name: 'x-api-key', value: 'abc' }], args: ['--token', 'abc'] },
          },
          { say: 'x' },
        ],
      },
    });
    expect(arm?.model.turns).toEqual([
      {
        call: 'login',
        arguments: { password: '[key]', id: '4711', tokens: ['x'], token: ['[key]', '[key]'] },
      },
      {
        call: 'send',
        arguments: { headers: [{ name: 'x-api-key', value: '[key]' }], args: ['--token', '[key]'] },
      },
      { say: 'x' },
    ]);
  });

  it('has no key and no name of a person in the name of a field that anybody can choose', () => {
    const names = { [SECRET]: 'x', 'X-annabel': 'x' };
    const arm = armWith({
      headers: names,
      gateway: {
        rules: [{ on: {}, answer: { status: 401, headers: names, body: { '/home/annabel/x': 1 } } }],
      },
    });
    expect(arm?.headers).toEqual({ '[key]': '[key]', 'X-[user]': '[key]' });
    expect(arm?.gateway.rules).toEqual([
      { on: {}, answer: { status: 401, headers: { '[key]': 'x', 'X-[user]': 'x' }, body: { '~/x': 1 } } },
    ]);
  });

  /** The first arm of a run, redacted. */
  function armWith({ gateway = {}, ...changes }: { gateway?: object; model?: object; headers?: object }) {
    const { scenario } = keptRun();
    const arms = scenario.arms.map((arm) => ({
      ...arm,
      ...changes,
      gateway: { ...arm.gateway, ...gateway },
    }));
    const run = { ...keptRun({ identity: IDENTITY }), scenario: { ...scenario, arms: arms as Arm[] } };
    return redactRun(run).scenario.arms[0];
  }

  it('has no secret in the arguments of a command', () => {
    const reproduce = ['run', '--oracle', 'check', '--token', 'abc', '--good', '1.2.3'];
    expect(redactRun(keptRun({ reproduce })).reproduce).toEqual(reproduce.with(4, '[key]'));
    const command = [
      'client',
      '--api-key',
      'abc',
      '--header',
      'Authorization: Bearer abc',
      '-p',
      '--token',
      '-x',
    ];
    expect(seenWith({ command })?.command).toEqual(command.with(2, '[key]').with(4, 'Authorization: [key]'));
  });

  it('has nothing of a client in its journal that is none of HTTP', () => {
    const [entry] = observationOf('control', { version: '1.2.3', journal: journalOf('I', 'agent') }).journal;
    const journal = [
      entry,
      { ...entry, method: `/home/bob ${SECRET}`, protocolVersion: SECRET },
    ] as JournalEntry[];
    expect(seenWith({ journal })?.journal).toEqual([
      entry,
      { ...entry, method: '~ [key]', protocolVersion: '[key]' },
    ]);
  });

  it('has no key on a screen that a terminal has broken', () => {
    const screen = `Using ${SECRET} now, of annabel`.match(/.{1,24}/g) ?? [];
    expect(seenWith({ screen })?.screen?.join('')).toBe('Using [key] now, of [user]');
  });

  /** What is left of the first arm of a release. */
  const seenWith = (changes: Partial<Observation>) =>
    redactRun(keptRun({ identity: IDENTITY, releases: { '2.1.147': [roundOf('2.1.147', 'bad', changes)] } }))
      .releases['2.1.147']?.[0]?.observations[0];

  it.each(['claude', 'oracle'])('tells of its subject, even to a user who is called like it: %s', (user) => {
    const run = keptRun({
      identity: { ...IDENTITY, user },
      reproduce: ['run', '--oracle', 'x'],
      oracle: `the ${user} is`,
    });
    expect(redactRun(run).oracle).toBe(run.oracle);
  });

  it('gives its scenario’s file away as a program that still runs, without keys and names', () => {
    const { scenario } = keptRun();
    const text = [
      "const RIGHT = 'right4711'; // of /home/annabel",
      "bearer: RIGHT, headers: { Authorization: 'Bearer right4711', 'X-Team': 'team4711' },",
      "const token = lookup(); const annabel = { progressToken: 'p-1' };",
    ].join('\n');
    const [control, ...others] = scenario.arms as [Arm, ...Arm[]];
    const headers = { Authorization: 'Bearer right4711', 'X-Team': 'team4711' };
    const arms = [{ ...control, headers, gateway: { ...control.gateway, bearer: 'right4711' } }, ...others];
    const run = keptRun({
      identity: IDENTITY,
      scenario: { ...scenario, arms, file: { name: 'own.mjs', text, imports: [] } },
    });
    const once = redactRun(run);
    expect(once.scenario.file?.text).toBe(
      [
        "const RIGHT = 'redacted-1'; // of ~",
        "bearer: RIGHT, headers: { Authorization: 'Bearer redacted-1', 'X-Team': 'redacted-2' },",
        "const token = lookup(); const annabel = { progressToken: 'p-1' };",
      ].join('\n'),
    );
    expect(redactRun(once)).toEqual(once);
  });

  it('changes no more when it is redacted again', () => {
    const pieces = fc.constantFrom(
      ...Object.values(KEYS),
      ...Object.values(IDENTITY),
      ...PIECES,
      ...HIDDEN,
      HOSTILE,
    );
    const texts = fc.array(pieces, { maxLength: 12 }).map((parts) => parts.join(''));
    const [redact, again] = [IDENTITY, null].map((identity) => redactorOf(identityMasks(identity)).text);
    fc.assert(
      fc.property(texts, (text) => {
        const once = redact?.(text) ?? '';
        expect(redact?.(once)).toBe(once);
        expect(again?.(once)).toBe(once);
      }),
      { numRuns: 3_000 },
    );
    const run = redactRun(leaky);
    expect(redactRun(run)).toEqual(run);
  });
});
