/** What is kept of a bisection, and what comes out of it. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { HOSTILE_KEY } from '../helpers/reports.js';
import { Workplace } from '../helpers/cli.js';
import { failureOf, Scene } from './scene.js';

let ran: Awaited<ReturnType<Scene['run']>>;
const scene = Scene.forAll(async (opened) => {
  opened.publish('good', 'good', 'loses-tools', 'loses-tools');
  ran = await opened.run('2.1.1', '2.1.4');
});

const inPlace = (file: string) => join(scene.user.cwd, file);
const written = (file: string) => readFileSync(inPlace(file), 'utf8');
const report = (...args: string[]) => scene.user.run(['report', ...args]);
const idOf = (stdout: string) => /Report: mcp-bisect report ([0-9a-f]{8})/.exec(stdout)?.[1] ?? '';

describe('a bisection', () => {
  it('says how to get its report, and is found by that', async () => {
    const { code, stdout } = await report(idOf(ran.stdout));
    expect(code).toBe(0);
    expect(stdout.split('\n')[0]).toContain('First broken: 2.1.3');
  });

  it('is listed, newest first, and its document names its report, too', async () => {
    const document = await scene.answer('2.1.1', '2.1.4');
    const { stdout } = await report('--list');
    expect(
      stdout
        .split('\n')
        .slice(1, 3)
        .map((line) => line.split(' ')[0]),
    ).toEqual([document.report, idOf(ran.stdout)]);
    const { stdout: json } = await report('--list', '--json');
    expect(JSON.parse(json).runs[0]).toMatchObject({ id: document.report, outcome: 'found' });
  });

  it('without an answer is kept as well', async () => {
    const { stdout, code } = await scene.run('2.1.1', '2.1.2');
    expect(code).toBe(1);
    const { stdout: text } = await report('--id', idOf(stdout));
    expect(text.split('\n')[0]).toContain('Nothing to bisect');
  });
});

/** What a run of a GitHub job finds in its environment. */
function jobOf({ user }: Scene) {
  const [summary, output] = [join(user.cwd, 'summary.md'), join(user.cwd, 'output')];
  mkdirSync(user.cwd, { recursive: true });
  for (const file of [summary, output]) writeFileSync(file, '');
  return { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary, GITHUB_OUTPUT: output };
}

describe('of a hostile client, in a job of GitHub', () => {
  const FORMATS = ['md', 'html', 'json', 'junit'] as const;
  const texts = new Map<string, string>();
  const hostile = Scene.forAll(async (opened) => {
    opened.publish('good', 'good', 'attacks', 'attacks');
    await opened.run('2.1.1', '2.1.4');
  });
  beforeAll(async () => {
    for (const format of FORMATS) {
      const { code, stdout } = await hostile.user.run(['report', '--format', format], jobOf(hostile));
      expect(code).toBe(0);
      texts.set(format, stdout);
    }
  });

  it.each(FORMATS)(
    'the report in %s has no key, no name of this machine, no controls, no command',
    (format) => {
      const text = texts.get(format) ?? '';
      expect(text).toContain('evil.example');
      expect(text).not.toContain(HOSTILE_KEY);
      expect(text).not.toContain(hostile.user.root);
      // oxlint-disable-next-line no-control-regex
      expect(text).not.toMatch(/[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u202A-\u202E]/);
      expect(text).not.toMatch(/^\s*::|##\[/m);
      expect(text.length).toBeLessThan(format === 'md' ? 65_536 : 5_000_000);
    },
  );

  it('an exported run gives the same report on another machine, offline, and does not name this one', async () => {
    const { stderr } = await hostile.user.run(['report', '--export', 'run.json']);
    expect(stderr).toContain('--from run.json');
    const file = join(hostile.user.cwd, 'run.json');
    const text = readFileSync(file, 'utf8');
    expect(text).not.toContain(hostile.user.root);
    expect(text).not.toContain(HOSTILE_KEY);
    const elsewhere = new Workplace();
    try {
      const { stdout } = await elsewhere.run(['report', '--from', file], jobOf(hostile));
      expect(stdout).toBe(texts.get('md'));
    } finally {
      elsewhere.remove();
    }
  });

  it('what was recorded is shown without its key', async () => {
    const { stdout } = await hostile.user.run(['show', '2.1.3']);
    expect(stdout).toContain('evil.example');
    expect(stdout).not.toContain(HOSTILE_KEY);
  });
});

describe('a key that a release prints before it ends', () => {
  const leaky = Scene.forAll((opened) => {
    opened.publish('good', 'leaks', 'loses-tools');
  });

  it.each([
    ['run', ['run', '--good', '2.1.1', '--bad', '2.1.3']],
    ['table --json', ['table', '--from', '2.1.1', '--scan', '--confirm', '0', '--json']],
    ['probe', ['probe', '2.1.2']],
    ['probe --json', ['probe', '2.1.2', '--json']],
  ])('is in no output of %s', async (_, args) => {
    const { stdout, stderr } = await leaky.command(...args);
    expect(stdout).toContain('[key]');
    expect(stdout + stderr).not.toContain(HOSTILE_KEY);
  });
});

describe('files', () => {
  it('are written in the format of their ending, whole, in place of what was there', async () => {
    writeFileSync(inPlace('report.html'), 'old');
    const { stdout, code } = await report('--output', 'report.html');
    expect({ stdout, code }).toEqual({ stdout: '', code: 0 });
    expect(written('report.html')).toMatch(/^<!doctype html>/i);
  });

  it('are written by the run itself, as many as asked for', async () => {
    const { code } = await scene.run('2.1.1', '2.1.4', ['--report', 'a.md', '--report', 'b.xml']);
    expect(code).toBe(0);
    expect(written('a.md')).toContain('First broken: 2.1.3');
    expect(written('b.xml')).toContain('<testsuite');
  });

  it.each([
    ['of no known format', 'report.pdf', 2, 'BAD_OPTION'],
    ['that cannot be written', 'nowhere/report.md', 4, 'OUTPUT_NOT_WRITABLE'],
  ])('%s are refused before anything is run', async (_, file, exitCode, code) => {
    const message = expect.stringContaining(file);
    const failure = await scene.failure('2.1.1', '2.1.4', ['--fresh', '--report', file]);
    expect(failure).toMatchObject({ exitCode, code, message });
  });
});

describe('what is no exported run', () => {
  it.each([
    ['is another document', '{"schema":1,"table":[]}'],
    ['is of a newer version', '{"schema":99}'],
  ])('that %s is refused by its name', async (_, text) => {
    writeFileSync(inPlace('broken.json'), text);
    const { exitCode, code, message } = await failureOf(scene.user, ['report', '--from', 'broken.json']);
    expect({ exitCode, code }).toEqual({ exitCode: 2, code: 'BAD_RUN_FILE' });
    expect(message).toMatch(/newer mcp-bisect|this is not a run that was kept: /);
  });
});

describe('what is not there', () => {
  it.each([
    ['a run', ['report', 'ffffffff'], 'UNKNOWN_RUN', 'report --list'],
    ['a file', ['report', '--from', 'no-such.json'], 'BAD_OPTION', 'report --export'],
    ['a release', ['show', '9.9.9'], 'NOTHING_RECORDED', 'mcp-bisect probe 9.9.9'],
  ])('is named: %s', async (_, args, code, way) => {
    const hint = expect.stringContaining(way);
    expect(await failureOf(scene.user, args)).toMatchObject({ exitCode: 2, code, hint });
  });

  it('is named: any run', async () => {
    const user = new Workplace();
    try {
      const { code, message } = await failureOf(user, ['report']);
      expect(code).toBe('UNKNOWN_RUN');
      expect(message).toContain(user.cacheDir);
    } finally {
      user.remove();
    }
  });
});

describe('show', () => {
  it('opens what was recorded of a release without running it, and gives every round to a machine', async () => {
    const before = scene.registry.requests.length;
    const { stdout, code } = await scene.user.run(['show', '2.1.3']);
    expect(code).toBe(0);
    expect(stdout).toContain('2.1.3  bad  404 before tools: tools lost');
    expect(scene.registry.requests).toHaveLength(before);
    const { records } = JSON.parse((await scene.user.run(['show', '2.1.3', '--json'])).stdout);
    expect(records[0]).toMatchObject({ verdict: 'bad', scenario: 'get-stream-404', version: '2.1.3' });
  });
});

describe('on GitHub', () => {
  it('a run annotates the job and writes its summary, and leaves stdout to the answer', async () => {
    const env = jobOf(scene);
    const { stdout, stderr } = await scene.run('2.1.1', '2.1.4', ['--json'], env);
    expect(() => JSON.parse(stdout)).not.toThrow();
    expect(stderr).toMatch(/^::(warning|error) title=/m);
    expect(written('summary.md')).toContain('First broken: 2.1.3');
    const outputs = written('output').matchAll(/^([a-z-]+)<<(\S{36})\n([^]*?)\n\2\n/gm);
    expect(Object.fromEntries([...outputs].map(([, name, , value]) => [name, value]))).toEqual({
      outcome: 'found',
      report: JSON.parse(stdout).report,
      'last-good': '2.1.2',
      'first-bad': '2.1.3',
    });
    // A report of the same run says nothing twice.
    const once = written('summary.md');
    await scene.user.run(['report', JSON.parse(stdout).report], env);
    expect(written('summary.md')).toBe(once);
  });
});
