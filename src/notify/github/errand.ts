/**
 * What is done on GitHub for one message: a regression becomes an issue, or a comment of the open one of its subject; a fix
 * and a correction become a comment where their regression was told.
 */
import type { Message, Thread } from '../message.js';
import { GithubFailure } from './failure.js';
import type { Issue, Repository } from './repository.js';

/** One message on its way. */
export interface Errand {
  readonly repository: Repository;
  readonly message: Message;
  readonly thread: Thread;
  readonly labels: readonly string[];
  readonly closeFixed: boolean;
  /** What to do after an attempt without an answer, `failed` being how many there were. @throws when it is enough */
  readonly pause: (failed: number) => Promise<void>;
  readonly attempts: number;
}

/**
 * Tells the message of `errand`, exactly once: every text carries the mark of its message, and where an earlier attempt may
 * have written it, the mark is looked for before anything is written.
 * @returns the number of the issue in which it can be read; null where there is no place for it: nothing was told before, or
 *   what was is deleted, or locked for us
 * @throws GithubFailure; the reason of the signal
 */
export function tell(errand: Errand): Promise<string | null> {
  return errand.message.kind === 'regression' ? report(errand) : followUp(errand);
}

async function report(errand: Errand): Promise<string> {
  const { repository, thread, message } = errand;
  const newest = await issueAt(errand, thread.newest);
  if (thread.attempt > 1) {
    if (newest && (await repository.hasComment(newest.number, message))) return String(newest.number);
    const made = await repository.findIssue(message);
    if (made !== null) return String(made);
  }
  if (newest?.open && (await isCommentTaken(errand, newest))) return String(newest.number);
  return String(await createIssue(errand));
}

/** A locked issue of others is silence that somebody asked for: nothing is said there, nor elsewhere. */
async function followUp(errand: Errand): Promise<string | null> {
  const { repository, thread, message } = errand;
  const issue = await issueAt(errand, thread.about);
  if (!issue) return null;
  const isTold = thread.attempt > 1 && (await repository.hasComment(issue.number, message));
  if (!isTold && !(await isFollowUpTaken(errand, issue))) return null;
  if (message.kind === 'fix' && errand.closeFixed && issue.open) await close(errand, issue);
  return String(issue.number);
}

/** Where an earlier message was told. Null if nowhere, or it was deleted since. */
async function issueAt({ repository }: Errand, place: string | null): Promise<Issue | null> {
  return place !== null && /^\d+$/.test(place) ? repository.issue(Number(place)) : null;
}

/** False if the issue takes no comment (locked, too many, moved out of reach): then there will be a new one. */
async function isCommentTaken(errand: Errand, issue: Issue): Promise<boolean> {
  try {
    await comment(errand, issue);
    return true;
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return false;
  }
}

/** False if the issue is locked for us. @throws any other refusal */
async function isFollowUpTaken(errand: Errand, issue: Issue): Promise<boolean> {
  try {
    await comment(errand, issue);
    return true;
  } catch (error) {
    if (!issue.locked || !isRefusal(error)) throw error;
    return false;
  }
}

async function comment(errand: Errand, { number }: Issue): Promise<void> {
  const { repository, message } = errand;
  await once(
    errand,
    () => repository.comment(number, message),
    async () => ((await repository.hasComment(number, message)) ? undefined : null),
  );
}

/** A label that GitHub refuses must not cost the issue. */
async function createIssue(errand: Errand): Promise<number> {
  const { repository, message, labels } = errand;
  const create = (given: readonly string[]) =>
    once(
      errand,
      () => repository.create(message, given),
      () => repository.findIssue(message),
    );
  try {
    return await create(labels);
  } catch (error) {
    if (labels.length === 0 || !isRefusal(error) || error.status !== 422) throw error;
    return create([]);
  }
}

/** The fix is told by now: that the token may not close the issue is no reason to tell it again. */
async function close({ repository }: Errand, { number }: Issue): Promise<void> {
  try {
    await repository.close(number);
  } catch (error) {
    if (!isRefusal(error)) throw error;
  }
}

/** Writes; where it is unclear whether that was done, looks for it (`find`: null if it is not there) before writing again. */
async function once<T>(errand: Errand, write: () => Promise<T>, find: () => Promise<T | null>): Promise<T> {
  for (let failed = 1; ; failed += 1)
    try {
      return await write();
    } catch (error) {
      if (!(error instanceof GithubFailure) || error.kind !== 'unclear') throw error;
      await errand.pause(failed);
      const found = await find();
      if (found !== null) return found;
      if (failed >= errand.attempts) throw error;
    }
}

function isRefusal(error: unknown): error is GithubFailure {
  return error instanceof GithubFailure && error.kind === 'refused';
}
