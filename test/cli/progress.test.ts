import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createProgress } from '../../src/cli/progress.js';

async function progressOn(options: { isTerminal?: boolean; quiet?: boolean; colour?: boolean } = {}) {
  const stream = Object.assign(new PassThrough(), { columns: 40, rows: 24, isTTY: options.isTerminal });
  let written = '';
  stream.on('data', (chunk) => (written += String(chunk)));
  const { isTerminal = false, quiet = false, colour = false } = options;
  const progress = await createProgress({
    stream: stream as unknown as NodeJS.WriteStream,
    isTerminal,
    quiet,
    colour,
  });
  return { progress, written: () => written };
}

const download = (bytes: number) => ({ kind: 'download', bytes, total: 72_000_000 }) as const;

describe('progress that is not at a terminal', () => {
  it('is one plain line for each stage and each verdict', async () => {
    const { progress, written } = await progressOn();
    progress.stage('2.1.147', download(0));
    progress.stage('2.1.147', download(36_000_000));
    progress.stage('2.1.147', { kind: 'verify', bytes: 1, total: 237_000_000 });
    progress.stage('2.1.147', { kind: 'run', arm: '404 before tools' });
    progress.verdict('2.1.147', 'bad', 'tools lost', 'run');
    progress.verdict('2.1.146', 'good', 'works', 'ledger');
    progress.note('the registry did not answer');
    expect(written()).toBe(
      [
        '2.1.147  downloading 72 MB',
        '2.1.147  verifying 237 MB',
        '2.1.147  running: 404 before tools',
        '2.1.147  bad  tools lost',
        '2.1.146  good  works (ledger)',
        'note: the registry did not answer',
        '',
      ].join('\n'),
    );
  });

  it('shows nothing that a client could draw with', async () => {
    const { progress, written } = await progressOn();
    progress.verdict('2.1.147', 'skip', 'exited: \u001B[31mred\u001B[0m\nsecond\u0007 line', 'run');
    expect(written()).toBe('2.1.147  skip  exited: red second line\n');
  });
});

describe('progress at a terminal', () => {
  it('breaks what is too long for it between two words', async () => {
    const { progress, written } = await progressOn({ isTerminal: true });
    progress.verdict('2.1.147', 'bad', '404 after tools: re-initialized before it went on', 'run');
    progress.close();
    expect(written()).toContain('2.1.147 bad 404 after tools:\n  re-initialized before it went on\n');
  });

  it('redraws the releases in work, and keeps verdicts above them', async () => {
    const { progress, written } = await progressOn({ isTerminal: true });
    progress.stage('2.1.147', download(36_000_000));
    progress.verdict('2.1.146', 'good', 'works', 'run');
    expect(written()).toContain('2.1.146  good  works\n');
    expect(written()).toContain('2.1.147  downloading 36 MB of 72 MB');
    progress.verdict('2.1.147', 'bad', 'tools lost', 'run');
    progress.close();
    expect(written().lastIndexOf('2.1.147  bad')).toBeGreaterThan(written().lastIndexOf('downloading'));
  });

  it('forgets a release whose fetch was given up', async () => {
    const { progress, written } = await progressOn({ isTerminal: true });
    progress.stage('2.1.144', download(1));
    progress.drop('2.1.144');
    progress.note('go on');
    expect(written()).not.toContain('2.1.144');
    progress.close();
  });
});

describe('quiet progress', () => {
  it('is silent but for what the user must know', async () => {
    const { progress, written } = await progressOn({ quiet: true });
    progress.stage('2.1.147', download(0));
    progress.verdict('2.1.147', 'bad', 'tools lost', 'run');
    progress.note('not sealed off');
    progress.close();
    expect(written()).toBe('note: not sealed off\n');
  });
});
