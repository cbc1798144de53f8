/** The arguments that ask the same again, on any machine and on any day. */
import { DEFAULT_RULE } from '../search/question.js';
import { DEFAULT_TIMEOUT_MS } from '../settings.js';
import type { Answer } from '../search/answer.js';
import type { ScenarioFile } from '../scenarios/file.js';
import type { RunRequest } from './requests.js';

/**
 * Releases by the versions that tags and dates stood for; what is asked by default is spelt out only for client and
 * scenario.
 * @param file of the scenario: others have it here, where the report writes it
 * @returns the arguments after `mcp-bisect`
 */
export function reproduceArgs(request: RunRequest, { changes }: Answer, file?: ScenarioFile): string[] {
  const { client } = request;
  const scenario = file ? `./${file.name}` : request.scenario;
  return [
    'run',
    '--client',
    client,
    '--scenario',
    scenario,
    ...boundsOf(request, changes),
    ...others(request),
  ];
}

function boundsOf({ window, findFix }: RunRequest, changes: Answer['changes']): string[] {
  const [change] = changes;
  if (!change) return [];
  const { open, ends } = change;
  if (window) return ['--window', '--bad', ends.newer, ...(open ? [] : ['--good', ends.older])];
  if (findFix) return ['--find-fix', '--bad', ends.older, ...(open ? [] : ['--good', ends.newer])];
  return [...(open ? [] : ['--good', ends.older]), '--bad', ends.newer];
}

/** Options that change what is asked, where they are not the default. Those of this machine do not belong to it. */
function others(request: RunRequest): string[] {
  const {
    mode,
    oracle,
    arm,
    hang,
    platform,
    repeat,
    confirm,
    confidence,
    maxRounds,
    exclude,
    includePrereleases,
    registry,
  } = request;
  const seconds = request.timeoutMs / 1_000;
  return [
    ...given('--mode', mode, 'headless'),
    ...given('--oracle', oracle),
    ...arm.flatMap((id) => ['--arm', id]),
    ...given('--hang', hang),
    ...(request.sameFailure ? ['--same-failure'] : []),
    // What is read alone can be of a platform that is not the machine's.
    ...(request.static ? ['--static', ...given('--platform', platform)] : []),
    ...given('--repeat', repeat, DEFAULT_RULE.repeat),
    ...given('--confirm', confirm, DEFAULT_RULE.confirm),
    ...given('--confidence', confidence, DEFAULT_RULE.confidence),
    ...given('--max-rounds', maxRounds, DEFAULT_RULE.maxRounds),
    ...given('--timeout', seconds, DEFAULT_TIMEOUT_MS / 1_000),
    ...exclude.flatMap((version) => ['--exclude', version]),
    ...(request.requireProvenance ? ['--require-provenance'] : []),
    ...(includePrereleases ? ['--include-prereleases'] : []),
    ...given('--registry', registry),
  ];
}

const given = (name: string, value: number | string | undefined, usual?: number | string): string[] =>
  value === undefined || value === usual ? [] : [name, String(value)];
