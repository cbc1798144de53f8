/** Executables that do not start, or shout, in the middle of a range. Each act of a client alone is client-acts.test.ts's. */
import { describe, expect, it } from 'vitest';
import type { Outcome } from '../helpers/cli.js';
import { publishPlatform, publishScript } from '../helpers/fake-client.js';
import { Scene } from './scene.js';

const ESCAPES = '\\033[31m\\033]0;owned\\007\\033[2J|\\b\\n|\\r\\302\\233m\\342\\200\\256|';
const PROGRAMS = ['', `#!/bin/sh\nyes "$(printf '${ESCAPES}')" | head -c 3000000 >&2\nexit 1\n`];

describe('executables in the middle of the range', () => {
  let asText: Outcome;
  let answer: Awaited<ReturnType<Scene['answer']>>;
  Scene.forAll(async (scene) => {
    publishScript(scene.registry, '2.1.1', 'good');
    for (const [index, program] of PROGRAMS.entries())
      publishPlatform(scene.registry, `2.1.${index + 2}`, 'good', program);
    publishScript(scene.registry, '2.1.4', 'loses-tools');
    answer = await scene.answer('2.1.1', '2.1.4');
    asText = await scene.run('2.1.1', '2.1.4');
  });

  it('do not end the search: what cannot be tested is a suspect', () => {
    expect(answer).toMatchObject({ code: 3, outcome: 'inconclusive', lastGood: '2.1.1', firstBad: null });
    expect(answer.suspects).toEqual(['2.1.2', '2.1.3']);
  });

  it('never reach the terminal with their escapes, and the table stays a table', () => {
    const { code, stdout, stderr } = asText;
    expect(code).toBe(3);
    // oxlint-disable-next-line no-control-regex
    expect(stdout + stderr + answer.stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    expect(stdout).toMatch(/^2\.1\.3 .*exited with code 1 before its first request/m);
    const rows = stdout.split('\n').filter((line) => line.startsWith('2.1.'));
    expect(rows).toHaveLength(4);
    for (const row of rows) expect(row.length).toBeLessThan(400);
  });
});
