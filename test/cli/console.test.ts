import { stripVTControlCharacters } from 'node:util';
import { spawn } from '@lydell/node-pty';
import { afterAll, describe, expect, it } from 'vitest';
import { columnsOf, GrowingDocument, wantsColour, type Console } from '../../src/cli/console.js';
import { jsonText } from '../../src/report/text.js';
import { bin, Workplace } from '../helpers/cli.js';

const streamOf = (isTTY: boolean | undefined, columns?: number) =>
  ({ isTTY, columns }) as unknown as NodeJS.WriteStream;

describe('colours', () => {
  it.each<[string, boolean | undefined, NodeJS.ProcessEnv, boolean]>([
    ['are for terminals', true, {}, true],
    ['are not for pipes', undefined, {}, false],
    ['are not for pipes of a CI system', undefined, { CI: 'true' }, false],
    ['are not for terminals that are dumb', true, { TERM: 'dumb' }, false],
    ['are forbidden by NO_COLOR', true, { NO_COLOR: '1' }, false],
    ['are forbidden by NO_COLOR whatever its value', true, { NO_COLOR: '0' }, false],
    ['are not forbidden by an empty NO_COLOR', true, { NO_COLOR: '' }, true],
    ['are wanted anywhere by FORCE_COLOR', undefined, { FORCE_COLOR: '1', TERM: 'dumb' }, true],
    ['are not wanted at a terminal by FORCE_COLOR=0', true, { FORCE_COLOR: '0' }, false],
    ['are not wanted at a terminal by FORCE_COLOR=false', true, { FORCE_COLOR: 'false' }, false],
    ['are not changed by an empty FORCE_COLOR', undefined, { FORCE_COLOR: '' }, false],
    ['are forbidden by NO_COLOR against FORCE_COLOR', true, { NO_COLOR: '1', FORCE_COLOR: '1' }, false],
  ])('%s', (_, isTTY, env, expected) => expect(wantsColour(streamOf(isTTY), env)).toBe(expected));
});

describe('the width', () => {
  const widthOf = (isTTY: boolean, columns?: number) =>
    columnsOf({ stdout: streamOf(isTTY, columns) } as Console);

  it('is that of the terminal', () => expect(widthOf(true, 72)).toBe(72));

  it('is unknown where there is none, or it does not know itself', () => {
    expect(widthOf(false, 72)).toBeUndefined();
    expect(widthOf(true, 0)).toBeUndefined();
  });
});

it.each([[undefined], [{ error: { code: 'DISK_FULL' } }]])(
  'a document that grows is in the end what it would be if it were printed whole (%j)',
  (more) => {
    let text = '';
    const document = new GrowingDocument({ schema: 1, arms: ['a'] }, 'probes', (part) => (text += part));
    const probes = [{ version: '1.0.0', reason: 'a\nb' }, { version: '1.0.1' }];
    for (const probe of probes) document.add(probe);
    document.end(more);
    expect(text).toBe(jsonText({ schema: 1, arms: ['a'], probes, ...more }));
  },
);

describe('the real bin', () => {
  const user = new Workplace();
  afterAll(() => user.remove());
  const escape = '\u001B[';

  /** What it writes to a terminal of that width. */
  async function atTerminal(columns: number, env: Record<string, string>): Promise<string> {
    const terminal = spawn(process.execPath, [bin, 'clients'], {
      cols: columns,
      env: { ...user.env, ...env },
    });
    let written = '';
    terminal.onData((data) => (written += data));
    await new Promise((resolve) => terminal.onExit(resolve));
    return written.replaceAll('\r', '');
  }

  it.each<[Record<string, string>, boolean]>([
    [{ CI: 'true' }, false],
    [{ FORCE_COLOR: '1' }, true],
  ])('writes to a pipe, with %o in its environment, in colour: %s', async (env, expected) => {
    const { code, stdout } = await user.run(['clients'], env);
    expect([code, stdout.includes(escape)]).toEqual([0, expected]);
  });

  it.each<[Record<string, string>, boolean]>([
    [{ TERM: 'xterm-256color' }, true],
    [{ TERM: 'xterm-256color', NO_COLOR: '1' }, false],
  ])('writes to a terminal, with %o in its environment, in colour: %s', async (env, expected) => {
    const written = await atTerminal(120, env);
    expect(written).toContain('claude-code');
    expect(written.includes(escape)).toBe(expected);
  });

  it('keeps within a narrow terminal', async () => {
    const lines = stripVTControlCharacters(await atTerminal(40, { TERM: 'xterm' })).split('\n');
    expect(lines).toContain('    @anthropic-ai/claude-code');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(40);
  });
});
