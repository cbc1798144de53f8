/**
 * What is done on GitHub for one message: a regression becomes an issue, or a comment of the open one of its subject; a fix
 * and a correction become a comment where their regression was told.
 */
import type { Message, Thread } from '../message.js';
import { Missed, type PatientDelivery } from '../patience.js';
import type { Issue, Issues } from './issues.js';

/** One message on its way. */
export interface Errand {
  readonly issues: Issues;
  readonly patience: PatientDelivery;
  readonly message: Message;
  readonly thread: Thread;
  readonly labels: readonly string[];
  readonly closeFixed: boolean;
}

/**
 * Tells the message of `errand`, exactly once: every text carries the mark of its message, and where an earlier attempt may
 * have written it, the mark is looked for before anything is written.
 * @returns the number of the issue in which it can be read; null where there is no place for it: nothing was told before, or
 *   what was is deleted, or locked for us
 * @throws Missed; the reason of the signal
 */
export async function tell(errand: Errand): Promise<string | null> {
  const number = await (errand.message.kind === 'regression' ? report(errand) : followUp(errand));
  return number === null ? null : String(number);
}

async function report(errand: Errand): Promise<number> {
  const { issues, thread, message } = errand;
  const newest = await issueAt(errand, thread.newest);
  if (thread.attempt > 1) {
    if (newest && (await issues.hasComment(newest.number, message))) return newest.number;
    const made = await issues.find(message);
    if (made !== null) return made;
  }
  // Where the issue takes no comment (locked, too many, moved out of reach) there will be a new one.
  if (newest?.open && (await unlessRefused(comment(errand, newest), () => true))) return newest.number;
  return createIssue(errand);
}

/** A locked issue of others is silence that somebody asked for: nothing is said there, nor elsewhere. */
async function followUp(errand: Errand): Promise<number | null> {
  const { issues, thread, message, closeFixed } = errand;
  const issue = await issueAt(errand, thread.about);
  if (!issue) return null;
  const { number, open, locked } = issue;
  const isTold = thread.attempt > 1 && (await issues.hasComment(number, message));
  if (!isTold && !(await unlessRefused(comment(errand, issue), () => locked))) return null;
  // The fix is told by now: that the token may not close the issue is no reason to tell it again.
  if (message.kind === 'fix' && closeFixed && open) await unlessRefused(issues.close(number), () => true);
  return number;
}

/** Where an earlier message was told. Null if nowhere, or it was deleted since. */
async function issueAt({ issues }: Errand, place: string | null): Promise<Issue | null> {
  return place !== null && /^\d+$/.test(place) ? issues.issue(Number(place)) : null;
}

async function comment({ issues, patience, message }: Errand, { number }: Issue): Promise<void> {
  const isThere = async () => (await issues.hasComment(number, message)) || null;
  await patience.until(async () => {
    await issues.comment(number, message);
    return true;
  }, isThere);
}

/** A label that GitHub refuses must not cost the issue. */
async function createIssue({ issues, patience, message, labels }: Errand): Promise<number> {
  const create = (given: readonly string[]) =>
    patience.until(
      () => issues.create(message, given),
      () => issues.find(message),
    );
  try {
    return await create(labels);
  } catch (error) {
    if (labels.length === 0 || !isRefusal(error) || error.status !== 422) throw error;
    return create([]);
  }
}

/** False if it was refused in a way that is expected. @throws any other failure */
async function unlessRefused(
  doing: Promise<void>,
  isExpected: (refusal: Missed) => boolean,
): Promise<boolean> {
  try {
    await doing;
    return true;
  } catch (error) {
    if (!isRefusal(error) || !isExpected(error)) throw error;
    return false;
  }
}

const isRefusal = (error: unknown): error is Missed => error instanceof Missed && error.kind === 'refused';
