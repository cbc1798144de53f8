/** What is known to be secret or to tell who ran a bisection and where: masked wherever it stands, however it is encoded. Pure. */
import type { Identity } from '../../machine.js';
import { wellFormed } from '../text.js';
import { KEY, masked, maskOf, startAfterNone, WORD_START, type Mask } from './mask.js';
import { looksSecret, SECRETS } from './secrets.js';

const json = (text: string) => JSON.stringify(text).slice(1, -1);
const utf16 = (unit: string) => String.raw`\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
/** How JSON and addresses write a text. */
const WRITTEN: readonly ((text: string) => string)[] = [
  (text) => text,
  json,
  (text) => json(text).replaceAll(/[^\x20-\x7e]/g, utf16),
  (text) => json(text).replaceAll('/', String.raw`\/`),
  encodeURIComponent,
  encodeURI,
  (text) => new URLSearchParams({ a: text }).toString().slice(2),
];
/** One in another: a body of JSON in a log of JSON, an address in an address. */
const spellingsOf = (text: string): string[] =>
  WRITTEN.flatMap((outer) => WRITTEN.map((inner) => outer(inner(wellFormed(text)))));

/** Of what is in base64 or hexadecimal digits, so many characters are no chance. */
const MIN_ENCODED = 6;

/** As base64 of either alphabet has it, at each of the three places that it may begin at, and as hexadecimal digits. */
function digitsOf(value: string): string[] {
  const inBase64 = [0, 1, 2].map((before) => {
    const bytes = Buffer.from('\0'.repeat(before) + value);
    // What the bytes around it have a part in is left out.
    return bytes.toString('base64').slice(Math.ceil((before * 4) / 3), Math.floor((bytes.length * 4) / 3));
  });
  const forUrls = inBase64.map((digits) => digits.replaceAll('+', '-').replaceAll('/', '_'));
  return [...inBase64, ...forUrls, Buffer.from(value).toString('hex')]
    .filter(({ length }) => length >= MIN_ENCODED)
    .flatMap((digits) => WRITTEN.map((outer) => outer(digits)));
}

/** Any of the texts, the longest first: one may be a part of another. */
const anyOf = (texts: readonly string[]): string =>
  [...new Set(texts)]
    .toSorted((one, other) => other.length - one.length)
    .map((text) => text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`))
    .join('|');

const encodedMasks = (values: readonly string[], by: string): readonly Mask[] => {
  const digits = values.flatMap(digitsOf);
  return digits.length > 0 ? [maskOf(new RegExp(anyOf(digits), 'gi'), () => by)] : [];
};

/** A mask for secrets that are known. */
export const secretMasks = (secrets: readonly string[]): readonly Mask[] =>
  secrets.length === 0
    ? []
    : [
        maskOf(new RegExp(anyOf(secrets.flatMap(spellingsOf)), 'gi'), () => KEY),
        ...encodedMasks(secrets, KEY),
      ];

/** Of the value of a secret field, what is one by itself, wherever it stands: no scheme, and no short plain word. */
export const secretWords = (value: string): string[] =>
  value.split(/[\s:]+/).filter((word) => !word.includes(KEY) && word.length >= (looksSecret(word) ? 4 : 8));

/** What is secret in a text, each by itself. */
export function secretsIn(text: string): string[] {
  const found: string[] = [];
  masked(text, SECRETS, (secret) => {
    found.push(...secretWords(secret));
    return KEY;
  });
  return found;
}

/**
 * Masks for names of user and host and the paths of homes and of the cache.
 * @param identity null: only what can be told by its form, the homes of whatever users
 * @param vocabulary words of the subject itself: a user of the name of the client or the server is not known by that
 */
export function identityMasks(
  identity: Identity | null,
  vocabulary: ReadonlySet<string> = new Set(),
): readonly Mask[] {
  if (!identity) return HOMES;
  const { cacheDir, realCacheDir = cacheDir, home, realHome = home, user, host } = identity;
  const [short = ''] = host.split('.');
  return [
    // The cache first, which may lie in the home.
    ...[cacheDir, realCacheDir].flatMap((path) => pathMasks(path, '[cache]')),
    ...[home, realHome].flatMap((path) => pathMasks(path, '~')),
    ...HOMES,
    ...nameMasks([host, short], '[host]', vocabulary),
    ...nameMasks([user, dashed(user)], '[user]', vocabulary),
  ];
}

/** A slash as it is, as JSON may write it, and encoded once or twice; and a slash of either kind. */
const SLASH = String.raw`(?:\\{0,8}/|%(?:25)?2[Ff])`;
const ANY_SLASH = String.raw`(?:\\{0,8}/|\\{1,8}|%(?:25)?(?:2[Ff]|5[Cc]))`;
/** An absolute path begins at its slash, and `/home` in `/probe/home` or behind `~` begins none. */
const PATH_START = startAfterNone(String.raw`[\w.~\]\\-]`);
/** The name of a folder, with encoded letters, up to an encoded sign that is none of a name. */
const FOLDER = String.raw`(?:[^/\\\s"'\`<>|:;,()[\]{}*?~%]|(?<=[^\s/])%(?!(?:25)?(?:2[0267Ff]|5[Cc]|3[A-Fa-f]|0[AaDd]))){1,255}`;
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

/** Folders that are nobody's. */
const COMMON = /^(?:|[/\\.]|[A-Za-z]:[/\\]?|\/(?:home|Users|tmp|var|usr|etc|opt|nonexistent|probe\/home))$/;

/** With slashes of either kind; and as Claude Code names a folder after it: `-home-anna-bell-src`. */
function pathMasks(path: string, by: string): readonly Mask[] {
  const plain = path.replace(/[/\\]+$/, '');
  if (COMMON.test(plain)) return [];
  const forms = [`(?:${anyOf([plain, plain.replaceAll('\\', '/')].flatMap(spellingsOf))})(?![\\w-])`];
  if (plain.split(/[/\\]/).length > 2) forms.push(`${dashed(plain)}(?![A-Za-z0-9])`);
  const pattern = new RegExp(`${PATH_START}(?:${forms.join('|')})`, 'gi');
  return [maskOf(pattern, () => by, hintOf(plain)), ...encodedMasks([plain], by)];
}

const dashed = (text: string) => text.replaceAll(/[^A-Za-z0-9]/g, '-');

/** Letters and digits are the same in every form. */
function hintOf(text: string): RegExp {
  const runs = text.match(/[A-Za-z0-9]+/g) ?? [];
  return new RegExp(runs.toSorted((one, other) => other.length - one.length)[0] ?? '', 'i');
}

/** Digests and ids, in which a name is chance. */
const PROTECTED = String.raw`sha(?:1|256|384|512)-[A-Za-z0-9+/=]{20}[A-Za-z0-9+/=]*|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}`;

/** Whole words, in capitals or not. */
function nameMasks(names: readonly string[], by: string, vocabulary: ReadonlySet<string>): Mask[] {
  const telling = [...new Set(names)].filter((name) => {
    const word = name.toLowerCase();
    return name.length >= 3 && /\p{L}/u.test(name) && !NOBODY.has(word) && !vocabulary.has(word);
  });
  const start = startAfterNone(String.raw`[\p{L}\p{N}_]`);
  const masks = telling.map((name) => {
    const pattern = `(${PROTECTED})|${start}(?:${anyOf(spellingsOf(name))})(?![\\p{L}\\p{N}_])`;
    return maskOf(new RegExp(pattern, 'giu'), (_, isProtected) => isProtected ?? by, hintOf(name));
  });
  return [...masks, ...encodedMasks(telling, by)];
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
