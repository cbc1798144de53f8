import { expect, it } from 'vitest';
import { textRedactor } from '../../../src/report/redact/redact.js';
import { KEYS } from './made-up-keys.js';

const IDENTITY = {
  user: 'annabel',
  host: 'annas-laptop',
  home: '/home/annabel',
  cacheDir: '/home/annabel/cache',
};
const SECRET = KEYS.GitHub;
/** With a time that grows with the square of it, a text of this size takes a minute. */
const SIZE = 100_000;
/** A pattern that keeps every step in memory has none left by then. */
const MOST = 10_000_000;

/** Beginnings of what is redacted, of which each could make the redaction look through all that follows it. */
const PIECES =
  String.raw`a|tokentoken=|token-|token="|token=[|token:["|secret: none |eyJ|a.eyJ|sk-|://|://a:|%3A%2F%2F|Bearer |authorization:|
authorization: none |authorization: "a|authorization: a\n  |cookie: 'a\"|--|--token |--token "|"a",|'x-token','|\"|\|\u001b[1m|&a=|[|%|%2F|
-----BEGIN PRIVATE KEY-----|-----BEGIN |ESC]|ESC]8;;|ESC[1;|ESC7`
    .replaceAll('ESC', '\u001b')
    .replaceAll(/\n(?!$| )/g, '')
    .split('|');

it.each(PIECES)('a text of megabytes may be one line: %j, over and over', (piece) => {
  const text = `${piece.repeat(SIZE / piece.length)}\n${SECRET}`;
  expect(textRedactor(null)(text)).not.toContain(SECRET);
});

it.each(PIECES)('a text of megabytes may be one line: %j, and no end of it', (piece) => {
  const text = `${piece}${'a'.repeat(SIZE)}\n ${SECRET}`;
  expect(textRedactor(null)(text)).not.toContain(SECRET);
});

it.each([
  'eyJ',
  'token="',
  'token=',
  'A_TOKEN=',
  'authorization: ',
  '://',
  '-----BEGIN PRIVATE KEY-----',
  '\u001b]8;;',
])('a text of ten megabytes may be one line: %j, and no end of it', (piece) => {
  const text = `${piece}${'a'.repeat(MOST)}\n${SECRET} by annabel`;
  expect(textRedactor(IDENTITY)(text)).toMatch(/\n\[key\] by \[user\]$/);
});

it('a value may be ten megabytes of escapes', () => {
  expect(textRedactor(null)(`password=a1${'%20'.repeat(Math.floor(MOST / 3))}\n${SECRET}`)).toBe(
    'password=[key]\n[key]',
  );
});

it.each([';', '\\', '"', ' ', '1', '[', '\u001b'])('a value may be megabytes of %j', (sign) => {
  for (const piece of [
    'token=',
    'authorization: ',
    '"password":"',
    '\u001b]8;',
    '-----BEGIN PRIVATE KEY-----',
  ])
    expect(textRedactor(null)(`${piece}${sign.repeat(SIZE / 2)}\n ${SECRET}`)).not.toContain(SECRET);
});

it.each([
  'a',
  '1.',
  '/home/',
  '/home/a%41',
  '%2F',
  '-home-',
  'C:\\Users\\a ',
  'sha512-',
  'annabe',
  '\\',
  '[1m',
])('a text of megabytes may tell of nobody: %j, over and over', (piece) => {
  const text = `${piece.repeat(SIZE / piece.length)}\n by annabel`;
  expect(textRedactor(IDENTITY)(text)).toMatch(/by \[user\]$/);
});
