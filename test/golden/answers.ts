/** Every kind of answer, by what its sentence has to say: the scripts of the releases, and what is asked of them. */
import type { Bounds } from '../../src/session/range.js';
import { asked, FIX, known, REGRESSION, scanned, window } from '../report/asked.js';
import type { Script } from '../helpers/scripted.js';

const OPEN: Bounds = { wanted: 'regression', bad: 'latest' };
const OPEN_FIX: Bounds = { wanted: 'fix', bad: '1.0.0' };
const COINS = Array<Script>(5).fill('good bad '.repeat(30));
const WINDOW = ['good', 'good', 'bad', 'bad', 'bad', 'good', 'good'];
const NOISE = { confirm: 2, maxRounds: 40 };

/** What it says, what is asked, and the releases from 1.0.0 on. */
export const ANSWERS: readonly (readonly [string, ReturnType<typeof of>])[] = [
  ['the first broken release with its date, and the last good one', of(['good', 'good', 'good', 'bad'])],
  ['turned round for a fix', of(['bad', 'good'], FIX)],
  ['how sure it is', of(['good', 'good', 'good bad good', 'bad', 'bad', 'bad'], REGRESSION, NOISE)],
  ['all four releases of a window', of(WINDOW, window('1.0.3'))],
  ['of a window how sure it is', of(WINDOW.with(5, 'good bad good'), window('1.0.3'), NOISE)],
  ['since when, and that it is not fixed', of(['good', 'bad', 'bad'], window('1.0.1'))],
  ['that no earlier release works', of(['bad', 'bad', 'good'], window('1.0.1'))],
  ['that there is nothing before it', of(['bad', 'good'], window('1.0.0'))],
  ['once that the release of a window is not bad', of(WINDOW, window('1.0.5'))],
  ['once that it is not, beside a good one', of(WINDOW, window('1.0.5', '1.0.0'))],
  [
    'one end that is not as claimed, and the fix',
    of(['bad', 'bad', 'bad', 'good'], window('1.0.1', '1.0.0')),
  ],
  ['once that the release of a window cannot be tested', of(['good', 'skip', 'good'], window('1.0.1'))],
  ['the ways to a release that shows the failure', of(['good', 'good', 'good'])],
  ['what earlier runs found between the ends', of(['good', 'bad|', 'bad|', 'good'])],
  ['what to name where a fix is not there', of(['bad', 'bad'], FIX)],
  ['what to name where nothing was broken', of(['good', 'good'], FIX)],
  ['that the ends are the other way round', of(['bad', 'good'])],
  ['that the ends of a fix are the other way round', of(['good', 'bad'], FIX)],
  ['that it is not fixed', of(['bad', 'bad'], OPEN_FIX)],
  ['every suspect, and why each is one', of(['good', 'skip', 'skip', 'other', 'bad'])],
  ['the end that cannot be tested', of(['good', 'good', 'skip'])],
  ['that the good end fails in another way', of(['other', 'good', 'bad'])],
  ['that runs disagree, and no last good release', of(COINS, REGRESSION, NOISE)],
  ['more than one change', of(['good', 'bad|', 'good', 'bad', 'bad'])],
  ['what could not be tested before the last broken one', of(['skip', 'skip', 'bad', 'bad'], OPEN)],
  ['what could not be tested after it', of(['bad', 'bad', 'skip'], OPEN_FIX)],
  ['what failed in another way after it', of(['bad', 'bad', 'other'], OPEN_FIX)],
  ['what is not available after it', of(['bad', 'bad', 'missing'], OPEN_FIX)],
  ['what earlier runs know to work', of(['bad', 'bad', 'bad', 'good|', 'bad', 'bad', 'bad'], OPEN)],
  ['how sure it is that none works', of(['bad', 'bad', 'good bad', 'bad'], OPEN, NOISE)],
  ['that the latest release is good', of(['good', 'good'], { wanted: 'regression' })],
  ['that it is, beside a good one', of(['good', 'good'], { wanted: 'regression', good: '1.0.0' })],
  ['that the good one is bad', of(['bad', 'bad'], { wanted: 'regression', good: '1.0.0' })],
  ['that the latest was named', of(['good', 'good'], window('latest'))],
  ['how sure it is that ends agree', of(['good', 'good', 'bad good'], REGRESSION, NOISE)],
  ['what is not available between the two', of(['good', 'missing', 'missing', 'bad'])],
  ['what is not available before a fix', of(['bad', 'missing', 'good'], FIX)],
  ['of a window each gap by its ends', of(['good', 'missing', 'bad', 'missing', 'good'], window('1.0.2'))],
  ['a gap beside suspects', of(['good', 'skip', 'missing', 'bad'])],
  ['nothing of a gap before the last good one', of(['good', 'missing', 'good', 'bad'])],
  ['nothing of a gap after the first broken one', of(['good', 'bad', 'missing', 'bad'])],
  [
    'of how many it is known that they do not work',
    of(['bad', 'bad', 'good', ...Array<Script>(9).fill('bad')], OPEN),
  ],
  ['that all of them were tested', of(['bad', 'bad'], OPEN)],
  [
    'not that it was broken all the time',
    of(['bad', 'bad', 'bad', 'good', ...Array<Script>(6).fill('bad')], OPEN_FIX),
  ],
  ['every change of a scan', scan(WINDOW)],
  ['a gap of a scan', scan(['good', 'missing', 'bad'])],
  ['that every release of a scan works', scan(['good', 'skip', 'good'])],
  ['that every release of a scan is broken', scan(['bad', 'bad'])],
  ['that nothing is known', scan(['skip', 'skip'])],
  ['what came out both ways', scan(['good', 'good bad', 'bad'], 2)],
  ['neighbours that fail in different ways', scan(['good', 'bad', 'other'])],
  ['what nobody has tested', table(['good good|', 'good', 'good', 'bad bad|'])],
  ['which side has one verdict only', table(['good good|', 'bad|'])],
];

function of(releases: readonly Script[], bounds = REGRESSION, rule: Parameters<typeof asked>[2] = {}) {
  const { wanted, good, bad } = bounds;
  const named = [good && `good ${good}`, bad && `bad ${bad}`].filter(Boolean).join(', ');
  return { releases, question: `${wanted}: ${named}`, answer: () => asked(releases, bounds, rule) };
}

function scan(releases: readonly Script[], repeat = 1) {
  return { releases, question: 'scan', answer: () => scanned(releases, { repeat, confirm: 1 }) };
}

function table(releases: readonly Script[]) {
  return { releases, question: 'table', answer: () => known(releases) };
}
