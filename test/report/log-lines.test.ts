import { describe, expect, it } from 'vitest';
import { logLines } from '../../src/report/log-lines.js';

const line = (text: string, version = '2.1.147') => logLines(text, version).join('\n');

describe('a line of a debug log', () => {
  it.each([
    ['its time', '2026-11-22T23:45:43.313Z [DEBUG] starting', '[DEBUG] starting'],
    ['its time of day', '[23:45:43.313] starting', 'starting'],
    ['times inside it', 'expires 2026-11-22T23:45:43+01:00, then', 'expires [time], then'],
    ['the home of the room', "lstat '/probe/home/.claude/x'", "lstat '~/.claude/x'"],
    ['its working directory', 'at path: /probe/work/.claude', 'at path: ./.claude'],
    [
      'those of an unsealed room',
      'path=/tmp/mcp-bisect-room-aB3xYz/home/.claude and /tmp/mcp-bisect-room-aB3xYz/work',
      'path=~/.claude and .',
    ],
    [
      'the executable in the store',
      'mode=embedded, path=/work/main/cache/v1/content/38/bd656a-c737/files/package/claude)',
      'mode=embedded, path=[executable])',
    ],
    [
      'ports',
      'to http://127.0.0.1:34981/mcp, host=127.0.0.1, port=34981',
      'to http://127.0.0.1:[port]/mcp, host=127.0.0.1, port=[port]',
    ],
    ['ids', 'session 72e90bbe-d6bd-4003-bf64-4c05e34c6389 ea6bfddefa5b', 'session [id] [id]'],
    ['temporary files', '.claude.json.tmp.213.ea6bfddefa5b', '.claude.json.tmp.[id]'],
    ['processes', 'pid 4711, {"pid":12}', 'pid [pid], {"pid":[pid]}'],
    [
      'durations',
      'in 883ms after 0s, 1.2 s (+32ms)',
      'in [duration] after [duration], [duration] (+[duration])',
    ],
    ['named durations', 'durationMs=15 "waitMs":0', 'durationMs=[duration] "waitMs":[duration]'],
    ['sizes', 'size: 258 bytes, 1.5 MB', 'size: [size], [size]'],
    [
      'its own version',
      'claude-code/2.1.147 cc_version=2.1.147.447;',
      'claude-code/[version] cc_version=[version];',
    ],
    ['places in a program', 'at run (cli.js:1234:56)', 'at run (cli.js:[place])'],
  ])('has %s replaced by a name', (_, raw, normal) => {
    expect(line(raw)).toBe(normal);
  });

  it.each([
    ['limits that the client is set to', 'timeout of 30000ms, "timeoutMs":60000, timeout: 5s'],
    ['statuses and codes', 'MCP session expired (server returned 404) -32000 1/3'],
    ['other versions', 'update 2.1.148 is there, 12.1.147 and 2.1.1470 too'],
    ['counts', 'Loaded 145 bundled root certificates, 11 skills'],
    ['words that only look like hexadecimal digits', 'defaced accede 123456789012'],
    ['other homes', '/probe/homes/x /srv/home/x'],
  ])('keeps %s', (_, raw) => {
    expect(line(raw)).toBe(raw);
  });

  it('has nothing left that acts on a terminal', () => {
    expect(line('\u001B[31mred\u001B[0m \u202Eevil\u0007\u0000 end')).toBe('red evil end');
  });

  it('is cut when it is too long, and says so', () => {
    expect(line('x'.repeat(900))).toBe(`${'x'.repeat(800)} … [cut]`);
    expect(line('x'.repeat(800))).toBe('x'.repeat(800));
    expect(line(`${'\u001B[0m'.repeat(2000)}end`)).toBe(' … [cut]');
  });

  it('is not cut through a character', () => {
    expect(line(`${'x'.repeat(799)}😀${'x'.repeat(50)}`)).toBe(`${'x'.repeat(799)} … [cut]`);
  });
});

describe('a debug log', () => {
  it('is split at any line break, and empty lines do not count', () => {
    expect(logLines('a\r\nb\rc\n\n   \nd', '1.0.0')).toEqual(['a', 'b', 'c', 'd']);
  });

  it('may be ten megabytes in one line', () => {
    for (const piece of ['/a', 'a', '1.', '127.0.0.1:', '/v1/content/', 'timeout of ', '\u001B['])
      expect(line(piece.repeat(10_000_000 / piece.length)).length).toBeLessThan(900);
  });

  it('is compared up to two hundred thousand lines', () => {
    expect(logLines('a\n'.repeat(250_000), '1.0.0')).toHaveLength(200_000);
  });
});
