/** Who ran a bisection and where, made unreadable in text of any origin. In linear time, like secrets.ts. Pure. */
import type { Identity } from '../machine.js';
import { NOBODY } from './nobody.js';
import { startAfterNone, WORD_START } from './word-start.js';

/** An identity with the places to which the paths in it lead, where links are in them. */
export type Whereabouts = Identity & {
  readonly realHome?: string | undefined;
  readonly realCacheDir?: string | undefined;
};

/**
 * A function that takes names of user and host and the paths of homes and of the cache out of a text.
 * @param identity null: only what can be told by its form, the homes of whatever users
 * @param vocabulary words of the subject itself: a user of the name of the client or the server is not known by that
 */
export function withoutIdentity(
  identity: Whereabouts | null,
  vocabulary: ReadonlySet<string> = new Set(),
): (text: string) => string {
  const replacements = [...pathsOf(identity), ...HOMES, ...namesOf(identity, vocabulary)];
  return (text) =>
    replacements.reduce(
      (kept, { hint, pattern, by }) => (hint.test(kept) ? kept.replaceAll(pattern, by) : kept),
      text,
    );
}

interface Replacement {
  /** Without which there is no match: found in a tenth of the time. */
  readonly hint: RegExp;
  readonly pattern: RegExp;
  readonly by: (found: string, isProtected?: string) => string;
}

/** A slash as it is, as JSON may write it, and encoded once or twice; and a slash of either kind. */
const SLASH = String.raw`(?:\\{0,8}/|%(?:25)?2[Ff])`;
const ANY_SLASH = String.raw`(?:\\{0,8}/|\\{1,8}|%(?:25)?(?:2[Ff]|5[Cc]))`;
/** An absolute path begins at its slash, and `/home` in `/probe/home` or behind `~` begins none. */
const PATH_START = startAfterNone(String.raw`[\w.~\]\\-]`);
/** The name of a folder, with encoded letters, up to an encoded sign that is none of a name. */
const FOLDER = String.raw`[^/\\\s"'\`<>|:;,()[\]{}*?~%]+(?:%(?!(?:25)?(?:2[0267Ff]|5[Cc]|3[A-Fa-f]|0[AaDd]))[^/\\\s"'\`<>|:;,()[\]{}*?~%]*){0,20}`;
/** Where homes lie that are not in the root: WSL, Cygwin, Git for Windows, Fedora Silverblue, NFS, FreeBSD, macOS. */
const ABOVE_HOMES = String.raw`(?:${SLASH}(?:mnt${SLASH}[a-z]|cygdrive${SLASH}[a-z]|[a-z](?=${SLASH}Users)|var|export|usr|private|System${SLASH}Volumes${SLASH}Data))`;

/** Homes of any user. `/probe/home` is none, and neither is what already stands in place of one. */
const HOMES: readonly Replacement[] = [
  {
    hint: /home|Users/,
    pattern: new RegExp(`${PATH_START}${ABOVE_HOMES}?${SLASH}(?:home|Users)${SLASH}${FOLDER}`, 'g'),
    by: () => '~',
  },
  {
    hint: /users/i,
    // A name with blanks ends at the next backslash: `C:\Users\Anna Bell\AppData`.
    pattern: new RegExp(
      `${WORD_START}[A-Za-z](?::|%3A)(${ANY_SLASH})Users\\1(?:(?<=\\\\)${FOLDER}(?: ${FOLDER}){1,3}(?=\\1)|${FOLDER})`,
      'gi',
    ),
    by: () => '~',
  },
];

/** The cache first, which may lie in the home. */
function pathsOf(identity: Whereabouts | null): Replacement[] {
  if (!identity) return [];
  const { cacheDir, realCacheDir = cacheDir, home, realHome = home } = identity;
  return [
    ...[...new Set([cacheDir, realCacheDir])].flatMap((path) => pathReplacements(path, '[cache]')),
    ...[...new Set([home, realHome])].flatMap((path) => pathReplacements(path, '~')),
  ];
}

/** Folders that are nobody's. */
const COMMON = /^(?:|[/\\.]|[A-Za-z]:[/\\]?|\/(?:home|Users|tmp|var|usr|etc|opt|nonexistent|probe\/home))$/;

/** With slashes of any kind; and as Claude Code names a folder after it: `-home-anna-bell-src`. */
function pathReplacements(path: string, name: string): Replacement[] {
  const plain = path.replace(/[/\\]+$/, '');
  if (COMMON.test(plain)) return [];
  const parts = plain.split(/[/\\]/);
  const forms = [String.raw`${parts.map(encodable).join(ANY_SLASH)}(?![\w-])`];
  if (parts.length > 2) forms.push(`${literal(dashed(plain))}(?![A-Za-z0-9])`);
  // Letters and digits are the same in every form.
  const [longest = ''] = (plain.match(/[A-Za-z0-9]+/g) ?? []).toSorted((a, b) => b.length - a.length);
  return forms.map((form) => ({
    hint: new RegExp(longest, 'i'),
    pattern: new RegExp(PATH_START + form, 'gi'),
    by: () => name,
  }));
}

const dashed = (text: string) => text.replaceAll(/[^A-Za-z0-9]/g, '-');

/** A part of a path as it is, or as a part of an address. */
function encodable(part: string): string {
  const encoded = encodeURIComponent(part.replaceAll(/\p{Cs}/gu, ''));
  return encoded === part ? literal(part) : `(?:${literal(part)}|${literal(encoded)})`;
}

function namesOf(identity: Identity | null, vocabulary: ReadonlySet<string>): Replacement[] {
  if (!identity) return [];
  const { user, host } = identity;
  const identifies = (name: string) => {
    const word = name.toLowerCase();
    return name.length >= 3 && /\p{L}/u.test(name) && !NOBODY.has(word) && !vocabulary.has(word);
  };
  const [short = ''] = host.split('.');
  const replacements = (names: readonly string[], by: string) =>
    [...new Set(names)].filter(identifies).map((name) => wordReplacement(name, by));
  return [...replacements([host, short], '[host]'), ...replacements([user, dashed(user)], '[user]')];
}

/** Digests and ids, in which a name is chance. */
const PROTECTED = [
  String.raw`sha(?:1|256|384|512)-[A-Za-z0-9+/=]{20}[A-Za-z0-9+/=]*`,
  '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}',
].join('|');

/** Whole words, in capitals or not. */
function wordReplacement(name: string, by: string): Replacement {
  const start = startAfterNone(String.raw`[\p{L}\p{N}_]`);
  return {
    hint: new RegExp(literal(name), 'iu'),
    pattern: new RegExp(String.raw`(${PROTECTED})|${start}${literal(name)}(?![\p{L}\p{N}_])`, 'giu'),
    by: (_, isProtected) => isProtected ?? by,
  };
}

const literal = (text: string) => text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
