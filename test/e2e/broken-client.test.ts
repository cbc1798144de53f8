/** Executables that do not start, or misbehave in ways that an honest client never would: a skip, and the run goes on. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { processesNaming, type Outcome } from '../helpers/cli.js';
import { publishPlatform, publishScript } from '../helpers/fake-client.js';
import { Scene } from './scene.js';

let scene: Scene;
const open = async () => {
  scene = await Scene.open();
};
const close = () => scene.close();

/** Named in the command lines of what ill-behaved programs leave behind. */
const LEFTOVER = 'mcp-bisect-test-broken-client';
const sh = (...lines: string[]) => ['#!/bin/sh', ...lines, ''].join('\n');

/** An executable's header for 64-bit ARM; enough for the kernel to say no. */
function armHeader(): Buffer {
  const header = Buffer.alloc(4096);
  header.write('\u007fELF\u0002\u0001\u0001', 'latin1');
  header.writeUInt16LE(2, 16);
  header.writeUInt16LE(183, 18);
  return header;
}

const ESCAPES = '\\033[31m\\033]0;owned\\007\\033[2J|\\b\\n|\\r\\302\\233m\\342\\200\\256|';

const PROGRAMS: [string, string | Buffer, RegExp][] = [
  ['is no program', 'just text\n', /^could not be started: .* is not a program for this system \(ENOEXEC\)$/],
  ['is empty', '', /^could not be started: .* is not a program for this system \(ENOEXEC\)$/],
  [
    'is for another processor',
    armHeader(),
    /^could not be started: .* is not a program for this system \(ENOEXEC\)$/,
  ],
  ['is a native program cut short', Buffer.from('\u007fELF', 'latin1'), /^could not be started: /],
  [
    'needs an interpreter that is not there',
    '#!/opt/no/such/interpreter\n',
    /^could not be started: .* needs an interpreter or loader that is not there \(ENOENT\)$/,
  ],
  ['ends at once as if all were well', sh('exit 0'), /^exited with code 0 before its first request$/],
  [
    'gives up with a message',
    sh('echo "no licence found" >&2', 'exit 7'),
    /^exited with code 7 before its first request: no licence found$/,
  ],
  ['crashes', sh('kill -SEGV $$'), /^was ended by SIGSEGV before its first request$/],
  [
    'becomes a daemon',
    sh(`setsid sh -c 'exec sleep 300 ${LEFTOVER}' &`, 'exit 0'),
    /^exited with code 0 before its first request$/,
  ],
  [
    'fills its home',
    sh('LC_ALL=C dd if=/dev/zero of="$HOME/full" bs=1M'),
    /^exited with code 1 before its first request: .*No space left on device$/,
  ],
  [
    'kills whoever started it',
    sh('kill -KILL $PPID', `exec sleep 300 ${LEFTOVER}`),
    /^the fixture host ended \(SIGKILL\)|^the fixture host ended \(code 137\)/,
  ],
  [
    'shouts in terminal escapes',
    sh(`yes "$(printf '${ESCAPES}')" | head -c 3000000 >&2`, 'exit 1'),
    /^exited with code 1 before its first request/,
  ],
];
const versionOf = (index: number) => `2.1.${index + 2}`;
const last = versionOf(PROGRAMS.length);

describe('an executable in the middle of the range', () => {
  let asText: Outcome;
  let answer: Awaited<ReturnType<Scene['answer']>>;
  beforeAll(async () => {
    await open();
    publishScript(scene.registry, '2.1.1', 'good');
    for (const [index, [, program]] of PROGRAMS.entries())
      publishPlatform(scene.registry, versionOf(index), 'good', program);
    publishScript(scene.registry, last, 'loses-tools');
    answer = await scene.answer('2.1.1', last);
    asText = await scene.run('2.1.1', last);
  });
  afterAll(close);

  it.each(PROGRAMS.map(([title, , reason], index) => [title, versionOf(index), reason] as const))(
    'that %s is skipped with the cause (%s)',
    (_, version, reason) => {
      const row = answer.table.find((candidate: { version: string }) => candidate.version === version);
      expect(row).toMatchObject({ verdict: 'skip', basis: 'tested', reason: expect.stringMatching(reason) });
    },
  );

  it('does not end the search: what cannot be tested is a suspect', () => {
    expect(answer).toMatchObject({ code: 3, outcome: 'inconclusive', lastGood: '2.1.1', firstBad: null });
    expect(answer.suspects).toEqual(PROGRAMS.map((_, index) => versionOf(index)));
  });

  it('never reaches the terminal with its escapes, and its table stays a table', () => {
    const { code, stdout, stderr } = asText;
    expect(code).toBe(3);
    // oxlint-disable-next-line no-control-regex
    expect(stdout + stderr + answer.stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    const rows = stdout.split('\n').filter((line) => line.startsWith('2.1.'));
    expect(rows).toHaveLength(PROGRAMS.length + 2);
    for (const row of rows) expect(row.length).toBeLessThan(400);
  });

  it('leaves no process behind', () => {
    expect(processesNaming(LEFTOVER)).toEqual([]);
    expect(processesNaming(scene.user.root)).toEqual([]);
  });
});

describe('an executable that hangs', () => {
  beforeEach(open);
  afterEach(close);

  it('is ended at the time limit that was asked for', async () => {
    scene.publish('good', 'hangs', 'loses-tools');
    // The ends first, with time to spare on a busy machine.
    await scene.user.run(['probe', '2.1.1', '2.1.3', '--registry', scene.registry.url]);
    const answer = await scene.answer('2.1.1', '2.1.3', ['--timeout', '1', '--confirm', '0']);
    expect(answer).toMatchObject({ code: 3, probed: ['2.1.2'], suspects: ['2.1.2'] });
    expect(answer.table[1].reason).toBe('did not end within 1 s before its first request');
  });
});
