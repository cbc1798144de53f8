import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Identity, KeptRun } from '../../src/kept-run.js';
import { withoutIdentity } from '../../src/report/personal.js';
import { redactor, redactRun } from '../../src/report/redact.js';
import { withoutSecrets } from '../../src/report/secrets.js';
import { hostileRun, keptRun } from '../helpers/kept-runs.js';
import { HOSTILE } from '../helpers/reports.js';

const IDENTITY: Identity = {
  user: 'annabel',
  host: 'annas-laptop.example.net',
  home: '/home/annabel',
  cacheDir: '/home/annabel/src/mcp-bisect/cache',
};
/** What a text in any field of a run becomes. */
const redacted = (text: string, identity: Identity | null = IDENTITY) =>
  redactRun({ ...keptRun({ identity }), oracle: text }).oracle;

/** Made up, and put together here so that no scanner takes this file for a leak. */
const KEYS = {
  Anthropic: `sk-ant-api03-${'Ab1_'.repeat(10)}`,
  OpenAI: `sk-proj-${'x9Y'.repeat(12)}`,
  GitHub: `ghp_${'a1B2'.repeat(9)}`,
  'a GitHub app': `ghs_${'a1B2'.repeat(9)}`,
  'a GitHub user': `gho_${'a1B2'.repeat(9)}`,
  'GitHub, fine-grained': `github_pat_${'11ABCDE'.repeat(4)}_${'xyz'.repeat(9)}`,
  npm: `npm_${'q7'.repeat(18)}`,
  AWS: `AKIA${'ABCD1234'.repeat(2)}`,
  Google: `AIza${'Sy0'.repeat(12)}`,
  Slack: `xoxb-${'1234567890-'.repeat(2)}abcdef`,
  'a JWT': `eyJ${'hbGciOi'.repeat(3)}.eyJ${'zdWIiOi'.repeat(3)}.${'c2ln'.repeat(6)}`,
};

describe('keys', () => {
  it.each(Object.entries(KEYS))('of %s are made unreadable', (_, key) => {
    expect(redacted(`before ${key} after`)).toBe('before [key] after');
    expect(redacted(`{"x":"${key}"}`)).toBe('{"x":"[key]"}');
  });

  it.each([
    ['a bearer token', 'sent Bearer abc123.def~x= now', 'sent Bearer [key] now'],
    ['a header', 'authorization: Token abc def', 'authorization: [key]'],
    ['a header in JSON', '{"Authorization":"Bearer abc"}', '{"Authorization":"[key]"}'],
    [
      'a header in JSON in JSON',
      String.raw`{\"Authorization\":\"Basic abc\"}`,
      String.raw`{\"Authorization\":\"[key]\"}`,
    ],
    ['basic credentials', `sent Basic ${btoa('anna:secret')}`, 'sent Basic [key]'],
    ['a password in a URL', 'from https://anna:pass@w0rd@example.com/x', 'from https://[key]@example.com/x'],
    ['a token in a URL', 'https://0123456789abcdef@example.com', 'https://[key]@example.com'],
    [
      'a query',
      'https://x.example/?a=1&access_token=abc&b=2',
      'https://x.example/?a=1&access_token=[key]&b=2',
    ],
    ['a variable', 'export GITHUB_TOKEN=abc PATH=/usr/bin', 'export GITHUB_TOKEN=[key] PATH=/usr/bin'],
    ['a field', `{"apiKey": "a \\"b\\" c", "x": 1}`, '{"apiKey": "[key]", "x": 1}'],
    [
      'a field in JSON in JSON',
      String.raw`{\"client_secret\":\"a b\",\"x\":1}`,
      String.raw`{\"client_secret\":\"[key]\",\"x\":1}`,
    ],
    ['a setting', 'password: hunter', 'password: [key]'],
    ['an option', 'check.sh --api-key abc --verbose', 'check.sh --api-key [key] --verbose'],
    ['a field that is cut off', '{"secret":"abc', '{"secret":"[key]'],
  ])('in %s are made unreadable', (_, text, expected) => {
    expect(redacted(text)).toBe(expected);
  });

  it('that are private are made unreadable whole, also when their end is missing', () => {
    const body = 'MIIEvQIBADANBg\nkqhkiG9w0B==\n';
    const pem = (kind: string) =>
      `-----BEGIN ${kind}PRIVATE KEY-----\n${body}-----END ${kind}PRIVATE KEY-----`;
    expect(redacted(`a ${pem('RSA ')} b ${pem('')} c`)).toBe('a [key] b [key] c');
    expect(redacted(JSON.stringify({ key: pem('') }))).toBe('{"key":"[key]"}');
    expect(redacted(`a -----BEGIN PRIVATE KEY-----\n${body}`)).toBe('a [key]');
  });

  it.each([
    'bearer token in static headers',
    'token: no token with initialize, GET',
    'has Authorization header: false',
    'Testing basic HTTP connectivity to http://127.0.0.1:1/mcp',
    'autocompact: tokens=[REDACTED] level=ok',
    '"input_tokens":12,"token_count":40',
    '{"apiKeySource":"ANTHROPIC_API_KEY","hasToken":true,"token":null}',
    'No token data found',
    'risk-assessment-of-a-long-name task-queue-of-a-long-name',
    'https://www.npmjs.com/package/@anthropic-ai/claude-code?activeTab=versions',
    'git+ssh://git@github.com/x/y.git',
    'sha512-abcdefghijklmnopqrstuvwxyz0123456789+/token==',
  ])('are not seen in what is none: %s', (text) => {
    expect(withoutSecrets(text)).toBe(text);
  });
});

describe('who ran it, and where', () => {
  it.each([
    ['the home', '/home/annabel/.npmrc', '~/.npmrc'],
    ['the cache', 'path=/home/annabel/src/mcp-bisect/cache/v1/x', 'path=[cache]/v1/x'],
    ['the user', 'user=annabel, Annabel’s', 'user=[user], [user]’s'],
    ['the host, with and without its domain', 'annas-laptop.example.net ANNAS-LAPTOP', '[host] [host]'],
    [
      'a folder named after a path',
      '.claude/projects/-home-annabel-src',
      '.claude/projects/-home-[user]-src',
    ],
    ['other homes', 'in /home/bob/x, /Users/eve and "/home/zoe"', 'in ~/x, ~ and "~"'],
    ['homes on Windows', String.raw`C:\Users\Bob\x and "C:\\Users\\Bob\\x"`, String.raw`~\x and "~\\x"`],
  ])('is not told: %s', (_, text, expected) => {
    expect(redacted(text)).toBe(expected);
  });

  it.each([
    '/probe/home/.claude/settings.json',
    'https://example.com/home/page',
    'annabella annabel_x Xannabel',
    '2.1.147-annabel.1',
    '72e90bbe-d6bd-4003-bf64-4c05e34c6389',
    'sha512-annabel+annabel/annabel==',
  ])('is not seen in what is none: %s', (text) => {
    expect(redacted(text)).toBe(text);
  });

  it.each(['root', 'runner', 'ci', 'al', '147', 'gateway', 'claude', 'lookup_ticket'])(
    'is not known by a name that says nothing: %s',
    (name) => {
      const identity = { user: name, host: name, home: '/', cacheDir: '/' };
      const text = `${name} .${name} as ${name}: 2.1.147`;
      expect(redacted(text, identity)).toBe(text);
    },
  );

  it('is not told by paths on Windows, however they are written', () => {
    const identity = { user: 'x', host: 'y', home: 'D:\\people\\Bob Ray', cacheDir: 'D:\\cache' };
    const text = String.raw`D:\people\Bob Ray\x "D:\\people\\Bob Ray\\x" D:/cache/v1`;
    expect(redacted(text, identity)).toBe(String.raw`~\x "~\\x" [cache]/v1`);
  });
});

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
word`
  .split('\n')
  .map((piece) => piece.replace('#', ''))
  .concat(' \n"\'\\.-_=:/@,[]{x'.split(''));

describe('a redacted run', () => {
  const SECRET = KEYS.GitHub;
  const LEAK = `${SECRET} annabel annas-laptop /home/annabel/x Bearer xyz789 password=abc`;
  const leaky: KeptRun = { ...hostileRun(LEAK), identity: IDENTITY };

  it('has nothing of it left in any text', () => {
    const text = JSON.stringify(redactRun(leaky));
    for (const leak of [SECRET, 'annabel', 'annas-laptop', 'xyz789', '=abc'])
      expect(text).not.toContain(leak);
    expect(redactRun(leaky).identity).toBeNull();
  });

  it('keeps its structure, whatever it is called', () => {
    const identity = { ...IDENTITY, user: 'result', host: 'connected' };
    const before = keptRun();
    const { answer, releases, scenario, ...run } = redactRun({ ...before, identity });
    const reasons = before.answer.rows.map((row) => ({
      ...row,
      reason: row.reason.replace('result', '[user]'),
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
    const { scenario } = keptRun();
    const turns = [{ call: 'login', arguments: { password: 'abc', id: '4711' } }, { say: 'x' }];
    const arms = scenario.arms.map((arm) => ({ ...arm, model: { turns } }));
    const [arm] = redactRun(keptRun({ scenario: { ...scenario, arms } })).scenario.arms;
    expect(arm?.model.turns[0]).toEqual({ call: 'login', arguments: { password: '[key]', id: '4711' } });
  });

  it('changes no more when it is redacted again', () => {
    const pieces = fc.constantFrom(...Object.values(KEYS), ...Object.values(IDENTITY), ...PIECES, HOSTILE);
    const texts = fc.array(pieces, { maxLength: 12 }).map((parts) => parts.join(''));
    const [redact, again] = [IDENTITY, null].map((identity) => redactor(withoutIdentity(identity)));
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

  it.each(['a', 'tokentoken=', 'eyJ', 'sk-', '://a:', '\\"', '1.', '--', '/home/'])(
    'may hold ten megabytes in one line: %s, over and over',
    (piece) => {
      expect(redacted(`${piece.repeat(10_000_000 / piece.length)} ${SECRET}`)).not.toContain(SECRET);
    },
  );

  it.each([
    'eyJ',
    'sk-',
    'token="',
    'Bearer ',
    'authorization:',
    '/home/',
    'sha512-',
    '://',
    '-----BEGIN PRIVATE KEY-----',
  ])('may hold ten megabytes in one line: %s, and no end of it', (piece) => {
    expect(redacted(`${piece}${'a'.repeat(10_000_000)} ${SECRET}`)).not.toContain(SECRET);
  });
});
