/** Who ran a bisection and where, made unreadable in text of any origin. Pure. */
import type { Identity } from '../../machine.js';
import { encodedMasks, spelt } from './known.js';
import { literal, maskOf, startAfterNone, WORD_START, type Mask } from './mask.js';

/** An identity with the places to which the paths in it lead, where links are in them. */
export type Whereabouts = Identity & {
  readonly realHome?: string | undefined;
  readonly realCacheDir?: string | undefined;
};

/**
 * Masks for names of user and host and the paths of homes and of the cache.
 * @param identity null: only what can be told by its form, the homes of whatever users
 * @param vocabulary words of the subject itself: a user of the name of the client or the server is not known by that
 */
export const identityMasks = (
  identity: Whereabouts | null,
  vocabulary: ReadonlySet<string> = new Set(),
): readonly Mask[] => [...pathsOf(identity), ...HOMES, ...namesOf(identity, vocabulary)];

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
const HOMES: readonly Mask[] = [
  maskOf(
    new RegExp(`${PATH_START}${ABOVE_HOMES}?${SLASH}(?:home|Users)${SLASH}${FOLDER}`, 'g'),
    () => '~',
    /home|Users/,
  ),
  // A name with blanks ends at the next backslash: `C:\Users\Anna Bell\AppData`.
  maskOf(
    new RegExp(
      `${WORD_START}[A-Za-z](?::|%3A)(${ANY_SLASH})Users\\1(?:(?<=\\\\)${FOLDER}(?: ${FOLDER}){1,3}(?=\\1)|${FOLDER})`,
      'gi',
    ),
    () => '~',
    /users/i,
  ),
];

/** The cache first, which may lie in the home. */
function pathsOf(identity: Whereabouts | null): Mask[] {
  if (!identity) return [];
  const { cacheDir, realCacheDir = cacheDir, home, realHome = home } = identity;
  return [
    ...[...new Set([cacheDir, realCacheDir])].flatMap((path) => pathMasks(path, '[cache]')),
    ...[...new Set([home, realHome])].flatMap((path) => pathMasks(path, '~')),
  ];
}

/** Folders that are nobody's. */
const COMMON = /^(?:|[/\\.]|[A-Za-z]:[/\\]?|\/(?:home|Users|tmp|var|usr|etc|opt|nonexistent|probe\/home))$/;

/** With slashes of any kind; and as Claude Code names a folder after it: `-home-anna-bell-src`. */
function pathMasks(path: string, by: string): Mask[] {
  const plain = path.replace(/[/\\]+$/, '');
  if (COMMON.test(plain)) return [];
  const parts = plain.split(/[/\\]/);
  const forms = [String.raw`${parts.map(spelt).join(ANY_SLASH)}(?![\w-])`];
  if (parts.length > 2) forms.push(`${literal(dashed(plain))}(?![A-Za-z0-9])`);
  const masks = forms.map((form) => maskOf(new RegExp(PATH_START + form, 'gi'), () => by, hintOf(plain)));
  return [...masks, ...encodedMasks([plain], by)];
}

const dashed = (text: string) => text.replaceAll(/[^A-Za-z0-9]/g, '-');

/** Letters and digits are the same in every form. */
function hintOf(text: string): RegExp {
  const runs = text.match(/[A-Za-z0-9]+/g) ?? [];
  return new RegExp(runs.toSorted((one, other) => other.length - one.length)[0] ?? '', 'i');
}

function namesOf(identity: Identity | null, vocabulary: ReadonlySet<string>): Mask[] {
  if (!identity) return [];
  const { user, host } = identity;
  const identifies = (name: string) => {
    const word = name.toLowerCase();
    return name.length >= 3 && /\p{L}/u.test(name) && !NOBODY.has(word) && !vocabulary.has(word);
  };
  const [short = ''] = host.split('.');
  const masks = (names: readonly string[], by: string) => {
    const telling = [...new Set(names)].filter(identifies);
    return [...telling.map((name) => wordMask(name, by)), ...encodedMasks(telling, by)];
  };
  return [...masks([host, short], '[host]'), ...masks([user, dashed(user)], '[user]')];
}

/** Names that tell nobody apart, in small letters. */
const NOBODY: ReadonlySet<string> = new Set(
  [
    // Names that are given to machines and their users by the thousand.
    `root user users admin administrator node nodejs runner runneradmin ubuntu debian fedora alpine centos arch linux
     windows macos darwin localhost localdomain docker podman container ci build builder test tests tester testing guest
     vagrant ec2-user azureuser codespace codespaces vscode jenkins gitlab github actions travis circleci buildkite nobody
     www-data dev devel developer default home pi work workspace tmp temp npm`,
    // What stands in place of a name, and words of this tool.
    'host key cache server client gateway model probe bot agent good bad skip tool tools mcp app apps web',
    // Words that the log of every client has: without them nothing could be read out of it.
    `trace debug info notice warn warning error errors fatal verbose log http https sse stdio get post put delete head patch options connect
     request response method status header headers body session sessions token tokens auth oauth list call calls name
     type version transport stream message messages event events connect connected connection initialize initialized
     close closed open expired failed success retry timeout abort start started stop stopped ready result results json rpc sdk cli api url path file args config
     will mark may can not the and with from this that have has was were are for all any new end max min set use`,
    // What plans of gateways and models are made of.
    'expiry description properties discover listening bearer rules answer hold say turns turn nth rpcid arguments',
    // Labels of releases before the release.
    'alpha beta rc next canary nightly preview pre snapshot experimental insiders latest stable release',
  ].flatMap((words) => words.split(/\s+/)),
);

/** Digests and ids, in which a name is chance. */
const PROTECTED = [
  String.raw`sha(?:1|256|384|512)-[A-Za-z0-9+/=]{20}[A-Za-z0-9+/=]*`,
  '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}',
].join('|');

/** Whole words, in capitals or not. */
function wordMask(name: string, by: string): Mask {
  const start = startAfterNone(String.raw`[\p{L}\p{N}_]`);
  const pattern = new RegExp(String.raw`(${PROTECTED})|${start}${spelt(name)}(?![\p{L}\p{N}_])`, 'giu');
  return maskOf(pattern, (_, isProtected) => isProtected ?? by, hintOf(name));
}
