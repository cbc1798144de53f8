import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Console } from '../../src/cli/console.js';
import { isOnGitHub, printDocument, printUnheeded, tellGitHub } from '../../src/cli/github-actions.js';
import { annotationOf, SUMMARY_LIMIT_BYTES } from '../../src/report/github.js';
import { reportWith, sampleReport } from '../helpers/reports.js';

let folder: string;
let summary: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mcp-bisect-github-'));
  summary = join(folder, 'summary.md');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function consoleWith(env: NodeJS.ProcessEnv) {
  const streams = { stdout: new PassThrough(), stderr: new PassThrough() };
  const written = { stdout: '', stderr: '' };
  streams.stdout.on('data', (chunk) => (written.stdout += String(chunk)));
  streams.stderr.on('data', (chunk) => (written.stderr += String(chunk)));
  return { console: { ...streams, env } as unknown as Console, written };
}

const job = (more: NodeJS.ProcessEnv = {}) =>
  consoleWith({ GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary, ...more });
const markdown = () => '# The report\n\ntext\n';
const told = { report: sampleReport, markdown };
const text = () => readFileSync(summary, 'utf8');

describe('a job on GitHub', () => {
  it('is known by the variable of the runner alone', () => {
    expect(isOnGitHub(consoleWith({ GITHUB_ACTIONS: 'true' }).console)).toBe(true);
    expect(isOnGitHub(consoleWith({ CI: 'true', GITHUB_STEP_SUMMARY: summary }).console)).toBe(false);
  });

  it('gets the annotation on stderr, and the report in the summary of the step', async () => {
    const { console, written } = job();
    await tellGitHub(told, console);
    expect(written).toEqual({ stdout: '', stderr: `${annotationOf(sampleReport)}\n` });
    expect(text()).toBe('\n<!-- mcp-bisect run 7f3a01 -->\n\n# The report\n\ntext\n');
  });

  it('gets outputs of the step, in which no value is taken for another one', async () => {
    const file = join(folder, 'output');
    writeFileSync(file, 'before=kept\n');
    const firstBad = '2.1.147\nEOF\noutcome=ends-agree\noutcome<<x\n';
    const report = { ...sampleReport, claims: { ...sampleReport.claims, firstBad, lastGood: null } };
    await tellGitHub({ ...told, report }, job({ GITHUB_OUTPUT: file }).console);
    const [before, ...rest] = readFileSync(file, 'utf8').split('\n');
    expect(before).toBe('before=kept');
    const read = new Map<string, string>();
    while (rest.length > 1) {
      const [name = '', end = ''] = (rest.shift() ?? '').split('<<');
      expect(end).toMatch(/^[0-9a-f-]{36}$/);
      read.set(name, rest.splice(0, rest.indexOf(end)).join('\n'));
      rest.shift();
    }
    expect(Object.fromEntries(read)).toEqual({
      outcome: 'found',
      report: '7f3a01',
      'last-good': '',
      'first-bad': firstBad,
    });
    const { console, written } = job({ GITHUB_OUTPUT: folder });
    await tellGitHub(told, console);
    expect(written.stderr).toContain('note: the outputs of this step: ');
  });

  it('keeps what is in the summary, and begins on a line of its own', async () => {
    writeFileSync(summary, 'of another tool');
    await tellGitHub(told, job().console);
    expect(text()).toMatch(/^of another tool\n\n<!-- mcp-bisect run 7f3a01 -->\n/);
  });

  it('gets the report of a run once, and that of another run beside it', async () => {
    await tellGitHub(told, job().console);
    await tellGitHub(told, job().console);
    await tellGitHub({ ...told, report: reportWith({ id: 'abcdef' }) }, job().console);
    expect(text().match(/<!-- mcp-bisect run \w+ -->/g)).toEqual([
      '<!-- mcp-bisect run 7f3a01 -->',
      '<!-- mcp-bisect run abcdef -->',
    ]);
  });

  it('gets no more than fits into the summary, in bytes', async () => {
    const before = 'x'.repeat(SUMMARY_LIMIT_BYTES - 50_000);
    writeFileSync(summary, before);
    const asked: number[] = [];
    const endless = (maxChars: number) => {
      asked.push(maxChars);
      return '漢'.repeat(maxChars);
    };
    await tellGitHub({ ...told, markdown: endless }, job().console);
    expect(asked[0]).toBeLessThan(50_000);
    const bytes = Buffer.byteLength(text());
    expect(bytes).toBeLessThanOrEqual(SUMMARY_LIMIT_BYTES);
    expect(bytes).toBeGreaterThan(SUMMARY_LIMIT_BYTES - 100);
  });

  it('is told where there is no room left, and the summary stays as it was', async () => {
    const before = 'x'.repeat(SUMMARY_LIMIT_BYTES - 10);
    writeFileSync(summary, before);
    const { console, written } = job();
    await tellGitHub(told, console);
    expect(written.stderr).toContain('note: the summary of this step: there is no room left in it\n');
    expect(text()).toBe(before);
  });

  it('is told where the summary cannot be written, and gets the annotation all the same', async () => {
    const { console, written } = job({ GITHUB_STEP_SUMMARY: join(folder, 'none', 'summary.md') });
    await tellGitHub(told, console);
    expect(written.stderr.split('\n')).toEqual([
      expect.stringMatching(/^note: the summary of this step: .*summary\.md cannot be written \(ENOENT\)$/),
      annotationOf(sampleReport),
      '',
    ]);
  });

  it('needs no summary', async () => {
    const { console, written } = job({ GITHUB_STEP_SUMMARY: '' });
    await tellGitHub(told, console);
    expect(written.stderr).toBe(`${annotationOf(sampleReport)}\n`);
  });

  it('heeds no command in what is printed, and cannot be told the end of that beforehand', () => {
    const hostile = '::error::owned\n##[add-mask]x';
    const tokens = [1, 2].map(() => {
      const { console, written } = job();
      printUnheeded(console, hostile);
      const [, token, shown] = /^::stop-commands::(\S{32,})\n([^]*)\n::\1::\n$/.exec(written.stdout) ?? [];
      expect(shown).toBe(hostile);
      return token;
    });
    expect(tokens[0]).not.toBe(tokens[1]);
  });
});

describe('a document that is printed in a job', () => {
  it.each(['::error::x', '   ::add-mask::x', '\t::x', 'x ##[add-mask]x'])(
    'has no command in it: %j',
    (line) => {
      const { console, written } = job();
      printDocument(console, `before\n${line}\nafter\n`);
      expect(written.stdout).not.toMatch(/^\s*::|##\[/m);
      expect(written.stdout.replaceAll('\u200B', '')).toBe(`before\n${line}\nafter\n`);
    },
  );

  it('is otherwise as it was', () => {
    const { console, written } = job();
    printDocument(console, 'a::b\n# [x]\n');
    expect(written.stdout).toBe('a::b\n# [x]\n');
  });
});

describe('anywhere else', () => {
  it('nothing is written, and text is printed as it is', async () => {
    const { console, written } = consoleWith({ GITHUB_STEP_SUMMARY: summary });
    await tellGitHub(told, console);
    printUnheeded(console, 'text');
    printDocument(console, '::text::\n');
    expect(written).toEqual({ stdout: 'text\n::text::\n', stderr: '' });
    expect(() => text()).toThrow('ENOENT');
  });
});
