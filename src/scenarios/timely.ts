/**
 * A failure that is nothing but haste: on a busy machine a client that waits for its servers for a time of its own may ask
 * the model before an answer that the plan itself kept back was due. That is no evidence, whatever a judge makes of it.
 */
import type { RequestEntry } from '../fixture/journal.js';
import { read, unclear } from './reading.js';
import type { ArmRecord, Finding, Scenario } from './scenario.js';

/** The scenario's finding, unless it is a failure that rests on a question which came too early to be answered for. */
export function timelyFinding(
  scenario: Pick<Scenario, 'judge' | 'aboutWaiting'>,
  record: ArmRecord,
): Finding {
  const finding = scenario.judge(record);
  const hasty = finding.outcome === 'fail' && !scenario.aboutWaiting ? hastyQuestion(record) : undefined;
  if (!hasty) return finding;
  // What had failed by then is not excused by it.
  const journal = record.journal.filter(({ seq }) => seq < hasty.question.seq);
  if (scenario.judge({ ...record, journal }).outcome === 'fail') return finding;
  const { rpc = 'a batch' } = hasty.awaited;
  return unclear(`asked the model without the tool before the answer to ${rpc} was due`);
}

/**
 * The last question to the model, if it did not offer the tool and an answer to a message of the client was still kept back,
 * and that message. A request that the client had closed itself was not waited for any more; a stream (GET) never is.
 */
function hastyQuestion(
  record: ArmRecord,
): { readonly question: RequestEntry; readonly awaited: RequestEntry } | undefined {
  const seen = read(record);
  const question = seen.questions.at(-1);
  if (!question || question !== seen.questionsWithoutTool.at(-1)) return undefined;
  const over = new Set(
    record.journal
      .filter(({ kind, seq }) => kind !== 'request' && seq < question.seq)
      .map(({ exchange }) => exchange),
  );
  const awaited = seen
    .requests({ fixture: 'gateway' })
    .find(
      ({ keptBack, method, exchange, seq }) =>
        keptBack && method !== 'GET' && seq < question.seq && !over.has(exchange),
    );
  return awaited && { question, awaited };
}
