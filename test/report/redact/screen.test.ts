import { describe, expect, it } from 'vitest';
import { identityMasks } from '../../../src/report/redact/known.js';
import { redactorOf } from '../../../src/report/redact/redact.js';
import { KEYS } from './made-up-keys.js';

const IDENTITY = { user: 'annabel', host: 'laptop-of-anna', home: '/home/annabel', cacheDir: '/big/cache' };
const redact = (rows: readonly string[]) => redactorOf(identityMasks(IDENTITY)).rows(rows);

/** As a terminal of 40 columns breaks it. */
const broken = (text: string, columns = 40) => text.match(new RegExp(`.{1,${columns}}`, 'g')) ?? [];
const KEY = `sk-ant-api03-${'Ab1_'.repeat(24)}`;

describe('the rows of a screen', () => {
  it.each([...Object.values(KEYS), KEY])('have no key that goes on from row to row: %s', (key) => {
    const rows = redact(['Welcome', ...broken(`The key that is used here is now ${key} of annabel.`), 'Bye']);
    expect(rows.join('')).toBe('WelcomeThe key that is used here is now [key] of [user].Bye');
    expect([rows[0], rows.at(-1)]).toEqual(['Welcome', 'Bye']);
  });

  it('have no key that goes on in a frame', () => {
    const inside = broken(`Using ${KEY} now`, 36).map((row) => `│ ${row.padEnd(36)} │`);
    const frame = (rows: readonly string[]) => [`╭${'─'.repeat(38)}╮`, ...rows, `╰${'─'.repeat(38)}╯`];
    expect(redact(frame(inside))).toEqual(
      frame(['Using [key]', '', '', ' now'].map((text) => `│ ${text.padEnd(36)} │`)),
    );
  });

  it('have no key that goes on behind blanks', () => {
    const rows = broken(`Using ${KEY}`, 38).map((row) => `  ${row}`);
    expect(redact(rows)).toEqual(['  Using [key]', '  ', '  ', '  ']);
  });

  it('have no key that goes on in a list', () => {
    const rows = broken(`Using ${KEY} now`, 38).map((row, index) => `${index === 0 ? '●' : ' '} ${row}`);
    expect(redact(['● Done', ...rows, '● End'])).toEqual([
      '● Done',
      '● Using [key]',
      '  ',
      '  ',
      '   now',
      '● End',
    ]);
  });

  it('have no name that goes on in the next one', () => {
    const rows = broken(`${'x '.repeat(18)}annabel and others`);
    expect(rows[1]).toMatch(/^bel/);
    expect(redact(rows).join('')).toBe(`${'x '.repeat(18)}[user] and others`);
  });

  it('stay where they are if nothing goes on', () => {
    const full = 'x'.repeat(40);
    expect(redact([full, `${KEYS.npm} ok`, '', 'annabel', full])).toEqual([
      full,
      '[key] ok',
      '',
      '[user]',
      full,
    ]);
    expect(redact(['abc', 'def', ''])).toEqual(['abc', 'def', '']);
  });

  it('change no more when they are redacted again', () => {
    const once = redact([...broken(`key ${KEY}${' word'.repeat(30)} ${KEYS['a JWT']} end`), 'x']);
    expect(redact(once)).toEqual(once);
  });
});
