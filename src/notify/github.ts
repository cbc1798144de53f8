/** Tells changes in the issues of a repository on GitHub, through its REST API. */
import { BisectError } from '../errors.js';
import { connect } from './github/client.js';
import { tell, type Errand } from './github/errand.js';
import { asNotDelivered, GithubFailure } from './github/failure.js';
import { Repository } from './github/repository.js';
import { githubKey } from './keys.js';
import type { Channel, Message, Thread } from './message.js';
import { TimeLimit, wait, within, type Wait } from './patience.js';

export interface GithubPatience {
  /** For one request with its answer. GitHub gives up after 10 s: what timed out here is not under way there any more. */
  readonly requestMs: number;
  /** How often one request is made that gets no answer. */
  readonly attempts: number;
  /** Before the second time; longer before each further one. */
  readonly pauseMs: number;
  /** For all waiting until rate limits are over. */
  readonly limitMs: number;
  /** For everything. */
  readonly totalMs: number;
  /** Keep the pace that GitHub asks for: a second between writes, three where people are notified. */
  readonly paced: boolean;
}

const PATIENCE: GithubPatience = {
  requestMs: 15_000,
  attempts: 3,
  pauseMs: 1000,
  limitMs: 60_000,
  totalMs: 120_000,
  paced: true,
};

export interface GithubSettings {
  /** `owner/name`. */
  readonly repository: string;
  readonly token: string;
  /** Of a GitHub Enterprise Server: `https://host/api/v3`. */
  readonly apiUrl?: string | undefined;
  /** For new issues. Those that GitHub refuses are left out. */
  readonly labels?: readonly string[] | undefined;
  /** Close the issue of a regression that is fixed. */
  readonly closeFixed?: boolean | undefined;
  readonly userAgent?: string | undefined;
  readonly patience?: Partial<GithubPatience> | undefined;
  readonly wait?: Wait | undefined;
}

/** @throws BisectError `BAD_OPTION` if `repository` is not `owner/name`, or `apiUrl` not an address */
export function githubChannel(settings: GithubSettings): Channel {
  const { repository } = settings;
  assertSettings(settings);
  return {
    key: githubKey(repository),
    name: `GitHub ${repository}`,
    async deliver(message, thread, signal) {
      const { totalMs } = { ...PATIENCE, ...settings.patience };
      try {
        return await within(totalMs, signal, (limited) => tell(errandOf(settings, message, thread, limited)));
      } catch (error) {
        signal.throwIfAborted();
        const failure = error instanceof TimeLimit ? new GithubFailure('unclear', 0, error.message) : error;
        throw failure instanceof GithubFailure ? asNotDelivered(failure, repository) : failure;
      }
    },
  };
}

function assertSettings({ repository, apiUrl }: GithubSettings): void {
  if (!/^[\w.-]+\/[\w.-]+$/.test(repository))
    throw new BisectError('BAD_OPTION', `not a repository on GitHub: ${repository}`, {
      hint: 'name it as owner/name',
      facts: { repository },
    });
  if (apiUrl !== undefined && !/^https?:\/\//.test(apiUrl))
    throw new BisectError('BAD_OPTION', 'the address of the GitHub API is not an http(s) URL', {
      hint: 'it ends with /api/v3 on a GitHub Enterprise Server',
    });
}

function errandOf(settings: GithubSettings, message: Message, thread: Thread, signal: AbortSignal): Errand {
  const patience = { ...PATIENCE, ...settings.patience };
  const token = settings.token.trim();
  const { apiUrl = 'https://api.github.com', userAgent = 'mcp-bisect', wait: rest = wait } = settings;
  const request = connect({ ...patience, token, apiUrl, userAgent }, signal);
  const access = { ...patience, request, repository: settings.repository, wait: rest, signal };
  return {
    repository: new Repository(access),
    message,
    thread,
    labels: settings.labels ?? [],
    closeFixed: settings.closeFixed ?? false,
    attempts: patience.attempts,
    pause: (failed) => rest(patience.pauseMs * 2 ** (failed - 1), signal),
  };
}
