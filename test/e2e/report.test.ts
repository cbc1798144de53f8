/** What is kept of a bisection, and what comes out of it. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HOSTILE_KEY } from '../helpers/reports.js';
import { Workplace } from '../helpers/cli.js';
import { asFailure, failureOf, Scene } from './scene.js';

let scene: Scene;
let ran: Awaited<ReturnType<Scene['run']>>;
beforeAll(async () => {
  scene = await Scene.open();
  scene.publish('good', 'good', 'loses-tools', 'loses-tools');
  ran = await scene.run('2.1.1', '2.1.4', ['--confirm', '0']);
});
afterAll(() => scene.close());

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

  it('is listed, newest first', async () => {
    const { stdout } = await report('--list');
    expect(stdout.split('\n')[1]).toContain(idOf(ran.stdout));
    const { stdout: json } = await report('--list', '--json');
    expect(JSON.parse(json).runs[0]).toMatchObject({ id: idOf(ran.stdout), outcome: 'found' });
  });

  it('names its report in the document, too', async () => {
    const document = await scene.answer('2.1.1', '2.1.4', ['--confirm', '0']);
    expect(document.report).toMatch(/^[0-9a-f]{8}$/);
    const { stdout } = await report(document.report, '--json');
    expect(JSON.parse(stdout)).toMatchObject({ id: document.report, firstBad: '2.1.3' });
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
  let hostile: Scene;
  beforeAll(async () => {
    hostile = await Scene.open();
    hostile.publish('good', 'good', 'attacks', 'attacks');
    await hostile.run('2.1.1', '2.1.4', ['--confirm', '0']);
    for (const format of FORMATS) {
      const { code, stdout } = await hostile.user.run(['report', '--format', format], jobOf(hostile));
      expect(code).toBe(0);
      texts.set(format, stdout);
    }
  });
  afterAll(() => hostile.close());

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
      expect(text.length).toBeLessThan(5_000_000);
    },
  );

  it('the report as Markdown fits into an issue', () => {
    expect(texts.get('md')?.length).toBeLessThan(65_536);
  });

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
  let leaky: Scene;
  beforeAll(async () => {
    leaky = await Scene.open();
    leaky.publish('good', 'leaks', 'loses-tools');
  });
  afterAll(() => leaky.close());

  it.each([
    ['run', ['run', '--good', '2.1.1', '--bad', '2.1.3', '--confirm', '0']],
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
    const { code } = await scene.run('2.1.1', '2.1.4', [
      '--confirm',
      '1',
      '--report',
      'a.md',
      '--report',
      'b.xml',
    ]);
    expect(code).toBe(0);
    expect(written('a.md')).toContain('First broken: 2.1.3');
    expect(written('b.xml')).toContain('<testsuite');
  });

  it('of no known format are refused before anything is run', async () => {
    const { exitCode, code, message } = await scene.failure('2.1.1', '2.1.4', ['--report', 'report.pdf']);
    expect({ exitCode, code }).toEqual({ exitCode: 2, code: 'BAD_OPTION' });
    expect(message).toContain('report.pdf');
  });

  it('that cannot be written are refused before anything is run, too', async () => {
    const { exitCode, code, message } = await scene.failure('2.1.1', '2.1.4', [
      '--report',
      'nowhere/report.md',
    ]);
    expect({ exitCode, code }).toEqual({ exitCode: 4, code: 'OUTPUT_NOT_WRITABLE' });
    expect(message).toContain('nowhere/report.md');
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
  it('is named: a run', async () => {
    const { exitCode, code, hint } = await failureOf(scene.user, ['report', 'ffffffff']);
    expect({ exitCode, code }).toEqual({ exitCode: 2, code: 'UNKNOWN_RUN' });
    expect(hint).toContain('report --list');
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

  it('is named: a file', async () => {
    const { exitCode, code } = await failureOf(scene.user, ['report', '--from', 'no-such.json']);
    expect({ exitCode, code }).toEqual({ exitCode: 2, code: 'BAD_OPTION' });
  });
});

describe('show', () => {
  it('opens what was recorded of a release, without running it', async () => {
    const before = scene.registry.requests.length;
    const { stdout, code } = await scene.user.run(['show', '2.1.3']);
    expect(code).toBe(0);
    expect(stdout).toContain('2.1.3  bad  404 before tools: tools lost');
    expect(stdout).toContain('2 rounds: 2 bad');
    expect(scene.registry.requests).toHaveLength(before);
  });

  it('gives every round to a machine', async () => {
    const { stdout } = await scene.user.run(['show', '2.1.3', '--json']);
    const { records } = JSON.parse(stdout);
    expect(records).toHaveLength(2);
    expect(records[0]).toMatchObject({ verdict: 'bad', scenario: 'get-stream-404', version: '2.1.3' });
  });

  it('says so where nothing was recorded', async () => {
    const outcome = await scene.user.run(['show', '9.9.9', '--json', '--quiet']);
    expect(asFailure(outcome)).toMatchObject({ exitCode: 2, code: 'NOTHING_RECORDED' });
  });
});

describe('on GitHub', () => {
  it('a run annotates the job and writes its summary, and leaves stdout to the answer', async () => {
    const env = jobOf(scene);
    const { stdout, stderr } = await scene.run('2.1.1', '2.1.4', ['--confirm', '0', '--json'], env);
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

describe('a bisection without an answer', () => {
  it('is kept as well', async () => {
    const { stdout, code } = await scene.run('2.1.1', '2.1.2', ['--confirm', '0']);
    expect(code).toBe(1);
    const { stdout: text } = await report('--id', idOf(stdout));
    expect(text.split('\n')[0]).toContain('Nothing to bisect');
  });
});
