/** A command of the user's as the judge: `--oracle`, with git's meaning of exit codes. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { JournalEntry } from '../../src/fixture/journal.js';
import { processesNaming } from '../helpers/cli.js';
import { publishPlatform } from '../helpers/fake-client.js';
import { HOSTILE_KEY } from '../helpers/reports.js';
import { Scene } from './scene.js';

const scene = Scene.forEach((opened) => {
  opened.user.cwd = join(opened.user.root, 'checks');
  mkdirSync(opened.user.cwd);
});

/** Writes a script into the folder in which the user is. */
function script(name: string, ...lines: string[]): string {
  writeFileSync(join(scene.user.cwd, name), ['#!/bin/sh', ...lines, ''].join('\n'), { mode: 0o755 });
  return `./${name}`;
}

/** Runs one release under an oracle, and gives what the oracle printed and what it asked. */
async function probed(oracle: string, ...more: string[]) {
  const document = await scene.document('probe', '2.1.1', '--oracle', oracle, ...more);
  const [probe] = document.probes;
  const [seen] = probe.observations;
  return { ...probe, code: document.code, stdout: seen.stdout.text, stderr: seen.stderr.text, seen };
}

/** What the listening stream was answered, each time. */
const streamsOf = (journal: JournalEntry[]) =>
  journal.flatMap((entry) =>
    entry.kind === 'answer' && entry.fixture === 'gateway' && entry.method === 'GET' ? [entry.status] : [],
  );

describe('a maintainer with a check of their own', () => {
  it('bisects by its exit code, whatever the scenario would say', async () => {
    scene.publish('good', 'good', 'good', 'good');
    // It finds its own files: it is run where the user is.
    writeFileSync(join(scene.user.cwd, 'works.txt'), '2.1.1\n2.1.2\n');
    const oracle = script('check.sh', 'exec grep -qxF "$MCP_BISECT_VERSION" works.txt');
    const { code, stdout } = await scene.run('2.1.1', '2.1.4', ['--oracle', oracle]);
    expect(stdout).toContain('judged by ./check.sh');
    expect(stdout).toMatch(
      /^2\.1\.2 .* ✔ last known good +tested +oracle: exit code 0, version not proved: /m,
    );
    expect(stdout).toMatch(/^2\.1\.3 .* ✘ first broken +tested +oracle: exit code 1, version not proved: /m);
    expect(code).toBe(0);
    const table = await scene.command('table', '--oracle', oracle);
    expect(table.stdout).toMatch(
      /What a command said is never recalled\. "mcp-bisect table --scan .*--oracle/,
    );
  });

  it('skips with 125 what cannot be judged', async () => {
    scene.publish('good', 'good', 'good');
    const oracle = 'case $MCP_BISECT_VERSION in 2.1.1) exit 0;; 2.1.2) exit 125;; *) exit 124;; esac';
    const answer = await scene.answer('2.1.1', '2.1.3', ['--oracle', oracle]);
    expect(answer).toMatchObject({ code: 3, outcome: 'inconclusive', oracle, suspects: ['2.1.2'] });
    expect(answer.table.map(({ reason }: { reason: string }) => reason)).toEqual([
      expect.stringMatching(/^oracle: exit code 0, version not proved: /),
      'oracle: exit code 125',
      expect.stringMatching(/^oracle: exit code 124, version not proved: /),
    ]);
  });

  it('has the search ended by one that is not there: nothing that it says is worth anything', async () => {
    scene.publish('good', 'good');
    const failure = await scene.failure('2.1.1', '2.1.2', ['--oracle', './missing.sh', '--jobs', '1']);
    expect(failure).toEqual({
      exitCode: 2,
      code: 'ORACLE_ABORTED',
      message: 'oracle aborted: exit code 127, at 2.1.1',
      hint: expect.stringMatching(/^"mcp-bisect probe 2\.1\.\d .*--oracle .*" shows what it printed/),
    });
    const args = ['table', '--scan', '--from', '2.1.1', '--oracle', 'exit 200'];
    expect(await scene.document(...args)).toMatchObject({ code: 2, error: { code: 'ORACLE_ABORTED' } });
  });

  it('has failures told apart by their exit codes, and taken for one where that is asked for', async () => {
    scene.publish('good', 'good', 'good', 'good');
    const oracle = 'case $MCP_BISECT_VERSION in 2.1.1) exit 0;; 2.1.4) exit 7;; *) exit 3;; esac';
    const options = ['--oracle', oracle, '--static'];
    const apart = await scene.run('2.1.1', '2.1.4', options);
    expect(apart.stdout).toMatch(/^2\.1\.2 .* different failure +tested +.*oracle: exit code 3$/m);
    expect(apart.stdout).not.toContain('First broken');
    expect(apart.stderr).toContain('note: --same-failure takes all exit codes');
    expect(apart.code).toBe(3);
    const alike = await scene.answer('2.1.1', '2.1.4', [...options, '--same-failure']);
    expect(alike).toMatchObject({ code: 0, firstBad: '2.1.2' });
  });

  it('is asked anew each time: nobody knows what the check depends on', async () => {
    scene.publish('good', 'good');
    const oracle = 'test $MCP_BISECT_VERSION = 2.1.1';
    await scene.answer('2.1.1', '2.1.2', ['--oracle', oracle]);
    const again = await scene.answer('2.1.1', '2.1.2', ['--oracle', oracle]);
    expect(again).toMatchObject({ firstBad: '2.1.2', probed: ['2.1.1', '2.1.2'], downloads: 0 });
    // Nor is it kept as said by the scenario whose servers it gets.
    const kept = await scene.user.run(['ledger', 'ls']);
    expect(kept.stdout).toMatch(/2\.1\.2 +claude-code +oracle /);
    expect(kept.stdout).not.toContain('get-stream-404');
  });

  it('finds no key of the command in what run, table and probe print', async () => {
    scene.publish('good', 'good');
    const oracle = `TOKEN=${HOSTILE_KEY} test $MCP_BISECT_VERSION = 2.1.1`;
    const shown = 'TOKEN=[key] test $MCP_BISECT_VERSION = 2.1.1';
    const judged = ['--static', '--oracle', oracle];
    for (const args of [
      ['run', '--good', '2.1.1', '--bad', '2.1.2'],
      ['table', '--scan', '--from', '2.1.1'],
      ['probe', '2.1.1'],
    ]) {
      const { stdout, stderr } = await scene.command(...args, ...judged);
      expect(stdout).toContain(`judged by ${shown}`);
      expect(stdout + stderr).not.toContain(HOSTILE_KEY);
      const document = await scene.document(...args, ...judged);
      expect(document.oracle).toBe(shown);
      expect(JSON.stringify(document)).not.toContain(HOSTILE_KEY);
    }
    // But where nothing is to be taken out.
    expect(await scene.document('probe', '2.1.1', ...judged, '--no-redact')).toMatchObject({ oracle });
  });

  it('is not taken at its word where another version ran', async () => {
    scene.publish('lies');
    const { verdict, cause, reason } = await probed('"$MCP_BISECT_CLIENT"; exit 1');
    expect({ verdict, cause }).toEqual({ verdict: 'skip', cause: 'version' });
    expect(reason).toContain('it calls itself 9.9.9');
  });

  it('is ended at the time limit, which is no verdict', async () => {
    scene.publish('hangs');
    const { code, verdict, cause, reason } = await probed('"$MCP_BISECT_CLIENT"', '--timeout', '1');
    expect({ code, verdict, cause }).toEqual({ code: 3, verdict: 'skip', cause: 'oracle' });
    expect(reason).toBe('oracle did not end within 1 s');
    const bad = await probed('"$MCP_BISECT_CLIENT"', '--timeout', '1', '--hang', 'bad');
    expect(bad).toMatchObject({ code: 0, verdict: 'bad', cause: null });
  });
});

describe('a question that needs no run of the client', () => {
  /** As in Claude Code's packagings: the first as `cli.js`, the others as programs for one platform each. */
  function publishMarked(target: string) {
    scene.publish('good');
    publishPlatform(scene.registry, '2.1.2', 'good', "\u007fELF\nconst BEHAVIOUR = 'good';\n", target);
    publishPlatform(scene.registry, '2.1.3', 'good', '\u007fELF\nnothing\n', target);
  }
  const MARK = 'grep -aqx "const BEHAVIOUR = .good.;" "$MCP_BISECT_EXECUTABLE"';

  it('is answered by what is in the executable itself, as JavaScript and as a program', async () => {
    publishMarked('linux-x64');
    const answer = await scene.answer('2.1.1', '2.1.3', ['--oracle', MARK]);
    expect(answer).toMatchObject({ code: 0, mode: 'headless', lastGood: '2.1.2', firstBad: '2.1.3' });
  });

  it('is answered for any platform without a room, and the report says so', async () => {
    publishMarked('darwin-arm64');
    const options = ['--oracle', MARK, '--static', '--platform', 'darwin-arm64', '--report', 'report.md'];
    const { code, stdout } = await scene.run('2.1.1', '2.1.3', [...options]);
    expect(stdout).toContain(`judged by ${MARK} · darwin-arm64 · static: no client was run\n`);
    expect(stdout).toMatch(/^2\.1\.3 .* ✘ first broken +tested +oracle: exit code 1$/m);
    expect(code).toBe(0);
    const report = readFileSync(join(scene.user.cwd, 'report.md'), 'utf8');
    expect(report).toContain('No client was run: a command read the executables');
    expect(report).toMatch(/--platform darwin-arm64 .* --static/);
    expect(report).not.toMatch(/version not proved|servers of|not sealed off/);
  });

  it('is asked by a command of the user’s own, with all that they have, and nothing of it is left', async () => {
    scene.publish('good');
    scene.user.cwd = scene.user.root;
    const command = `echo "$MY_NAME $MCP_BISECT_VERSION \${MCP_BISECT_CLIENT-none}"; touch here; sleep 98761 & exit 3`;
    const args = ['probe', '2.1.1', '--static', '--oracle', command, '--registry', scene.registry.url];
    const { code, stdout } = await scene.user.run([...args, '--json', '--quiet'], { MY_NAME: 'me' });
    const document = JSON.parse(stdout);
    expect(document).toMatchObject({ mode: 'static', isolation: 'none' });
    const [{ verdict, health, observations }] = document.probes;
    expect({ code, verdict, health }).toEqual({ code: 0, verdict: 'bad', health: null });
    expect(observations).toMatchObject([
      { arm: 'static', mode: 'static', journal: [], stdout: { text: 'me 2.1.1 none\n' } },
    ]);
    expect(existsSync(join(scene.user.root, 'here'))).toBe(true);
    expect(processesNaming('sleep 98761')).toEqual([]);
  });
});

describe('what an oracle is given', () => {
  it('is told in its environment, in which nothing of the user’s is', async () => {
    scene.publish('good');
    const options = ['--oracle', 'env', '--json', '--no-redact', '--registry', scene.registry.url];
    const args = ['probe', '2.1.1', ...options];
    const outcome = await scene.user.run(args, { MY_TOKEN: 'top secret' });
    const { stdout } = JSON.parse(outcome.stdout).probes[0].observations[0];
    const env = Object.fromEntries(
      stdout.text.split('\n').map((line: string) => [line.split('=')[0], line.slice(line.indexOf('=') + 1)]),
    );
    expect(env).toMatchObject({
      MCP_BISECT_VERSION: '2.1.1',
      MCP_BISECT_GATEWAY_URL: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/mcp$/),
      MCP_BISECT_MODEL_URL: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      MCP_BISECT_PROMPT: expect.stringContaining('lookup_ticket'),
      MCP_BISECT_DIRECTORY: scene.user.cwd,
    });
    expect(env['HOME']).not.toBe(scene.user.root);
    expect(outcome.stdout).not.toContain('top secret');
  });

  it('is the client as the tool itself starts it, the executable alone, and a folder in which nothing can be changed', async () => {
    scene.publish('good');
    const { verdict, reason, seen, stdout, stderr } = await probed(
      'echo x > left-behind; test -x "$MCP_BISECT_EXECUTABLE" && cd "$MCP_BISECT_RUN_DIR" && "$MCP_BISECT_CLIENT"',
    );
    expect(verdict).toBe('good');
    expect(reason).toBe('oracle: exit code 0');
    expect(JSON.parse(stdout)).toMatchObject({ type: 'result', version: '2.1.1' });
    expect(seen.journal.map(({ rpc }: JournalEntry) => rpc)).toContain('tools/call');
    expect(streamsOf(seen.journal)[0], 'of the first arm that is not the control').toBe(404);
    expect(stderr).toContain('left-behind');
    expect(existsSync(join(scene.user.cwd, 'left-behind'))).toBe(false);
    const control = await probed('"$MCP_BISECT_CLIENT"', '--arm', 'control');
    expect(streamsOf(control.seen.journal)[0]).toBe(405);
  });
});

describe('an oracle that cannot be asked', () => {
  it.each([
    [
      'with your home folder in sight',
      ['--oracle', 'true'],
      /^the oracle would be run in .*, with your home folder in sight$/,
      /^run it from a folder that holds the command and what it needs/,
    ],
    ['at a terminal', ['--oracle', 'true', '--mode', 'interactive'], /has no terminal/, /^leave --mode out$/],
    ['without any command', ['--static'], /^--static goes with --oracle, and there is no/, /^leave it out/],
    [
      'under two arms',
      ['--oracle', 'true', '--arm', 'control', '--arm', '404-after-tools'],
      /gets the fixtures of one arm, and not of 2$/,
      /^name one/,
    ],
    [
      'under an arm that there is not',
      ['--oracle', 'true', '--arm', 'get-405'],
      /has no arm "get-405"$/,
      /^choose one of control, 404-before-tools, 404-after-tools$/,
    ],
  ])('%s is refused', async (_, options, message, hint) => {
    scene.publish('good', 'good');
    scene.user.cwd = options.includes('--arm') ? scene.user.cwd : scene.user.root;
    expect(await scene.failure('2.1.1', '2.1.2', options)).toEqual({
      exitCode: 2,
      code: 'BAD_OPTION',
      message: expect.stringMatching(message),
      hint: expect.stringMatching(hint),
    });
  });
});
