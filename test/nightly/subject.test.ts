import { describe, expect, it } from 'vitest';
import { claudeCode } from '../../src/clients/claude-code.js';
import { subjectsOf } from '../../src/nightly/subject.js';
import { get405 } from '../../src/scenarios/get-405.js';
import { getStream404 } from '../../src/scenarios/get-stream-404.js';

const NAMED = [
  { name: 'get-stream-404', scenario: getStream404 },
  { name: './mine.mjs', scenario: get405 },
];

describe('the subjects of a client', () => {
  const subjects = subjectsOf(claudeCode, NAMED, ['headless', 'interactive'], 'linux-x64');

  it('are every scenario in every mode, on the platform', () => {
    expect(subjects.map(({ key }) => key)).toEqual([
      'claude-code get-stream-404 linux-x64 headless',
      'claude-code get-stream-404 linux-x64 interactive',
      'claude-code get-405 linux-x64 headless',
      'claude-code get-405 linux-x64 interactive',
    ]);
  });

  it('each have a column of their own, whose key is fit for a file and an anchor', () => {
    const keys = subjects.map(({ column }) => column.key);
    expect(keys).toEqual(['get-stream-404', 'get-stream-404-interactive', 'get-405', 'get-405-interactive']);
  });

  it('have columns that say what they are about', () => {
    const { title, issue } = getStream404;
    expect(subjects[1]?.column).toMatchObject({
      scenario: 'get-stream-404',
      title,
      issue,
      mode: 'interactive',
    });
  });

  it('remember how a scenario was named, to be asked about again in the same words', () => {
    expect(subjects.map(({ scenarioName }) => scenarioName)).toEqual([
      'get-stream-404',
      'get-stream-404',
      './mine.mjs',
      './mine.mjs',
    ]);
  });
});
