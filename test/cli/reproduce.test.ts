import { describe, expect, it } from 'vitest';
import { dispatch } from '../../src/cli/options.js';
import { reproduceArgs } from '../../src/cli/reproduce.js';
import type { Handlers, RunRequest } from '../../src/cli/requests.js';
import type { Answer } from '../../src/search/answer.js';
import { asked, FIX, REGRESSION, window } from '../report/asked.js';

/** The request of a command line. */
async function requestOf(args: readonly string[]): Promise<RunRequest> {
  let request: RunRequest | undefined;
  const handlers = { run: async (made: RunRequest) => ((request = made), 0) } as unknown as Handlers;
  await dispatch(args, '1.2.3', handlers, () => {});
  if (!request) throw new Error('no request was made');
  return request;
}

const again = async (line: string, answer: Answer) =>
  reproduceArgs(await requestOf(line.split(' ')), answer).join(' ');

const SUBJECT = 'run --client claude-code --scenario get-stream-404';

describe('the line that reproduces a run', () => {
  it('names releases by their versions, whatever they were called', async () => {
    const answer = await asked(['good', 'good', 'bad'], REGRESSION);
    expect(await again('run --good 2026-05-01 --bad latest', answer)).toBe(
      `${SUBJECT} --good 1.0.0 --bad 1.0.2`,
    );
  });

  it('asks for a fix the other way round', async () => {
    const answer = await asked(['bad', 'bad', 'good'], FIX);
    expect(await again('run --find-fix --bad a --good latest', answer)).toBe(
      `${SUBJECT} --find-fix --bad 1.0.0 --good 1.0.2`,
    );
  });

  it('leaves an end open that nobody named', async () => {
    const answer = await asked(['good', 'bad', 'good'], window('1.0.1'));
    expect(await again('run --window --bad 1.0.1', answer)).toBe(`${SUBJECT} --window --bad 1.0.1`);
  });

  it('names what is not the default, and nothing of this machine', async () => {
    const answer = await asked(['good', 'bad'], REGRESSION);
    const line =
      'run --good 1.0.0 --bad 1.0.1 --repeat 3 --mode interactive --jobs 2 --cache-dir /c --quiet --platform linux-x64';
    expect(await again(line, answer)).toBe(
      `${SUBJECT} --good 1.0.0 --bad 1.0.1 --mode interactive --repeat 3`,
    );
  });

  it.each([
    '--arm a --arm b',
    '--oracle check --arm a --hang bad --same-failure',
    '--oracle check --static --platform darwin-arm64',
  ])('keeps what is asked of arms and oracles: %s', async (options) => {
    const answer = await asked(['good', 'bad'], REGRESSION);
    expect(await again(`run --good 1.0.0 --bad 1.0.1 ${options}`, answer)).toBe(
      `${SUBJECT} --good 1.0.0 --bad 1.0.1 ${options}`,
    );
  });

  it('names a scenario’s file as the report writes it, wherever it lay', async () => {
    const answer = await asked(['good', 'bad'], REGRESSION);
    const request = await requestOf('run --bad 1.0.1 --scenario /elsewhere/own.mjs'.split(' '));
    const file = { name: 'own.mjs', text: '', imports: [] };
    expect(reproduceArgs(request, answer, file).slice(3, 5)).toEqual(['--scenario', './own.mjs']);
  });

  it('makes the same request again', async () => {
    const answer = await asked(['good', 'bad'], REGRESSION);
    const request = await requestOf(
      'run --good 1.0.0 --bad 1.0.1 --confirm 0 --max-rounds 9 --confidence 0.9 --timeout 2.5 --include-prereleases'.split(
        ' ',
      ),
    );
    expect(await requestOf(reproduceArgs(request, answer))).toEqual(request);
  });
});
