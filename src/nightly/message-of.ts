/** What is told about a change: a title, the report, and the same for machines. Pure. */
import type { Message } from '../notify/message.js';
import type { PublicationTime } from '../registry/releases.js';
import { markdownOf } from '../report/issue.js';
import type { Report } from '../report/report.js';
import { sentenceOf } from '../report/sentence.js';
import { titleOf } from '../report/title.js';
import { termed } from '../scenarios/terms.js';
import type { News } from './news.js';
import type { Subject } from './subject.js';

/** GitHub takes 65,536 characters; what a channel adds has room beside it. */
const MAX_CHARS = 65_000;

/**
 * @param report redacted
 * @param published when the first release that is different was
 */
export function messageOf(
  { id, kind, about, change }: News,
  subject: Subject,
  report: Report,
  { publishedAt, timeDoubtful }: PublicationTime,
): Message {
  const { before, after, suspects, direction } = change;
  const preface = termed(PREFACES[kind], subject.scenario.terms);
  const text = markdownOf(report, { maxChars: MAX_CHARS - preface.length });
  const { client, scenario, platform, mode } = subject;
  const title = `${kind === 'correction' ? 'Correction: ' : ''}${titleOf(report)}`;
  return {
    id,
    kind,
    subject: subject.key,
    about,
    title,
    text: `${preface}${text}`,
    document: {
      schema: 1,
      id,
      kind,
      direction,
      about,
      client: client.id,
      package: client.package,
      scenario: scenario.id,
      scenarioTitle: scenario.title,
      platform,
      mode,
      before,
      after,
      publishedAt,
      timeDoubtful,
      suspects,
      title,
      sentence: sentenceOf(report.run.answer, report.claims),
      run: report.run.id,
      report: text,
    },
  };
}

const PREFACES: Readonly<Record<News['kind'], string>> = {
  regression: '',
  fix: 'The nightly job finds this fixed.\n\n',
  correction: 'What was reported here began in another release than was known then.\n\n',
};
