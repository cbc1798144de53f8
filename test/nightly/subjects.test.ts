import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BisectError } from '../../src/errors.js';
import { parseConfig, planFrom } from '../../src/nightly/config.js';
import { clientQuestion } from '../../src/nightly/subjects.js';
import { plain } from '../helpers/scenario-files.js';
import { useFolder } from '../helpers/user-folder.js';

const user = useFolder();
const write = (name: string, id: string) => user.write(name, plain.replace("id: 'mine'", `id: '${id}'`));

type Modes = readonly ('headless' | 'interactive')[];

function question(scenarios: readonly string[], modes: Modes = ['headless']) {
  const [plan] = planFrom(parseConfig({ scenarios, modes }, 'config'), {}).clients;
  if (!plan) throw new Error('no client');
  return clientQuestion(plan, 'linux-x64', { cwd: user.path, timeoutMs: 60_000 });
}

const columnsOf = async (...asked: Parameters<typeof question>) =>
  (await question(...asked)).subjects.map(({ column }) => column.key);

async function refusal(...asked: Parameters<typeof question>): Promise<BisectError> {
  const failure = await question(...asked).catch((error: unknown) => error);
  if (failure instanceof BisectError) return failure;
  throw new Error('It was accepted.');
}

describe('the question of a client', () => {
  it('has every scenario in every mode, built in or in a file', async () => {
    write('mine.mjs', 'mine');
    expect(await columnsOf(['get-405', './mine.mjs'], ['headless', 'interactive'])).toEqual([
      'get-405',
      'get-405-interactive',
      'mine',
      'mine-interactive',
    ]);
  });

  it('has a file once that is named in several ways, by the first of them', async () => {
    write('mine.mjs', 'mine');
    const { subjects } = await question([
      './mine.mjs',
      'mine.mjs',
      join(user.path, 'mine.mjs'),
      './a/../mine.mjs',
    ]);
    expect(subjects.map(({ scenarioName }) => scenarioName)).toEqual(['./mine.mjs']);
  });

  it('takes a file for another scenario than the built-in one whose name it has', async () => {
    write('get-405.mjs', 'mine');
    expect(await columnsOf(['get-405', 'get-405.mjs'])).toEqual(['get-405', 'mine']);
  });
});

describe('two scenarios that nobody could tell apart', () => {
  it('are refused, and both named: files with the same id', async () => {
    write('a.mjs', 'mine');
    write('b.mjs', 'mine');
    const { code, message, hint } = await refusal(['./a.mjs', 'get-405', './b.mjs']);
    expect(code).toBe('BAD_CONFIG');
    expect(message).toContain('./a.mjs');
    expect(message).toContain('./b.mjs');
    expect(message).toContain('"mine"');
    expect(hint).toBeTruthy();
  });

  it('are refused: a file, and a link to it', async () => {
    write('a.mjs', 'mine');
    symlinkSync(join(user.path, 'a.mjs'), join(user.path, 'b.mjs'));
    expect(await refusal(['./a.mjs', './b.mjs'])).toMatchObject({ code: 'BAD_CONFIG' });
  });

  it.each<[string, string[]]>([
    ['last', ['./a.mjs', './b.mjs']],
    ['first', ['./b.mjs', './a.mjs']],
  ])('are refused: one in interactive mode, and one that is called so, named %s', async (_, named) => {
    write('a.mjs', 'foo');
    write('b.mjs', 'foo-interactive');
    const { code, message } = await refusal(named, ['headless', 'interactive']);
    expect(code).toBe('BAD_CONFIG');
    expect(message).toContain('./a.mjs (interactive)');
    expect(message).toContain('./b.mjs (headless)');
    expect(message).toContain('"foo-interactive"');
  });

  it('are not there where only one of the modes is asked for', async () => {
    write('a.mjs', 'foo');
    write('b.mjs', 'foo-interactive');
    expect(await columnsOf(['./a.mjs', './b.mjs'])).toEqual(['foo', 'foo-interactive']);
  });
});
