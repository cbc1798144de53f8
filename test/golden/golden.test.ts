import { describe, expect, it } from 'vitest';
import { answerText } from '../../src/cli/answered.js';
import type { Console } from '../../src/cli/console.js';
import { textIn, reportFrom } from '../../src/cli/rendering.js';
import { claudeCode } from '../../src/clients/claude-code.js';
import { changeLinksOf } from '../../src/report/change-links.js';
import { evidenceOf } from '../../src/report/round-text.js';
import { isRegression } from '../../src/report/claims.js';
import { annotationOf } from '../../src/report/github.js';
import { answerDocument, tableDocument } from '../../src/report/json.js';
import { jsonText } from '../../src/report/text.js';
import {
  releasePageHtml,
  releasePageMarkdown,
  versionTableMarkdown,
  versionTablePage,
} from '../../src/report/nightly/pages.js';
import { reportOf } from '../../src/report/report.js';
import { sentenceOf } from '../../src/report/sentence.js';
import { titleOf } from '../../src/report/title.js';
import { warningsOf } from '../../src/report/prose.js';
import { keptRun } from '../helpers/kept-runs.js';
import { samplePage, sampleTable } from '../helpers/version-tables.js';
import { scanned } from '../report/asked.js';
import { ANSWERS } from './answers.js';
import { goldenRun, NAMES } from './runs.js';

/**
 * What people and programs get, as files in `expected/` that are read in reviews. `npx vitest run --config
 * test/vitest.config.ts test/golden -u` writes them anew.
 */

/** Without the style sheet, which is looked at in test/browser, and its digest. */
const plain = (text: string) =>
  text.replaceAll(/<style>.*?<\/style>/gsu, '<style></style>').replaceAll(/sha256-[\w+/]{43}=/gu, 'sha256-…');
/** Each has what the pages of the others have not. */
const AS_PAGE = ['boundary', 'window', 'noise', 'oracle', 'scenario-file', 'suspects'];
const kept = (file: string) => `expected/${file}`;

const NO_TERMINAL = { stdout: { isTTY: false }, stderr: { isTTY: false }, env: {} } as unknown as Console;
const PLAIN = { bold: String, green: String, red: String, yellow: String, dim: String } as never;

describe('a report says what it said', () => {
  it.each(NAMES)('of %s', async (name) => {
    const run = await goldenRun(name);
    const report = reportFrom(run, true);
    await expect(plain(await textIn('md', report, `${name}.md`))).toMatchFileSnapshot(kept(`${name}.md`));
    if (AS_PAGE.includes(name))
      await expect(plain(await textIn('html', report, `${name}.html`))).toMatchFileSnapshot(
        kept(`${name}.html`),
      );
    await expect(plain(await textIn('junit', report))).toMatchFileSnapshot(kept(`${name}.xml`));
    await expect(plain(await textIn('json', report))).toMatchFileSnapshot(kept(`${name}.json`));
    const facts = { ...run, scenario: run.scenario.id, arms: run.arms ?? null };
    const links = changeLinksOf(run.answer, claudeCode);
    const { table: _, ...document } = answerDocument(run.answer, facts, run.paths, links);
    const [[version, rounds] = ['', []]] = Object.entries(run.releases).toReversed();
    const shown = rounds.slice(-1).map((one) => evidenceOf({ version, ...one }, claudeCode, PLAIN, true));
    const printed = [
      answerText(run.answer, facts, links, NO_TERMINAL),
      ...shown,
      annotationOf(report),
      jsonText(document),
    ];
    await expect(plain(printed.join('\n\n'))).toMatchFileSnapshot(kept(`${name}.txt`));
  });

  it('of every kind of answer', async () => {
    const blocks: string[] = [];
    for (const [says, { releases, question, answer }] of ANSWERS) {
      const known = await answer();
      const report = reportOf({ ...keptRun(), answer: known, releases: {} }, claudeCode);
      const asked = `    ${question} of ${releases.map((one) => one.trim().slice(0, 20)).join(', ')}`;
      const said = [
        sentenceOf(known),
        titleOf(report),
        `worked before: ${isRegression(report)}`,
        ...warningsOf(report),
      ];
      blocks.push([`## ${says}`, asked, ...said].join('\n\n'));
    }
    await expect(blocks.join('\n\n')).toMatchFileSnapshot(kept('answers.md'));
  });

  it('of a scan', async () => {
    const answer = await scanned(['good', 'bad', 'other', 'missing', 'good bad good', 'good', 'bad']);
    const { scenario, arms = null, ...run } = keptRun();
    const facts = { ...run, scenario: scenario.id, arms };
    const links = changeLinksOf(answer, claudeCode);
    const printed = [
      answerText(answer, facts, links, NO_TERMINAL),
      jsonText(tableDocument(answer, facts, links)),
    ];
    await expect(plain(printed.join('\n\n'))).toMatchFileSnapshot(kept('scan.txt'));
  });
});

describe('the pages of a night say what they said', () => {
  it('of all releases', async () => {
    await expect(plain(versionTablePage(sampleTable))).toMatchFileSnapshot(kept('night.html'));
    await expect(plain(versionTableMarkdown(sampleTable))).toMatchFileSnapshot(kept('night.md'));
    await expect(plain(jsonText(sampleTable))).toMatchFileSnapshot(kept('night.json'));
  });

  it.each(['2.1.147', '2.1.149'])('of %s', async (version) => {
    const page = samplePage(version);
    const rounds = Object.fromEntries(Object.entries(page.rounds).slice(0, 2));
    await expect(plain(releasePageHtml({ ...page, rounds }))).toMatchFileSnapshot(
      kept(`night-${version}.html`),
    );
    await expect(plain(releasePageMarkdown({ ...page, rounds }))).toMatchFileSnapshot(
      kept(`night-${version}.md`),
    );
  });
});
