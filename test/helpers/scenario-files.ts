/** What files of scenarios are made of in tests. */
import { templateFor } from '../../src/custom/template.js';

/** The template with something else in the place of its judge's first line. */
export const withJudge = (line: string) =>
  templateFor('mine').replace('const seen = read(record);', `${line}\nconst seen = read(record);`);

/** One that imports nothing. */
export const plain = `export default {
  id: 'mine', title: 'Mine', gateway: { tools: [{ name: 't', result: 'r' }] },
  arms: [{ id: 'control', control: true }, { id: 'other', gateway: { sessions: false } }],
  judge: () => ({ outcome: 'unclear', evidence: 'not looked at' }),
};`;
