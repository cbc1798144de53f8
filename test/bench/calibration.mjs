// How often the search is right about clients that flap: the table of docs/noise.md, as Markdown.
//
//   npm run build && node test/bench/calibration.mjs [searches] [rule as JSON]
//
// Seeded: the same numbers every time. Ends with exit code 1 if more than 5 % of any row are wrong.
import { DEFAULT_RULE } from '../../dist/search/question.js';
import { nextStep } from '../../dist/search/search.js';
import { CLIENTS, measure } from '../search/simulation.mjs';

const times = Number(process.argv[2] ?? 1000);
const rule = { ...DEFAULT_RULE, ...JSON.parse(process.argv[3] ?? '{}') };
const SIZES = [2, 9, 40, 150];
const HEADINGS = {
  inside: 'The change is somewhere in the range, as was claimed',
  anywhere: 'The change is anywhere or nowhere: the claim may be false',
};
const MOST_WRONG = 0.05;

const percent = (share) => `${(100 * share).toFixed(1)} %`;
const columns = ['right', 'inconclusive', 'wrong', 'refused', 'missed'];
let worst = 0;

console.log(`${times} searches each; rule: ${JSON.stringify(rule)}\n`);
for (const [where, heading] of Object.entries(HEADINGS)) {
  console.log(`### ${heading}\n`);
  console.log(`| client | releases | ${columns.join(' | ')} | mean rounds |`);
  console.log(`|---|${'---:|'.repeat(columns.length + 2)}`);
  for (const client of Object.keys(CLIENTS))
    for (const count of SIZES) {
      const shares = measure(nextStep, { client, count, where, times, seed: 1, rule });
      worst = Math.max(worst, shares.wrong);
      const cells = columns.map((column) => percent(shares[column]));
      console.log(`| ${client} | ${count} | ${cells.join(' | ')} | ${shares.rounds.toFixed(1)} |`);
    }
  console.log();
}
if (worst > MOST_WRONG) console.error(`missed: ${percent(worst)} of one row are wrong`);
process.exitCode = worst > MOST_WRONG ? 1 : 0;
