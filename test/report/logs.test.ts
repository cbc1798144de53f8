import { describe, expect, it } from 'vitest';
import { differenceOf, logLines, type DiffLine } from '../../src/report/logs.js';

const of = (text: string) => `[DEBUG] MCP server "gateway": ${text}`;
const log = (...lines: string[]) => lines.map((line) => `2026-11-22T23:45:43.313Z ${line}`).join('\n');
const compare = (good: string[], bad: string[]) =>
  differenceOf({ version: '2.1.146', logs: good }, { version: '2.1.147', logs: bad }, 'gateway');

const MARKS = { same: ' ', added: '+', removed: '-', skipped: '…' } as const;
const shown = (lines: readonly DiffLine[]) => lines.map(({ kind, text }) => `${MARKS[kind]} ${text}`);

const GOOD = log('start', of('connected'), of('Failed to open SSE stream'), 'skills: 11', of('Calling tool'));
const BAD = log(
  'start',
  of('connected'),
  of('Failed to open SSE stream'),
  of('session expired'),
  'skills: 12',
);

describe('the difference of two logs', () => {
  it('is about the lines that name the server, and about all lines', () => {
    const { focused, full } = compare([GOOD], [BAD]);
    expect(shown(focused)).toEqual([
      `  ${of('connected')}`,
      `  ${of('Failed to open SSE stream')}`,
      `- ${of('Calling tool')}`,
      `+ ${of('session expired')}`,
    ]);
    expect(shown(full)).toEqual([
      '  start',
      `  ${of('connected')}`,
      `  ${of('Failed to open SSE stream')}`,
      '- skills: 11',
      `- ${of('Calling tool')}`,
      `+ ${of('session expired')}`,
      '+ skills: 12',
    ]);
  });

  it('is that of the newest logs', () => {
    expect(shown(compare([BAD, GOOD], [GOOD, GOOD]).full)).toEqual(['… 5 unchanged lines']);
  });

  it('says how many unchanged lines are left out between the differences', () => {
    const lines = Array.from({ length: 20 }, (_, index) => `line ${index}`);
    const changed = [...lines.slice(0, 10), 'new', ...lines.slice(10), 'end'];
    expect(shown(compare([log(...lines)], [log(...changed)]).full)).toEqual([
      '… 7 unchanged lines',
      '  line 7',
      '  line 8',
      '  line 9',
      '+ new',
      '  line 10',
      '  line 11',
      '  line 12',
      '… 4 unchanged lines',
      '  line 17',
      '  line 18',
      '  line 19',
      '+ end',
    ]);
  });

  it('shows lines that have only changed their place as unchanged, where the bad release has them', () => {
    const { full } = compare([log('a', 'b', 'c', 'd')], [log('d', 'a', 'b', 'new', 'c')]);
    expect(shown(full)).toEqual(['  d', '  a', '  b', '+ new', '  c']);
  });

  it('counts: a line that is logged twice as often is a difference once', () => {
    const { full } = compare([log('x', 'a', 'y')], [log('a', 'x', 'y', 'a')]);
    expect(shown(full).filter((line) => !line.startsWith(' '))).toEqual(['+ a']);
  });

  it('does not tell two runs apart by times, ports and versions', () => {
    const at = (port: number, version: string, ms: number) =>
      log(of(`to http://127.0.0.1:${port}/mcp`), `claude-code/${version} ready in ${ms}ms`);
    const { full, telling } = compare([at(34981, '2.1.146', 20)], [at(44965, '2.1.147', 9)]);
    expect(full.map(({ kind }) => kind)).toEqual(['skipped']);
    expect(telling).toEqual([]);
  });
});

describe('how many lines name the server', () => {
  it('is counted in the newest log of each, so that no such line is not taken for no difference', () => {
    expect(compare([GOOD, GOOD], [BAD])).toMatchObject({ serverLines: { good: 3, bad: 3 } });
    const { focused, serverLines } = compare([log('a')], [log('b')]);
    expect([focused, serverLines]).toEqual([[], { good: 0, bad: 0 }]);
    expect(compare([], [BAD])).toMatchObject({ goodLogs: 0, serverLines: { good: 0, bad: 3 } });
  });
});

describe('telling lines', () => {
  it('are in every log of the bad release and in none of the good one', () => {
    const bads = [
      log('always', of('only sometimes'), of('session expired')),
      log('always', of('session expired')),
    ];
    const goods = [log('x', 'sometimes'), log('x', 'always good')];
    expect(compare(goods, bads).telling).toEqual([of('session expired'), 'always']);
    expect(compare([...goods, log('always')], bads).telling).toEqual([of('session expired')]);
    expect(compare(goods, bads)).toMatchObject({ goodLogs: 2, badLogs: 2 });
  });

  it('begin with those that name the server, each in order and once', () => {
    const bad = log('b', of('2'), 'a', of('1'), of('2'));
    expect(compare([log('x')], [bad]).telling).toEqual([of('2'), of('1'), 'b', 'a']);
  });

  it('are none where one side has no log to tell by', () => {
    expect(compare([''], [BAD])).toMatchObject({ telling: [], goodLogs: 0, badLogs: 1 });
    expect(compare([GOOD], ['\n'])).toMatchObject({ telling: [], goodLogs: 1, badLogs: 0 });
  });
});

describe('large logs', () => {
  const many = (word: string) => Array.from({ length: 100_000 }, (_, index) => `${word} ${index}`).join('\n');

  it('are compared without regard to order where they have little in common', () => {
    const { full, telling } = compare([`common\n${many('good')}`], [`${many('bad')}\ncommon`]);
    expect(full[0]).toEqual({ kind: 'removed', text: 'good 0' });
    expect(full.at(-1)?.text).toMatch(/^\d+ more lines of the difference$/);
    expect(full.length).toBeLessThan(4_000);
    expect(telling[0]).toBe('bad 0');
  });

  it('are compared line by line where they are nearly the same', () => {
    const { full } = compare([many('same')], [`${many('same')}\nnew`]);
    expect(shown(full).at(-1)).toBe('+ new');
  });

  it('may be ten megabytes in one line', () => {
    const { full } = compare(['a'.repeat(10_000_000)], ['b'.repeat(10_000_000)]);
    expect(full.map(({ kind }) => kind)).toEqual(['removed', 'added']);
  });
});

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
