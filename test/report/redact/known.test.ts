import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redactRecorded, redactRun, textRedactor } from '../../../src/report/redact/redact.js';
import type { Arm } from '../../../src/scenarios/scenario.js';
import { keptRun, roundOf } from '../../helpers/kept-runs.js';

/** With everything that somebody encodes. */
const SECRET = 'Zugang 4711/"größe"\\=&+~';
const IDENTITY = {
  user: 'annabel.bell',
  host: 'annas-laptop.example.net',
  home: '/data/people/annabel.bell',
  cacheDir: '/data/cache of anna',
};

const base64 = (text: string) => Buffer.from(text).toString('base64');
const ENCODINGS: Readonly<Record<string, (text: string) => string>> = {
  'as it is': (text) => text,
  JSON: (text) => JSON.stringify(text).slice(1, -1),
  'JSON of ASCII': (text) =>
    JSON.stringify(text)
      .slice(1, -1)
      .replaceAll(
        /[^\x20-\x7e]/g,
        (sign) => String.raw`\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
      ),
  'JSON with slashes of its own': (text) =>
    JSON.stringify(text)
      .slice(1, -1)
      .replaceAll('/', String.raw`\/`),
  'an address': encodeURIComponent,
  'an address in small letters': (text) =>
    encodeURIComponent(text).replaceAll(/%../g, (code) => code.toLowerCase()),
  'a whole address': encodeURI,
  'a form': (text) => new URLSearchParams({ a: text }).toString().slice(2),
  base64,
  'base64 for addresses': (text) => Buffer.from(text).toString('base64url'),
  'base64 behind one character': (text) => base64(`:${text}`),
  'base64 behind two': (text) => base64(`a:${text}`),
  'base64 between others': (text) => base64(`anna:${text}:x`),
  'hexadecimal digits': (text) => Buffer.from(text).toString('hex'),
};

/** What is left of the output of a client under a server whose token is known. */
function left(output: string, bearer = SECRET): string {
  const { scenario } = keptRun();
  const arms = scenario.arms.map((arm): Arm => ({ ...arm, gateway: { ...arm.gateway, bearer } }));
  const stdout = { text: output, bytes: output.length, capped: false };
  const { judgement, observations } = roundOf('2.1.147', 'bad', { stdout });
  const recorded = { judgement, observations: observations.slice(0, 1) };
  const subject = { client: 'claude-code', scenario: { ...scenario, arms } };
  const [seen] = redactRecorded(recorded, IDENTITY, subject).observations;
  return seen?.stdout.text ?? '';
}

describe('a value that is known to be secret', () => {
  it.each(Object.entries(ENCODINGS))('is found as %s', (_, encode) => {
    // A blank parts the words of a header: each is masked by itself.
    for (const secret of ['4711/"größe"\\=&+~', 'right-4711', 'correcthorsebattery']) {
      const text = `said ${encode(secret)} so`;
      const kept = left(text, secret);
      expect(kept, `of ${text}`).toMatch(/^said \S{0,8}\[key\]\S{0,5} so$/);
    }
  });

  it('is found through any two of these, whatever it is', () => {
    const secrets = fc
      .string({ unit: 'grapheme', minLength: 14, maxLength: 30 })
      .filter((text) => /^[^\s:]+$/.test(text));
    // Of base64 of base64 a part is left out at both ends, and nobody does that.
    const outer = fc.constantFrom('as it is', 'JSON', 'an address', 'a form');
    const inner = fc.constantFrom(...Object.keys(ENCODINGS).filter((name) => name !== 'a whole address'));
    fc.assert(
      fc.property(secrets, inner, outer, (secret, first, second) => {
        const text = ENCODINGS[second]?.(ENCODINGS[first]?.(`<${secret}>`) ?? '') ?? '';
        expect(left(text, secret)).toContain('[key]');
      }),
      { numRuns: 200 },
    );
  });

  it('is found on a screen, wherever a terminal broke it, and in every field', () => {
    const { scenario } = keptRun();
    const [control, ...others] = scenario.arms as [Arm, ...Arm[]];
    const arms = [{ ...control, headers: { 'X-Team': 'team4711', Accept: 'application/json' } }, ...others];
    const screen = 'Sent by the team that is called team4711 as application/json'.match(/.{1,37}/g) ?? [];
    const run = redactRun(
      keptRun({
        scenario: { ...scenario, arms, prompt: 'for team4711' },
        releases: { '2.1.147': [roundOf('2.1.147', 'bad', { screen, fault: 'team4711' })] },
      }),
    );
    const [seen] = run.releases['2.1.147']?.[0]?.observations ?? [];
    expect(seen?.screen).toEqual(['Sent by the team that is called [key]', ' as application/json']);
    expect([seen?.fault, run.scenario.prompt]).toEqual(['[key]', 'for [key]']);
  });

  it('may be one of the command', () => {
    const reproduce = ['run', '--registry', 'https://anna:hunter22@npm.example.com', '--token', 'tok-4711'];
    const run = keptRun({
      oracle: 'check --api-key k-0815 && PASSWORD="correct horse" test',
      reproduce,
      releases: {
        '2.1.147': [roundOf('2.1.147', 'bad', { fault: `hunter22 tok-4711 ${base64('a k-0815 b')}` })],
      },
    });
    const { oracle, releases, ...redacted } = redactRun(run);
    expect(oracle).toBe('check --api-key [key] && PASSWORD="[key]" test');
    expect(redacted.reproduce).toEqual([
      'run',
      '--registry',
      'https://[key]@npm.example.com',
      '--token',
      '[key]',
    ]);
    expect(releases['2.1.147']?.[0]?.observations[0]?.fault).toMatch(
      /^\[key\] \[key\] \S{0,4}\[key\]\S{0,6}$/,
    );
    expect(textRedactor(null, run.oracle)('with k-0815')).toBe('with [key]');
  });

  it('takes no longer for being hard to spell', () => {
    const secret = `"${'\\'.repeat(40)}%%%%"$1`;
    expect(left(`${'\\'.repeat(100_000)}${'%25'.repeat(50_000)} ${secret}`, secret)).toMatch(/ \[key\]$/);
  });

  it('is no plain word, and no version', () => {
    expect(left('a ticket of 2025-06-18', 'ticket')).toBe('a ticket of 2025-06-18');
  });
});

describe('who ran it, and where', () => {
  it.each(Object.entries(ENCODINGS))('is not told as %s', (_, encode) => {
    const redact = textRedactor(IDENTITY);
    for (const value of Object.values(IDENTITY)) {
      const text = encode(` ${value} `);
      expect(redact(text), `of ${text}`).toMatch(/~|\[(?:user|host|cache)\]/);
      expect(redact(text)).not.toMatch(/annabel|laptop|people|cache(?!\])/i);
    }
  });
});
