/** Tells changes in the issues of a repository on GitHub, through its REST API. */
import type { BisectError } from '../errors.js';
import { connect } from './github/client.js';
import { tell } from './github/errand.js';
import { issuesOf } from './github/issues.js';
import { notDelivered, type Channel } from './message.js';
import { patiently, type Missed, type PatienceSettings } from './patience.js';

export interface GithubSettings extends PatienceSettings {
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
  readonly paced?: boolean | undefined;
}

export function githubChannel(settings: GithubSettings): Channel {
  const { repository, labels = [], closeFixed = false, paced = true } = settings;
  const { apiUrl = 'https://api.github.com', userAgent = 'mcp-bisect' } = settings;
  const access = { token: settings.token.trim(), apiUrl, userAgent, paced };
  return {
    key: `github:${repository}`,
    name: `GitHub ${repository}`,
    deliver: (message, thread, signal) =>
      patiently(
        settings,
        signal,
        (patience) => {
          const issues = issuesOf(repository, connect(access, patience), patience);
          return tell({ issues, patience, message, thread, labels, closeFixed });
        },
        (missed) => asNotDelivered(missed, repository),
      ),
  };
}

/** The failure for the user: what it was about, and the way out. */
function asNotDelivered(missed: Missed, repository: string): BisectError {
  const { kind, status, message, retryAfterMs } = missed;
  const retryAt = new Date(Date.now() + retryAfterMs).toISOString();
  const [said, hint] = wordsFor(missed, repository, retryAt);
  const facts = { repository, status, ...(kind === 'limited' && { retryAt }) };
  return notDelivered(said, { hint, facts, cause: new Error(message) });
}

function wordsFor({ kind, status, message }: Missed, to: string, retryAt: string): readonly [string, string] {
  if (kind === 'limited')
    return [`GitHub's rate limit is used up: ${to} was not told`, `try again after ${retryAt}`];
  if (kind === 'unclear')
    return [
      `GitHub did not confirm that it was told to ${to}: ${message}`,
      'try again: what arrived nevertheless is looked for first, and not told twice',
    ];
  const needed = 'the token needs the permission `issues: write` for this repository';
  const refusals: Readonly<Record<number, readonly [string, string]>> = {
    401: [`GitHub does not know the token for ${to}`, 'give one that is valid and has not expired'],
    403: [`GitHub does not let the token write to ${to}: ${message}`, needed],
    404: [`GitHub shows the token no repository ${to}`, `check its name; ${needed}`],
    410: [`${to} takes no issues`, 'enable issues in its settings, or name another repository'],
  };
  return (
    refusals[status] ?? [
      `GitHub refuses what was to be told to ${to} (${status}): ${message}`,
      'check the settings of the repository, the labels, and what the token is allowed to do',
    ]
  );
}
