/** Clients at a terminal, through the real bin: a miniature client that asks for its prompt there. Also health checks. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../src/machine.js';
import { processesNaming } from '../helpers/cli.js';
import { publishPlatform } from '../helpers/fake-client.js';
import { failureOf, Scene } from './scene.js';

const INTERACTIVE = ['--mode', 'interactive'];
const PROMPT = 'Call the tool lookup_ticket with the id TICKET-4711 and tell me what it says.';

const scene = Scene.forEach();

/** `probe`, as text or (with `--json`) parsed. */
async function probe(version: string, ...more: string[]) {
  const { code, stdout, stderr } = await scene.command('probe', version, ...more);
  return { code, stderr, lines: stdout.split('\n'), text: stdout };
}

async function probeJson(version: string, ...more: string[]) {
  const { code, text } = await probe(version, '--json', '--quiet', ...more);
  return { code, ...JSON.parse(text) };
}

describe('a bisection in interactive mode', { timeout: 90_000 }, () => {
  it('finds the release from which on the client goes round in circles, and says how fast', async () => {
    scene.publish('good', 'good', 're-initializes', 're-initializes');
    const answer = await scene.answer('2.1.1', '2.1.4', [...INTERACTIVE]);
    expect(answer).toMatchObject({
      code: 0,
      mode: 'interactive',
      outcome: 'found',
      lastGood: '2.1.2',
      firstBad: '2.1.3',
    });
    const loop = /404 after tools: re-initialized (\d+)×, \d+ per second/.exec(answer.table[2].reason);
    expect(Number(loop?.[1])).toBeGreaterThanOrEqual(5);
    expect(processesNaming(scene.user.root)).toEqual([]);
  });

  it('is another question than one in headless mode: neither answers for the other', async () => {
    scene.publish('good', 'loses-tools');
    const headless = await scene.answer('2.1.1', '2.1.2');
    const interactive = await scene.answer('2.1.1', '2.1.2', [...INTERACTIVE]);
    expect([headless.mode, interactive.mode]).toEqual(['headless', 'interactive']);
    expect([headless.firstBad, interactive.firstBad]).toEqual(['2.1.2', '2.1.2']);
    expect(new Set(interactive.probed)).toEqual(new Set(['2.1.1', '2.1.2']));
  });
});

describe('a probe in interactive mode', () => {
  it.each(['bwrap', 'unshare', 'none'])(
    'works with isolation %s, and shows each screen',
    async (isolation) => {
      scene.publish('good');
      const { code, lines } = await probe('2.1.1', ...INTERACTIVE, '--show', '--isolation', isolation);
      const screen = [`    │ ❯ ${PROMPT}`, `    │ ● asked: ${PROMPT}`];
      expect(lines.filter((line) => line.includes('│'))).toEqual([...screen, ...screen, ...screen]);
      expect(code).toBe(0);
    },
  );

  it('tells a loop by its symptom', async () => {
    scene.publish('re-initializes');
    const { probes } = await probeJson('2.1.1', ...INTERACTIVE);
    const [control, ...arms] = probes[0].findings;
    expect(control).toMatchObject({ outcome: 'pass' });
    for (const { symptoms } of arms) expect(symptoms).toContain('reconnect-loop');
    const ends = probes[0].observations.map(({ exit }: { exit: { kind: string } }) => exit.kind);
    expect(ends).toEqual(['ended', 'ended', 'ended']);
  });

  it.each([
    [
      'does not start',
      '#!/bin/sh\nprintf "\\033[31mError:\\033[0m no\\n"\nexit 1\n',
      /^exited with code 1 before its first request: Error: no$/,
    ],
    ['needs another loader', '#!/nowhere/node\n', /^could not be started: .* needs an interpreter or loader/],
  ])('of a client that %s is a skip that says so', async (_, program, reason) => {
    publishPlatform(scene.registry, '2.1.9', 'good', program);
    const { code, probes } = await probeJson('2.1.9', ...INTERACTIVE);
    const said = expect.stringMatching(reason);
    expect(probes[0]).toMatchObject({ verdict: 'skip', cause: 'start', reason: said });
    expect(code).toBe(3);
  });
});

describe('where there is no terminal to be had', () => {
  const binding = join(packageRoot, 'node_modules/@lydell/node-pty-linux-x64');

  it('interactive mode is refused with the way out, and headless mode is not concerned', async () => {
    scene.publish('good');
    await scene.mount('mount -t tmpfs tmpfs "$1"', binding);
    const args = ['probe', '2.1.1', '--registry', scene.registry.url];
    expect(await failureOf(scene.user, [...args, ...INTERACTIVE])).toMatchObject({
      exitCode: 4,
      code: 'TERMINAL_UNAVAILABLE',
      message: 'interactive mode needs a pseudo-terminal: @lydell/node-pty-linux-x64 is not installed',
      hint: expect.stringContaining('use --mode headless'),
    });
    expect((await scene.user.run(args)).code).toBe(0);
  });

  it('the release is a skip with our own failure as the cause, never a verdict', async () => {
    scene.publish('good');
    await scene.mount('mount --bind /dev/null "$1"', join(binding, 'pty.node'));
    const { code, probes } = await probeJson('2.1.1', ...INTERACTIVE);
    expect(probes[0]).toMatchObject({
      verdict: 'skip',
      cause: 'environment',
      reason: expect.stringMatching(/no pseudo-terminal can be opened here: .*; use --mode headless/),
    });
    expect(code).toBe(3);
  });
});

describe('a probe shows what the client’s own health check says', () => {
  it('of a broken release: connected all the same, and what it leaves out', async () => {
    scene.publish('loses-tools');
    const { code, stderr, lines, text } = await probe('2.1.1', '--show');
    expect(lines).toContain(
      '  health check (claude mcp list): connected; it asked only initialize, notifications/initialized, GET: it does not show this failure; it never lists the tools',
    );
    // Nor is there a screen to show, which is no failure.
    expect(stderr).toContain('note: there is no screen to show in headless mode');
    expect(text).not.toContain('the screen at the end');
    expect(code).toBe(0);
  });

  it('in the document too, beside the verdict and not in it', async () => {
    scene.publish('good');
    const { probes } = await probeJson('2.1.1');
    const { verdict, runs, observations, health } = probes[0];
    expect({ verdict, runs }).toEqual({ verdict: 'good', runs: 1 });
    expect(observations.map(({ arm }: { arm: string }) => arm)).not.toContain('health-check');
    expect(health).toMatchObject({
      command: 'claude mcp list',
      said: 'connected',
      asked: ['initialize', 'notifications/initialized', 'GET'],
      fault: null,
      observation: { arm: 'health-check', exit: { kind: 'exited', code: 0 } },
    });
  });
});
