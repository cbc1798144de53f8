import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Mode } from '../../src/settings.js';
import { loadScenario } from '../../src/custom/module.js';
import type { Arm } from '../../src/scenarios/scenario.js';
import { templateFor } from '../../src/custom/template.js';
import { journalOf } from '../helpers/observations.js';
import { useFolder } from '../helpers/user-folder.js';

const user = useFolder();
const write = (name: string, text: string) => user.write(name, text);

/** What its judge says of a journal under its last arm. */
async function judgedBy(name: string, shorthand: string, mode: Mode = 'headless') {
  const scenario = await loadScenario(name, user.path);
  const journal = journalOf(shorthand);
  const record = { arm: scenario.arms.at(-1) as Arm, journal, modelToolName: 'lookup_ticket', mode };
  return { ...scenario.judge(record), watchMs: scenario.settled(record) };
}

describe('the example of the guide', () => {
  const EXPIRES = 'I N@1 L@1 model(lookup_ticket) C@1:404';
  const OPEN = 'TICKET-4711_is_open';
  const ERROR = `${EXPIRES} model(lookup_ticket)=error`;

  it.each([
    [
      'blames a client that never opens another session',
      'fail',
      `${ERROR} C@1:404 model(lookup_ticket)=error+error`,
    ],
    [
      'passes one that does for the next call',
      'pass',
      `${ERROR} I N@2 C@2 model(lookup_ticket)=error+${OPEN}`,
    ],
    [
      'passes one that does at once',
      'pass',
      `${EXPIRES} I N@2 C@2 model(lookup_ticket)=${OPEN} C@2 model(lookup_ticket)=${OPEN}+${OPEN}`,
    ],
    ['says nothing of one that has not made its second call', 'unclear', ERROR],
    [
      'says nothing of one that fails in a new session',
      'unclear',
      `${ERROR} I N@2 C@2:500 model(lookup_ticket)=error+error`,
    ],
  ])('%s', async (_, outcome, shorthand) => {
    const guide = readFileSync(fileURLToPath(new URL('../../docs/scenarios.md', import.meta.url)), 'utf8');
    write('session-404.mjs', /```js\n(import .*?)```/s.exec(guide)?.[1] ?? '');
    const judged = await judgedBy('session-404.mjs', shorthand);
    expect(judged.outcome).toBe(outcome);
    expect(judged.watchMs).toBe(shorthand === ERROR ? undefined : 4000);
  });
});

describe('the file to start from', () => {
  const CALLED = 'C model(lookup_ticket)=TICKET-4711_is_open';

  it.each([
    ['passes a client that opens no stream', 'pass', `I N L model(lookup_ticket)> model~ ${CALLED}`],
    ['passes one whose stream is refused', 'pass', `I N GET> L GET:404< model(lookup_ticket) ${CALLED}`],
    ['blames one that initializes again', 'fail', `I N GET> L GET:404< I model(lookup_ticket) ${CALLED}`],
    [
      'says nothing where the order was lost',
      'unclear',
      `I N L model(lookup_ticket)> model~ GET:404 ${CALLED}`,
    ],
  ])('%s', async (_, outcome, shorthand) => {
    write('mine.mjs', templateFor('mine'));
    expect((await judgedBy('mine.mjs', shorthand)).outcome).toBe(outcome);
  });
});
