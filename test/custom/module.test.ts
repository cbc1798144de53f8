import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { loadScenario, namesFile, scenarioFor } from '../../src/custom/module.js';
import { defineScenario } from '../../src/custom/define.js';
import type { Arm } from '../../src/scenarios/scenario.js';
import { templateFor } from '../../src/custom/template.js';
import { shortest, withFields, withRule } from './definitions.js';
import { plain, withJudge } from '../helpers/scenario-files.js';
import { useFolder } from '../helpers/user-folder.js';

const user = useFolder();
const write = (name: string, text: string) => user.write(name, text);

const recordOf = (arms: readonly Arm[]) => ({
  arm: arms[0] as Arm,
  journal: [],
  modelToolName: 't',
  mode: 'headless' as const,
});

describe('--scenario names a file', () => {
  it.each(['./a.mjs', 'a.mjs', 'a.js', 'a.ts', 'a.cjs', 'folder/a', '../a', '/a', 'C:\\a'])(
    'as %s',
    (name) => {
      expect(namesFile(name)).toBe(true);
    },
  );

  it.each(['get-stream-404', 'a', 'a.b'])('but not as %s', (name) => {
    expect(namesFile(name)).toBe(false);
  });
});

describe('a file', () => {
  it('outside of every project imports mcp-bisect, and is a scenario', async () => {
    write('mine.mjs', templateFor('mine'));
    const scenario = await loadScenario('mine.mjs', user.path);
    expect(scenario).toMatchObject({ id: 'mine', tool: 'lookup_ticket' });
    expect(scenario.judge(recordOf(scenario.arms))).toEqual({
      outcome: 'unclear',
      evidence: 'the gateway was never initialized',
      symptoms: [],
    });
  });

  it('is carried as the same program, with all to be seen in it, and without what it imports', async () => {
    const [invisible, plainOf] = [
      '\u200B\u202E\u001B',
      (text: string) => text.replace('title: ', 'spec: x, title: '),
    ];
    const head = `import { readFileSync } from 'node:fs';\nimport fs from 'fs';\nimport { x } from './shared.mjs';\n`;
    write('shared.mjs', `export const x = '${invisible}';`);
    write('mine.mjs', `\uFEFF${head}const seen = '${invisible}';\r\n${plainOf(plain)}`);
    const { file, spec } = await loadScenario('mine.mjs', user.path);
    expect(file).toEqual({
      name: 'mine.mjs',
      text: `${head}const seen = '\\u{200b}\\u{202e}\\u{1b}';\n${plainOf(plain)}`,
      imports: ['./shared.mjs'],
    });
    write(
      'again.mjs',
      file?.text.replace('x } from', 'x as unseen } from').replace('const seen', 'const x') ?? '',
    );
    expect(await loadScenario('again.mjs', user.path)).toMatchObject({ spec, id: 'mine' });
    write('ü .mjs', plain);
    expect((await loadScenario('ü .mjs', user.path)).file?.name).toBe('scenario.mjs');
  });

  it('may export a plain definition, from a CommonJS file too', async () => {
    write('mine.mjs', plain);
    write('mine.cjs', plain.replace('export default', 'module.exports ='));
    for (const file of ['mine.mjs', 'mine.cjs'])
      expect(await loadScenario(file, user.path)).toMatchObject({ id: 'mine', revision: 1 });
  });

  it('is loaded anew when its text has changed, and has another digest then', async () => {
    write('mine.mjs', plain);
    const before = await loadScenario('mine.mjs', user.path);
    write('mine.mjs', plain.replace("'Mine'", "'Changed'"));
    const after = await loadScenario('mine.mjs', user.path);
    expect([before.title, after.title]).toEqual(['Mine', 'Changed']);
    expect(before.source).toMatch(/^[0-9a-f]{64}$/);
    expect(after.source).not.toBe(before.source);
  });

  it('of CommonJS is loaded anew as well, which Node keeps by its path', async () => {
    const text = plain.replace('export default', 'module.exports =');
    write('mine.cjs', text);
    const before = await loadScenario('mine.cjs', user.path);
    write('mine.cjs', text.replace("'Mine'", "'Changed'").replace("'not looked at'", "'looked at'"));
    const after = await loadScenario('mine.cjs', user.path);
    expect([before.title, after.title]).toEqual(['Mine', 'Changed']);
    expect(after.judge(recordOf(after.arms)).evidence).toBe('looked at');
  });

  it('that is reached by a link is still told by its line', async () => {
    symlinkSync(write('mine.mjs', withJudge('nope();')), join(user.path, 'link.mjs'));
    await expect(scenarioFor('./link.mjs', { cwd: user.path, timeoutMs: 30_000 })).rejects.toThrow(
      /link\.mjs: .*nope is not defined \(mine\.mjs:\d+:\d+\)/,
    );
  });

  it('writes to stderr what it writes to stdout itself, also when two are loaded at a time', async () => {
    const text = `process.stdout.write('loaded');\n${withJudge("process.stdout.write('judged');")}`;
    for (const name of ['one.mjs', 'two.mjs']) write(name, text);
    const { stdout, stderr } = process;
    const written: unknown[] = [];
    const whole = vi.spyOn(stdout, 'write').mockReturnValue(true);
    const turned = vi.spyOn(stderr, 'write').mockImplementation((chunk) => written.push(chunk) > 0);
    try {
      const [scenario] = await Promise.all(
        ['one.mjs', 'two.mjs'].map((name) => loadScenario(name, user.path)),
      );
      scenario?.judge(recordOf(scenario.arms));
      expect(written).toEqual(['loaded', 'loaded', 'judged']);
      expect(whole).not.toHaveBeenCalled();
      stdout.write('back');
      expect(whole).toHaveBeenCalledOnce();
    } finally {
      whole.mockRestore();
      turned.mockRestore();
    }
  });

  it('prints to stderr whatever it prints: stdout holds the result', async () => {
    write('mine.mjs', `console.log('loaded');\n${withJudge("console.log('judged');")}`);
    const written: string[] = [];
    const { log, error } = console;
    Object.assign(console, {
      log: () => written.push('stdout'),
      error: (text: string) => written.push(text),
    });
    try {
      const scenario = await loadScenario('mine.mjs', user.path);
      scenario.judge(recordOf(scenario.arms));
    } finally {
      Object.assign(console, { log, error });
    }
    expect(written).toEqual(['loaded', 'judged']);
  });
});

describe('the scenario of a question', () => {
  const context = { cwd: '/', timeoutMs: 5000 };

  it('is a built-in one by its name', async () => {
    expect(await scenarioFor('get-stream-404', context)).toMatchObject({ id: 'get-stream-404' });
    await expect(scenarioFor('nope', context)).rejects.toMatchObject({
      code: 'UNKNOWN_SCENARIO',
      hint: expect.stringContaining('or name a file, such as ./nope.mjs'),
    });
  });

  it('is the value that a library is given, made of a definition first where it is one', async () => {
    const scenario = defineScenario(shortest);
    expect(await scenarioFor(scenario, context)).toBe(scenario);
    expect((await scenarioFor(shortest as never, context)).arms).toEqual(scenario.arms);
    await expect(scenarioFor(withFields({ titel: 1 }) as never, context)).rejects.toThrow(
      'scenario "get-404": titel: unknown key',
    );
  });

  it('has no times that no run is long enough for', async () => {
    const scenario = defineScenario(withRule({ on: {}, delayMs: 5000 }));
    await expect(scenarioFor(scenario, context)).rejects.toThrow(
      'scenario "get-404": arms[1].gateway.rules[0].delayMs: is 5000, and the run ends after 5000 ms: shorten it, or raise --timeout',
    );
    expect(await scenarioFor(scenario, { ...context, timeoutMs: 5001 })).toBe(scenario);
  });
});
