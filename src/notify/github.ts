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
  const words = {
    limited: [
      `GitHub's rate limit is used up: ${repository} was not told`,
      `try again after ${retryAt}`,
    ] as const,
    unclear: [
      `GitHub did not confirm that it was told to ${repository}: ${message}`,
      'try again: what arrived nevertheless is looked for first, and not told twice',
    ] as const,
    refused: wordsForRefusal(missed, repository),
  };
  const [said, hint] = words[kind];
  const facts = { repository, status, ...(kind === 'limited' && { retryAt }) };
  return notDelivered(said, { hint, facts, cause: new Error(message) });
}

function wordsForRefusal({ status, message }: Missed, repository: string): readonly [string, string] {
  switch (status) {
    case 401:
      return [
        `GitHub does not know the token for ${repository}`,
        'give one that is valid and has not expired',
      ];
    case 403:
      return [
        `GitHub does not let the token write to ${repository}: ${message}`,
        'the token needs the permission `issues: write` for this repository',
      ];
    case 404:
      return [
        `GitHub shows the token no repository ${repository}`,
        'check its name; the token needs the permission `issues: write` for it',
      ];
    case 410:
      return [`${repository} takes no issues`, 'enable issues in its settings, or name another repository'];
    default:
      return [
        `GitHub refuses what was to be told to ${repository} (${status}): ${message}`,
        'check the settings of the repository, the labels, and what the token is allowed to do',
      ];
  }
}
