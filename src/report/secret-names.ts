/** Names of fields, headers, variables and options that hold secrets. One list, for text and for values with structure. Pure. */
import { startAfterNone } from './word-start.js';

/** Of keys there are public ones, and those of a map or a keyboard. */
const KEYS = 'api|private|access|account|session|openai|anthropic|signing|encryption';

/** What a name has in it; source of a regular expression without regard to case. */
export const SECRET_WORD = [
  // `tokens` are counted, `tokenizer` names a program, and MCP's `progressToken` is a number of the client's.
  '(?<!progress[-_]?)token(?!s|iz)',
  'secret(?!smanager)',
  'passw(?:or)?d(?!less)',
  'passphrase',
  `(?:${KEYS})[-_]?key(?!s|board|word)`,
  'authorization',
  'cookie(?!s)',
  'bearer',
  'signature',
  'code_verifier',
  'client_assertion',
  // Whole names: of shared access signatures, and of what npm calls basic credentials.
  `${startAfterNone(String.raw`[\w-]`)}(?:sig|_auth)(?![A-Za-z0-9-])`,
].join('|');

const SECRET_NAME = new RegExp(SECRET_WORD, 'i');

/** Names that end so say where a secret is from, of what kind it is, or how much of it there is. */
const ABOUT =
  `endpoint type supported method format helper url uri count limit source length size budget usage hint
  server servers expiry expires ttl file path status error expires_in expires_at expiration`.split(/\s+/);
const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1);
const ABOUT_SECRET = new RegExp(
  [
    `[_-](?:${ABOUT.flatMap((word) => [word, `${word}s`, word.toUpperCase()]).join('|')})$`,
    `[a-z](?:${ABOUT.map(capital).join('|')})s?$`,
    // Errors of OAuth (RFC 6749, 5.2): `invalid_token: …` is followed by a sentence.
    '^(?:invalid|missing|expired|unsupported|unknown|bad)[_-]?token$',
  ].join('|'),
);

/** Whether a field, header, variable or option of this name holds a secret. */
export const isSecretName = (name: string): boolean => SECRET_NAME.test(name) && !ABOUT_SECRET.test(name);

/** Headers whose value may have blanks in it, up to the end of the line. */
export const isLineHeader = (name: string): boolean =>
  /^(?:(?:proxy-)?authorization|(?:set-)?cookie2?)$/i.test(name);
