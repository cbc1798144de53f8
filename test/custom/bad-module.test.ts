import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadScenario, scenarioFor } from '../../src/custom/module.js';
import { templateFor } from '../../src/custom/template.js';
import { plain, withJudge } from '../helpers/scenario-files.js';
import { useFolder } from '../helpers/user-folder.js';

const user = useFolder();
const write = (name: string, text: string) => user.write(name, text);

describe('a file that cannot be used is refused with its name and the way out:', () => {
  it.each<[message: string, text: string | undefined, name?: string]>([
    ['there is no such file; "mcp-bisect scenarios new" writes one', undefined],
    ['a scenario is a module: its name ends in .mjs, .js, .cjs, .ts, .mts', '{}', './mine.json'],
    ["SyntaxError: Unexpected identifier 'title' (mine.mjs:3)", 'export default {\n  id: "x"\n  title }'],
    ['it cannot be loaded: TypeError: boom (mine.mjs:2:7)', '\nthrow new TypeError("boom");'],
    ['it cannot be loaded: Error: it called process.exit', 'process.exit(0);'],
    ['it has no default export: write "export default defineScenario({ … })"', 'export const a = 1;'],
    ["it cannot be loaded: Error: Cannot find package 'nopkg'", 'import "nopkg";'],
    ['it cannot be loaded: Error: Cannot find module', 'import "../other.mjs";'],
    ["does not provide an export named 'define'", 'import { define } from "mcp-bisect";'],
    [
      '2 problems: title: is missing: a text should be here; titel: unknown key (did you mean "title"?)',
      plain.replace('title', 'titel'),
    ],
    [
      'model.answerHold.until.methd: unknown key (did you mean "method"?)',
      templateFor('mine').replace('method:', 'methd:'),
    ],
    ['judge: in arm "control" it threw Error: it did not return within 5 s', withJudge('for (;;);')],
    ['judge: in arm "control" it threw ReferenceError: nope is not defined (mine.mjs:', withJudge('nope();')],
    ['judge: in arm "control" it returned 5, which is no finding', withJudge('return 5;')],
    ['judge: in arm "control" it passes a client that did nothing at all', withJudge('return pass("well");')],
    ['id: "get-stream-404" is a built-in scenario\'s: choose another', templateFor('get-stream-404')],
  ])('%s', async (message, text, name = 'mine.mjs') => {
    if (text !== undefined) write(name, text);
    const failing = scenarioFor(name, { cwd: user.path, timeoutMs: 30_000 });
    await expect(failing).rejects.toMatchObject({
      code: 'BAD_SCENARIO',
      exitCode: 2,
      message: expect.stringContaining(message),
    });
    await expect(failing).rejects.toThrow(`${resolve(user.path, name)}: `);
  });

  it('a folder', async () => {
    mkdirSync(join(user.path, 'mine.mjs'));
    await expect(loadScenario('./mine.mjs', user.path)).rejects.toThrow(
      'mine.mjs: it is a folder: name the file in it',
    );
  });

  it('TypeScript where Node does not run it, and runs where it does', async () => {
    write('mine.ts', `const id: string = 'mine';\n${plain.replace("id: 'mine'", 'id')}`);
    const { typescript } = process.features as { typescript?: string | false };
    const loading = loadScenario('./mine.ts', user.path);
    if (typescript) await expect(loading).resolves.toMatchObject({ id: 'mine' });
    else await expect(loading).rejects.toThrow('does not run TypeScript: use Node 22.18 or later');
  });
});
