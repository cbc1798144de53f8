/** Tokens that are known by their beginning. In linear time, like secrets.ts. Pure. */
import { KEY } from './secret-values.js';
import { WORD_START } from './word-start.js';

/**
 * Anthropic and OpenAI, Stripe, GitHub, npm, AWS, Google, Slack, GitLab, Hugging Face: the beginning, and how what follows
 * begins. Each match takes all that may belong to a token, so that none can begin right behind it.
 */
const SHAPES: readonly (readonly [beginning: string, first: string])[] = [
  ['sk-', String.raw`[\w-]{16}`],
  ['[sr]k_(?:live|test)_', '[A-Za-z0-9]{10}'],
  ['gh[opusr]_', '[A-Za-z0-9]{16}'],
  ['github_pat_', '[A-Za-z0-9]{10}'],
  ['npm_', '[A-Za-z0-9]{20}'],
  ['A(?:KIA|SIA|BIA|CCA)', '[A-Z0-9]{12}'],
  ['AIza', String.raw`[\w-]{20}`],
  [String.raw`ya29\.`, String.raw`[\w-]{10}`],
  ['xox[a-z]-', '[A-Za-z0-9-]{8}'],
  ['xapp-', '[A-Za-z0-9-]{8}'],
  ['glpat-', String.raw`[\w-]{16}`],
  ['hf_', '[A-Za-z0-9]{20}'],
];
/** JWT (RFC 7519): three parts, or five. */
const JWT = String.raw`eyJ[\w-]{6}[\w-]*(?:\.[\w-]*){0,3}\.[\w-][\w-]*`;

const TOKEN = new RegExp(
  `${WORD_START}(?:${SHAPES.map(([beginning, first]) => String.raw`${beginning}${first}[\w-]*`).join('|')}|${JWT})`,
  'g',
);

/** What a text ends in that was cut, in quotes or not. */
const CUT = String.raw`(?=["'\\)]{0,3}(?:$|\s?…|\.\.\.|\s?\[cut))`;
/** What is left of a token there: too little to be one elsewhere. The bounds keep it from looking far at every place. */
const CUT_TOKEN = new RegExp(
  `${WORD_START}(${SHAPES.map(([beginning]) => beginning).join('|')}|eyJ)([\\w-]{4,120})${CUT}`,
  'g',
);
/** `://user:pass`, cut before its @. */
const CUT_URL = new RegExp(String.raw`(:\/\/)[^\s/?#"'<>\\@:[\]]*:([^\s/?#"'<>\\@:[\]]+)${CUT}`, 'g');

/** The text without tokens, and without the beginnings of them at its end. */
export function withoutTokens(text: string): string {
  return text
    .replaceAll(TOKEN, (found) => (found.startsWith('sk-') && !isMixed(found) ? found : KEY))
    .replaceAll(CUT_TOKEN, (found: string, beginning: string, rest: string) =>
      isMixed(rest) || beginning.startsWith('gh') ? KEY : found,
    )
    .replaceAll(CUT_URL, (found: string, before: string, rest: string) =>
      isPort(rest) ? found : before + KEY,
    );
}

/** Names of packages and variables (`sk-learn`, `npm_config`) are in small letters. */
const isMixed = (text: string) => /[A-Z0-9]/.test(text);
/** `127.0.0.1:8080`, at the end of a sentence or not. */
const isPort = (text: string) => /^\d{1,5}\D?$/.test(text);
