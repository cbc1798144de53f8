/** How a client's run at a terminal ends, what is typed, and what the screen shows. Rooms come last. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hostReadOnlyPaths } from '../../src/machine.js';
import {
  runInTerminal,
  type Attendant,
  type Line,
  type TerminalCommand,
} from '../../src/sandbox/terminal.js';
import { CLIENTS, LIMITS, openRoom, processesWith, remaining } from './trial-room.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'terminal-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const SIZE = { columns: 80, rows: 10 };

async function run(argv: readonly string[], more: Partial<TerminalCommand> = {}) {
  const env = { PATH: '/usr/bin:/bin', TMPDIR: folder };
  const ran = await runInTerminal({ argv, env, cwd: folder, ...LIMITS, ...SIZE, steps: [], ...more });
  return { ...ran, screen: ran.screen ?? ['nobody recorded it'] };
}

const shell = (script: string, more: Partial<TerminalCommand> = {}) => run(['/bin/sh', '-c', script], more);

const DIALOGUE = [
  { when: /^name>/, type: 'Ada\r' },
  { when: /^more\?/, type: 'bye\r' },
];

describe('somebody at the keyboard', () => {
  test('types each line when it is asked for, at a terminal of the size and kind that were promised', async () => {
    const { exit, screen } = await run([join(CLIENTS, 'dialogue.sh')], { steps: DIALOGUE });
    expect(exit).toEqual({ kind: 'exited', code: 0 });
    expect(screen).toEqual(['name> Ada', 'hello Ada, xterm-256color, 10 80', 'more? bye', 'and bye']);
  });

  test('waits for more than the screen where that is asked, and looks at it first', async () => {
    const order: string[] = [];
    const ready = async () => void order.push('ready');
    const onOutput = (_: string, text: string) => void order.push(text.trim());
    const steps = [{ when: /^go\?/, ready, type: 'yes\r' }];
    const { screen } = await shell('stty -echo; printf "go? "; read -r it; echo "$it"', { steps, onOutput });
    expect(screen).toEqual(['go? yes']);
    expect(order).toEqual(['go?', 'ready', 'yes']);
  });

  test('types nothing at a screen that never shows what it waits for', async () => {
    const { screen } = await shell('echo other', { steps: [{ when: /^name>/, type: 'never\r' }] });
    expect(screen).toEqual(['other']);
  });
});

describe('somebody at a terminal of their own', () => {
  test('is shown what the client writes as it is, types, and resizes; the record has no screen', async () => {
    const shown: Buffer[] = [];
    let line: Line | undefined;
    const attendant: Attendant = {
      term: 'screen-256color',
      attach: (opened) => (line = opened),
      show: async (chunk) => {
        shown.push(chunk);
        if (!String(chunk).includes('\u001b[c')) return;
        line?.resize({ columns: 90, rows: 33 });
        line?.type(Buffer.from('é\r'));
      },
    };
    const script = String.raw`stty -echo; printf '\033[c'; read -r it; echo "$it $TERM $(stty size)"`;
    const { exit, screen, stdout } = await shell(script, { attendant });
    expect(exit).toEqual({ kind: 'exited', code: 0 });
    expect(Buffer.concat(shown).toString()).toBe('\u001b[cé screen-256color 33 90\r\n');
    expect(stdout.text).toBe(Buffer.concat(shown).toString());
    expect(screen).toEqual(['nobody recorded it']);
  });
});

describe('the screen', () => {
  test('is what is left of all that was written: moves, colours and erased parts carried out', async () => {
    const { screen, stdout } = await shell(String.raw`printf 'old\n\033[2J\033[3;5H\033[31mred\033[0m\n'`);
    expect(screen).toEqual(['', '', '    red']);
    expect(stdout.text).toBe('old\r\n\u001b[2J\u001b[3;5H\u001b[31mred\u001b[0m\r\n');
  });

  test('shows the end of what is longer than it is', async () => {
    const { screen } = await shell('seq 1 100');
    expect(screen).toEqual(['92', '93', '94', '95', '96', '97', '98', '99', '100']);
  });

  test('answers a client that asks the terminal what it is', async () => {
    const ask = String.raw`stty raw -echo; printf '\033[c'; head -c 3 | od -An -c; stty sane`;
    const { screen } = await shell(ask);
    expect(screen.join(' ')).toContain('033   [   ?');
  });

  test('of a client that asks for ever is not answered for ever', async () => {
    const flood = String.raw`stty raw -echo; yes "$(printf '\033[c')" | head -c 2000000; echo done`;
    const { exit, screen } = await shell(flood);
    expect(exit).toEqual({ kind: 'exited', code: 0 });
    expect(screen.at(-1)).toContain('done');
  });

  test('keeps its lines short, whatever is piled on one place of it', async () => {
    const { screen } = await shell(String.raw`printf a; for i in $(seq 1 5000); do printf '\314\201'; done`);
    expect(screen[0]?.length).toBeLessThanOrEqual(1000);
  });
});

describe('a client that asks its terminal for more than any could show', () => {
  test.each(['S', 'T', 'L', 'M', 'I', 'Z', 'b', '@', 'P', 'X', 'B', 'd'])(
    'more than two billion times %s does not keep the host',
    async (final) => {
      const { exit, screen } = await shell(`printf 'a\\033[2147483647${final}\\033[2;1Hafter'`);
      expect(exit).toEqual({ kind: 'exited', code: 0 });
      expect(screen[1]).toContain('after');
    },
  );

  test('a thousand times, again and again, is ended at its time limit and does not keep the host after that', async () => {
    const flood = String.raw`exec yes "$(printf '\033[1000M')"`;
    const { exit, durationMs } = await shell(flood, { wallMs: 1000 });
    expect(exit).toEqual({ kind: 'timeout', afterMs: 1000 });
    expect(durationMs).toBeLessThan(60_000);
  });

  test('a few times is given what it asked for', async () => {
    const { screen } = await shell(String.raw`printf 'one\ntwo\nthree\033[2S\033[1;10Hx\033[3b'`);
    expect(screen).toEqual(['three    xxxx']);
  });
});

describe('a program at a terminal', () => {
  test('exits with its code, and what it wrote to stderr is on the terminal too', async () => {
    const result = await shell('echo out; echo err >&2; exit 7');
    expect(result).toEqual({
      exit: { kind: 'exited', code: 7 },
      stdout: { text: 'out\r\nerr\r\n', bytes: 10, capped: false },
      stderr: { text: '', bytes: 0, capped: false },
      durationMs: expect.any(Number),
      screen: ['out', 'err'],
    });
  });

  test('is heard to the end: what it wrote just before the exit is all there', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { stdout, screen } = await shell('head -c 300000 /dev/zero; echo done', { outputBytes: 1000 });
      expect([stdout.bytes, screen]).toEqual([300_006, ['done']]);
    }
  });

  test('sees only the environment it is given, and of the terminal its kind and folder', async () => {
    const { screen } = await shell('env | cut -d= -f1 | sort', {
      env: { ONLY: 'this', PATH: '/usr/bin:/bin' },
    });
    const shells = ['_', 'SHLVL', 'OLDPWD'];
    expect(screen.filter((name) => !shells.includes(name))).toEqual(['ONLY', 'PATH', 'PWD', 'TERM']);
  });

  test('leads a session of its own, with the terminal as its controlling one', async () => {
    const { screen } = await shell('test "$(cut -d" " -f6 /proc/$$/stat)" = $$ && : </dev/tty && tty');
    expect(screen[0]).toMatch(/^\/dev\/pts\/\d+$/);
  });

  test('killed by a signal of its own is said to be', async () => {
    expect((await shell('kill -SEGV $$')).exit).toEqual({ kind: 'signalled', signal: 'SIGSEGV' });
  });

  test('that goes on for too long is ended, and its screen is kept', async () => {
    const { exit, screen } = await shell('echo waiting; exec sleep 100', { wallMs: 300 });
    expect(exit).toEqual({ kind: 'timeout', afterMs: 300 });
    expect(screen).toEqual(['waiting']);
  });

  test('that writes too much is ended', async () => {
    const { exit, stdout } = await run([join(CLIENTS, 'flood.sh')], {
      outputBytes: 1000,
      floodBytes: 3_000_000,
    });
    expect(exit).toMatchObject({ kind: 'flooded' });
    expect(stdout).toMatchObject({ capped: true });
    expect(stdout.text.length).toBeLessThanOrEqual(1000);
  });

  test('is ended early when asked, at once or after a grace, though it ignores signals', async () => {
    for (const graceMs of [0, 100]) {
      const ending = new AbortController();
      const onOutput = (): void => ending.abort();
      const argv = [join(CLIENTS, 'stubborn.sh'), `grace-${graceMs}`];
      const { exit, screen } = await run(argv, { signal: ending.signal, graceMs, onOutput });
      expect({ exit, screen }).toEqual({ exit: { kind: 'ended' }, screen: ['waiting'] });
    }
  });

  test('is not waited for by way of its descendants, which hold the terminal and are no concern of its end', async () => {
    const orphan = `setsid sh -c 'trap "" HUP; exec sleep 100 ${folder}'`;
    const { exit, durationMs, stdout } = await shell(`${orphan} & sleep 0.2; echo over; exit 4`);
    expect(exit).toEqual({ kind: 'exited', code: 4 });
    expect(stdout.text).toContain('over');
    expect(durationMs).toBeLessThan(60_000);
    for (const line of processesWith(folder)) process.kill(Number.parseInt(line, 10), 'SIGKILL');
    expect(await remaining(folder)).toEqual([]);
  });
});

describe.each(['bwrap', 'unshare', 'none'] as const)('in a room with isolation %s', (isolation) => {
  test('there are terminals, and the client finds its own', async () => {
    const trial = await openRoom(isolation, hostReadOnlyPaths);
    const steps = DIALOGUE.map(({ when, type }) => ({ when: when.source, type }));
    const command = { argv: [`${CLIENTS}/dialogue.sh`], steps, ...LIMITS, ...SIZE };
    const seen = (await trial.ask('runInTerminal', command)) as Awaited<ReturnType<typeof run>>;
    await trial.room.close();
    expect(seen.exit).toEqual({ kind: 'exited', code: 0 });
    expect(seen.screen).toContain('hello Ada, xterm-256color, 10 80');
  });
});

test('a room that does not show what a terminal takes says so, with the way out', async () => {
  const trial = await openRoom('bwrap');
  const command = { argv: ['/bin/true'], steps: [], ...LIMITS, ...SIZE };
  await expect(trial.ask('runInTerminal', command)).rejects.toMatchObject({
    code: 'TERMINAL_UNAVAILABLE',
    message: expect.stringMatching(/^no pseudo-terminal can be opened here: .*node-pty/),
  });
  await trial.room.close();
});
