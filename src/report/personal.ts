/** Who ran a bisection and where, made unreadable in text of any origin. In linear time, like secrets.ts. Pure. */
import type { Identity } from '../kept-run.js';

/**
 * A function that takes names of user and host and the paths of homes and of the cache out of a text.
 * @param identity null: only what can be told by its form, the homes of whatever users
 * @param vocabulary words of the subject itself: a user of the name of the client or the server is not known by that
 */
export function withoutIdentity(
  identity: Identity | null,
  vocabulary: ReadonlySet<string> = new Set(),
): (text: string) => string {
  const replacements = [...pathsOf(identity), ...HOMES, ...namesOf(identity, vocabulary)];
  return (text) => replacements.reduce((kept, { pattern, by }) => kept.replaceAll(pattern, by), text);
}

interface Replacement {
  readonly pattern: RegExp;
  readonly by: (found: string, isProtected?: string) => string;
}

/** Homes of any user. `/probe/home` is none, and neither is what already stands in place of one. */
const HOMES: readonly Replacement[] = [
  { pattern: /(?<![\w.~\]-])\/(?:home|Users)\/[^/\\\s"'`<>|:;,()[\]{}*?~]+/g, by: () => '~' },
  {
    pattern: /(?<![A-Za-z0-9])[A-Za-z]:(?:\\{1,4}|\/)Users(?:\\{1,4}|\/)[^/\\\s"'`<>|:;,()[\]{}*?~]+/gi,
    by: () => '~',
  },
];

/** The cache first, which may lie in the home. */
function pathsOf(identity: Identity | null): Replacement[] {
  if (!identity) return [];
  return [...pathReplacements(identity.cacheDir, '[cache]'), ...pathReplacements(identity.home, '~')];
}

/** Folders that are nobody's. */
const COMMON = /^(?:|[/\\.]|[A-Za-z]:[/\\]?|\/(?:home|Users|tmp|var|usr|etc|opt|nonexistent|probe\/home))$/;

/** As it is, as JSON writes it, and with the other slashes. */
function pathReplacements(path: string, name: string): Replacement[] {
  const plain = path.replace(/[/\\]+$/, '');
  if (COMMON.test(plain)) return [];
  const forms = new Set([plain, plain.replaceAll('\\', '\\\\'), plain.replaceAll('\\', '/')]);
  return [...forms].map((form) => ({
    pattern: new RegExp(String.raw`(?<![\w.~\]-])${literal(form)}(?![\w-])`, 'g'),
    by: () => name,
  }));
}

/** Names that are given to machines and their users by the thousand; and those that stand in place of a name. */
const NOBODY = new Set(
  `root user users admin administrator node nodejs runner runneradmin ubuntu debian fedora alpine centos arch linux
   windows macos darwin localhost localdomain docker podman container ci build builder test tests tester testing guest
   vagrant ec2-user azureuser codespace codespaces vscode jenkins gitlab github actions travis circleci buildkite nobody
   www-data app apps web dev devel developer default home host key cache server client gateway model probe pi bot agent
   work workspace tmp temp npm good bad skip tool tools mcp`.split(/\s+/),
);

function namesOf(identity: Identity | null, vocabulary: ReadonlySet<string>): Replacement[] {
  if (!identity) return [];
  const { user, host } = identity;
  const identifies = (name: string) => {
    const word = name.toLowerCase();
    return name.length >= 3 && /\p{L}/u.test(name) && !NOBODY.has(word) && !vocabulary.has(word);
  };
  const [short = ''] = host.split('.');
  const hosts = [host, short]
    .filter((name) => identifies(name))
    .map((name) => wordReplacement(name, '[host]'));
  return [...hosts, ...(identifies(user) ? [wordReplacement(user, '[user]')] : [])];
}

/** Versions, digests and ids, in which a name is chance. */
const PROTECTED = [
  String.raw`sha\d{1,3}-[A-Za-z0-9+/=]+`,
  String.raw`(?<![\w.])v?\d{1,9}\.\d{1,9}\.\d{1,9}(?:[-+.][\w.+-]*)?`,
  '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}',
].join('|');

/** Whole words, in capitals or not. */
function wordReplacement(name: string, by: string): Replacement {
  return {
    pattern: new RegExp(
      String.raw`(${PROTECTED})|(?<![\p{L}\p{N}_])${literal(name)}(?![\p{L}\p{N}_])`,
      'giu',
    ),
    by: (_, isProtected) => isProtected ?? by,
  };
}

const literal = (text: string) => text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
