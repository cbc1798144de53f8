/** Answers to questions about releases that behave by their scripts, as the command line gets them. */
import { askRange } from '../../src/session/bisect.js';
import type { Bounds } from '../../src/session/range.js';
import type { Rule } from '../../src/search/question.js';
import type { Answer } from '../../src/search/answer.js';
import { sentenceOf } from '../../src/report/sentence.js';
import { askTable } from '../../src/session/scan.js';
import { never, ONCE, sessionOf, type Script } from '../helpers/scripted.js';

export const REGRESSION: Bounds = { wanted: 'regression', good: '1.0.0', bad: 'latest' };
export const FIX: Bounds = { wanted: 'fix', bad: '1.0.0', good: 'latest' };
export const window = (bad: string, good?: string): Bounds => ({ wanted: 'window', bad, good });

/** What `run` answers. */
export async function asked(
  scripts: readonly Script[],
  bounds: Bounds = REGRESSION,
  rule: Partial<Rule> = {},
): Promise<Answer> {
  const { session } = sessionOf(scripts);
  const question = { ...bounds, rule: { ...ONCE, ...rule }, fresh: false };
  return (await askRange(session, question, {}, never)).answer;
}

/** What `table --scan` answers, of all releases. */
export async function scanned(scripts: readonly Script[], rule: Partial<Rule> = {}): Promise<Answer> {
  const { session } = sessionOf(scripts);
  const question = { from: '1.0.0', scan: true, fresh: false, rule: { ...ONCE, ...rule } };
  return (await askTable(session, question, 1, {}, never)).answer;
}

/** What `table` answers without running anything. */
export async function known(scripts: readonly Script[]): Promise<Answer> {
  const { session } = sessionOf(scripts);
  return (await askTable(session, { scan: false, fresh: false, rule: ONCE }, 1, {}, never)).answer;
}

export const said = async (answer: Promise<Answer>) => sentenceOf(await answer);

export const labels = ({ rows }: Answer) => rows.map(({ label }) => label);
