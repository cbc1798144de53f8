import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import { bin, Workplace } from '../helpers/cli.js';
import { plain } from '../helpers/scenario-files.js';
import { failureOf, Scene } from './scene.js';

const scene = Scene.forEach();

/** Written from docs/scenarios.md alone: another order and another judge than those of the built-in scenarios. */
const OWN = `
import { defineScenario, fail, pass, read, unclear } from 'mcp-bisect';

const refuse = (status) => ({
  rules: [{ on: { method: 'GET' }, answer: { status }, hold: { until: { fixture: 'gateway', event: 'answer', rpc: 'tools/list' } } }],
});

export default defineScenario({
  id: 'second-session',
  title: 'GET 404 opens a second session',
  gateway: { protocolVersion: '2025-06-18', tools: [{ name: 'lookup', result: 'found' }] },
  arms: [
    { id: 'control', title: 'GET 405', control: true, gateway: refuse(405) },
    { id: 'gone', title: 'GET 404', gateway: refuse(404) },
  ],
  judge(record) {
    const seen = read(record);
    if (seen.initializes.length > 1) return fail('a second session', 'second-session');
    const missing = seen.missing();
    return missing === undefined ? pass('one session') : unclear(missing);
  },
});
`;

const INITIALIZED = `{ jsonrpc: '2.0', result: {
  protocolVersion: '2025-06-18', capabilities: { tools: {} }, serverInfo: { name: 'mine', version: '1' },
} }`;

/** The same with something else in the place of one of its parts, below the folder of the user. */
function write(part = '', replacement = ''): string {
  expect(OWN).toContain(part);
  const file = join(scene.user.root, 'own.mjs');
  writeFileSync(file, OWN.replace(part, replacement));
  return file;
}

const probe = (...more: string[]) => scene.command('probe', '2.1.1', ...more);
const bisect = (...more: string[]) => scene.answer('2.1.1', '2.1.4', ['--scenario', './own.mjs', ...more]);

/** By somebody in an empty folder, who has the report and does what it says. */
async function isRepeatedElsewhere(): Promise<void> {
  const reader = new Workplace();
  try {
    const place = (file: string) => join(reader.root, file);
    for (const file of ['report.md', 'report.html']) copyFileSync(join(scene.user.root, file), place(file));
    const program = `#!/bin/sh\nexec '${process.execPath}' '${bin}' "$@" --cache-dir cache\n`;
    writeFileSync(place('mcp-bisect'), program, { mode: 0o755 });
    const report = readFileSync(place('report.md'), 'utf8');
    const [, line = ''] = /^```shell\n(.*)\n```$/m.exec(report) ?? [];
    expect(line).toContain('mcp-bisect report --from report.md --scenario-file && mcp-bisect run');
    expect(report).toContain('own.mjs is a program of its author’s');
    const env = { ...reader.env, PATH: `${reader.root}:${reader.env['PATH']}` };
    const again = await execa('sh', ['-c', line], { cwd: reader.root, env, extendEnv: false, reject: false });
    expect({ code: again.exitCode, stdout: again.stdout }).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('First broken: 2.1.3'),
    });
    const own = readFileSync(join(scene.user.root, 'own.mjs'), 'utf8');
    expect(readFileSync(place('own.mjs'), 'utf8')).toBe(own);
    const page = ['report', '--from', 'report.html', '--scenario-file'];
    expect(await reader.run([...page, 'page.mjs', '--json'])).toMatchObject({ code: 0 });
    expect(readFileSync(place('page.mjs'), 'utf8')).toBe(own);
    // Nothing is written over.
    writeFileSync(place('own.mjs'), 'precious');
    expect(await failureOf(reader, page)).toMatchObject({ exitCode: 2, code: 'BAD_OPTION' });
    expect(readFileSync(place('own.mjs'), 'utf8')).toBe('precious');
  } finally {
    reader.remove();
  }
}

describe('a maintainer with a behaviour of their own', () => {
  it('writes a file anywhere, with a rule on initialize, checks it, and bisects with it', async () => {
    scene.publish('good', 'good', 're-initializes', 're-initializes');
    // The session that the answers after it need is still the gateway's to issue.
    write('rules: [', `rules: [{ on: { rpc: 'initialize' }, answer: { body: ${INITIALIZED} } }, `);
    const checked = await scene.user.run(['scenarios', 'check', 'own.mjs']);
    expect(checked).toMatchObject({ code: 0, stdout: expect.stringContaining('GET: 404, held until') });
    expect(checked.stdout).toContain('initialize: 200 with {"jsonrpc":"2.0","result":{"protocolVersion"');
    const answer = await bisect('--report', 'report.md', '--report', 'report.html');
    expect(answer).toMatchObject({
      code: 0,
      scenario: 'second-session',
      outcome: 'found',
      lastGood: '2.1.2',
      firstBad: '2.1.3',
    });
    expect(answer.table[2].reason).toBe('GET 404: a second session');
    const named = ['--scenario', './own.mjs'];
    const shown = await scene.user.run(['show', '2.1.3', ...named]);
    expect(shown.stdout).toMatch(/^claude-code · second-session .*\n(?:.*\n)+2\.1\.3 {2}bad {2}/);
    expect(shown.stdout).toMatch(
      /POST tools\/call {2}\w+; \{.*\} {2}session 1\n.* 200 {2}to POST tools\/call; \{"content":/,
    );
    const { stdout } = await scene.user.run(['report', ...named, '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ id: answer.report, scenario: 'second-session' });
    // What to do names the same scenario, in the same place.
    const { hint } = await failureOf(scene.user, ['show', '9.9.9', ...named]);
    expect(hint).toContain(
      '"mcp-bisect probe 9.9.9 --scenario ./own.mjs --cache-dir ~/cache"; "mcp-bisect table --scenario ./own.mjs',
    );
    await isRepeatedElsewhere();
  });

  it('is shown nothing of what the file names as a secret, also where only its id is named', async () => {
    scene.publish('good', 'good', 're-initializes', 're-initializes');
    const headers = "title: 'GET 404', headers: { 'X-Team': 'team4711' }, gateway";
    const file = write("title: 'GET 404', gateway", headers);
    writeFileSync(file, readFileSync(file, 'utf8').replace("'found'", "'found by team4711'"));
    await bisect();
    for (const named of [['--scenario', './own.mjs'], ['--scenario', 'second-session'], []]) {
      const { stdout } = await scene.user.run(['show', '2.1.3', ...named]);
      expect(stdout).toContain('found by [key]');
      expect(stdout).not.toContain('team4711');
    }
  });

  it('is answered from the ledger until the text of the file changes', async () => {
    scene.publish('good', 'good', 're-initializes', 're-initializes');
    write();
    expect((await bisect()).probed).toHaveLength(4);
    expect((await bisect()).probed).toEqual([]);
    // What was recorded needs the file no more, as long as only one has used the id.
    const named = ['--scenario', 'second-session'];
    expect(await scene.document('table', ...named)).toMatchObject({
      code: 0,
      boundaries: [{ before: '2.1.2', after: '2.1.3' }],
      probed: [],
    });
    expect(await scene.user.run(['show', '2.1.3', ...named])).toMatchObject({ code: 0 });
    expect(await scene.user.run(['report', ...named])).toMatchObject({ code: 0 });
    write("'one session'", "'one session only'");
    expect((await bisect()).probed).toHaveLength(4);
    expect(await failureOf(scene.user, ['table', ...named])).toMatchObject({
      exitCode: 2,
      code: 'UNKNOWN_SCENARIO',
      message: expect.stringMatching(
        /^2 scenarios called second-session are recorded: \w{8} \(4 rounds, the last .* UTC\), \w{8} \(/,
      ),
      hint: expect.stringContaining('--scenario ./second-session.mjs'),
    });
  });

  it('starts from a file that runs as it is', async () => {
    scene.publish('good');
    const { code, stdout } = await scene.user.run(['scenarios', 'new', 'mine']);
    const file = join(scene.user.root, 'mine.mjs');
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: `${file}\n  Try it: mcp-bisect scenarios check ${file}`,
    });
    // Whose issue it is about is for its author to say.
    expect(readFileSync(file, 'utf8')).not.toMatch(/issues\/\d/);
    const probed = await probe('--scenario', './mine.mjs');
    expect(probed.stdout).toContain('2.1.1  good  tool called, result returned');
    expect(probed.code).toBe(0);
  });

  it('finds the example of the guide in order', async () => {
    const guide = readFileSync(fileURLToPath(new URL('../../docs/scenarios.md', import.meta.url)), 'utf8');
    const [, example = ''] = /```js\n(import .*?)```/s.exec(guide) ?? [];
    writeFileSync(join(scene.user.root, 'session-404.mjs'), example);
    const { code, stderr } = await scene.user.run(['scenarios', 'check', './session-404.mjs']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });
});

describe('a new file', () => {
  it('is never written over another', async () => {
    writeFileSync(join(scene.user.root, 'mine.mjs'), 'precious');
    expect(await failureOf(scene.user, ['scenarios', 'new', 'mine'])).toEqual({
      exitCode: 2,
      code: 'BAD_OPTION',
      message: `${join(scene.user.root, 'mine.mjs')} exists already`,
      hint: 'choose another name, or another place with --output: nothing is written over',
    });
    expect(readFileSync(join(scene.user.root, 'mine.mjs'), 'utf8')).toBe('precious');
  });

  it.each([
    [['../mine'], '"../mine" is no name for a scenario'],
    [['get-stream-404'], '"get-stream-404" is a built-in scenario'],
    [['mine', '--output', 'mine.txt'], 'mine.txt does not end in .mjs'],
    [['mine', '--output', 'nowhere/mine.mjs'], 'mine.mjs cannot be written (ENOENT)'],
  ])('is refused for %j', async (args, message) => {
    const failure = await failureOf(scene.user, ['scenarios', 'new', ...args]);
    expect(failure).toMatchObject({ exitCode: 2, code: 'BAD_OPTION' });
    expect(failure.message).toContain(message);
    expect(existsSync(join(scene.user.root, '../mine.mjs'))).toBe(false);
  });

  it('goes where it is told to', async () => {
    const args = ['scenarios', 'new', 'mine', '--output', 'b.mjs', '--json'];
    const { code, stdout } = await scene.user.run(args);
    const file = join(scene.user.root, 'b.mjs');
    expect({ code, ...JSON.parse(stdout) }).toEqual({ code: 0, schema: 1, file });
    expect(readFileSync(join(scene.user.root, 'b.mjs'), 'utf8')).toContain("id: 'mine'");
  });
});

/** `line` where the client has asked something: the dry run with an empty journal goes well. */
const onceAsked = (line: string) => `const seen = read(record);\n    if (record.journal.length > 0) ${line};`;
const FIRST_LINE = 'const seen = read(record);';

describe('a mistake in the file ends the run with exit code 2, and names file and field:', () => {
  it.each([
    [
      'a stream with an empty event',
      'tools: [',
      'listening: { events: [{}] }, tools: [',
      'gateway.listening.events[0].message: is missing: a JSON-RPC message should be here',
    ],
    [
      'a timer that throws',
      'export default',
      "setTimeout(() => { throw new Error('late'); }, 1);\nawait new Promise((go) => setTimeout(go, 9000));\nexport default",
      'it threw outside of its functions, in line 8: Error: late',
    ],
    [
      'a settled that returns nonsense',
      '  judge(',
      "  settled: () => 'soon',\n  judge(",
      'it returned "soon", where milliseconds',
    ],
  ])('%s', async (_, part, replacement, message) => {
    scene.publish('good', 'good');
    const file = write(part, replacement);
    const failure = await scene.failure('2.1.1', '2.1.2', ['--scenario', './own.mjs']);
    expect(failure).toMatchObject({ exitCode: 2, code: 'BAD_SCENARIO' });
    expect(failure.message).toContain(`${file}: `);
    expect(failure.message).toContain(message);
  });

  it('a timer of a CommonJS file, which Node calls by its path', async () => {
    scene.publish('good', 'good');
    const file = join(scene.user.root, 'an own.cjs');
    const throws = "setTimeout(() => {\n  throw new Error('late');\n}, 1);\n";
    writeFileSync(file, throws + plain.replace('export default', 'module.exports ='));
    expect(await scene.failure('2.1.1', '2.1.2', ['--scenario', './an own.cjs'])).toMatchObject({
      exitCode: 2,
      code: 'BAD_SCENARIO',
      message: `${file}: it threw outside of its functions, in line 2: Error: late`,
    });
  });

  it('every mistake on a line of its own', async () => {
    const file = write("title: 'GET 404 opens a second session'", 'titel: 5');
    const { code, stderr } = await probe('--scenario', file);
    expect(code).toBe(2);
    expect(stderr.split('\n').slice(0, 3)).toEqual([
      `error: ${file}: 2 problems`,
      '  - title: is missing: a text should be here',
      '  - titel: unknown key (did you mean "title"?)',
    ]);
  });

  it('a judge that throws, and no verdict is left behind', async () => {
    scene.publish('good', 'good');
    const file = write(FIRST_LINE, onceAsked('nope()'));
    const { exitCode, message } = await scene.failure('2.1.1', '2.1.2', ['--scenario', './own.mjs']);
    expect(exitCode).toBe(2);
    expect(message).toContain(
      `${file}: judge: in arm "control" it threw ReferenceError: nope is not defined (own.mjs:18:36)`,
    );
    const { table } = await scene.document('table', '--scenario', './own.mjs');
    expect(table).toEqual([]);
  });
});

describe('scenarios', () => {
  it('lists the built-in ones as before, with --json too', async () => {
    const { code, stdout } = await scene.user.run(['scenarios', '--json']);
    const { schema, scenarios } = JSON.parse(stdout);
    expect({ code, schema, first: scenarios[0] }).toMatchObject({
      code: 0,
      schema: 1,
      first: { id: 'get-stream-404', arms: [{ id: 'control', control: true }, {}, {}] },
    });
  });

  it('check prints what a scenario plans', async () => {
    write();
    const { stdout } = await scene.user.run(['scenarios', 'check', './own.mjs', '--json']);
    expect(JSON.parse(stdout).scenario).toMatchObject({
      id: 'second-session',
      source: expect.stringMatching(/^[0-9a-f]{64}$/),
      prompt: 'Call the tool lookup, and tell me what it says.',
      arms: [
        { control: true },
        { id: 'gone', plan: expect.arrayContaining([expect.stringContaining('GET: 404')]) },
      ],
    });
  });
});
