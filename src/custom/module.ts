/** Reads a scenario from a file of the user's, whose functions are then called in this process: never in the room. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile, realpath } from 'node:fs/promises';
import * as modules from 'node:module';
import { basename, extname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { systemCode, type BisectError } from '../errors.js';
import { bundle } from '../machine.js';
import { CARRIED_NAME, type ScenarioFile } from '../scenarios/file.js';
import { scenarioById, scenarios } from '../scenarios/index.js';
import type { Scenario } from '../scenarios/scenario.js';
import { callWithin, loadedFiles, speakingOnStderr } from './calling.js';
import { definitionOf, refuse, scenarioFrom, type KnownOrigin } from './define.js';
import { badScenario, describeThrown } from './guard.js';
import { dryRun, timesBeyond } from './problem.js';
import { initialize, resolve as resolveHook } from './resolver.js';

const run = promisify(execFile);

const ENDINGS: ReadonlySet<string> = new Set(['.mjs', '.js', '.cjs', '.ts', '.mts']);
/** A file that waits for ever while it is loaded. */
const LOAD_WITHIN_MS = 10_000;

/** Whether `--scenario` names a file, rather than a built-in scenario. */
export function namesFile(name: string): boolean {
  return /[/\\]/.test(name) || ENDINGS.has(extname(name));
}

export interface ChoiceContext {
  /** Where relative paths begin. */
  readonly cwd: string;
  /** Wall clock of one run of the client. */
  readonly timeoutMs: number;
}

/**
 * From what `--scenario`, or the library, is given to a scenario: a built-in one, a file's, or the value itself.
 * @throws BisectError `UNKNOWN_SCENARIO`, or `BAD_SCENARIO` with file and field
 */
export async function scenarioFor(
  choice: string | Scenario,
  { cwd, timeoutMs }: ChoiceContext,
): Promise<Scenario> {
  if (typeof choice === 'string' && !namesFile(choice)) return scenarioById(choice);
  if (typeof choice === 'object' && scenarios.includes(choice)) return choice;
  const scenario = typeof choice === 'string' ? await loadScenario(choice, cwd) : defined(choice);
  const name = typeof choice === 'string' ? resolve(cwd, choice) : `scenario "${scenario.id}"`;
  const problems = timesBeyond(definitionOf(scenario), timeoutMs);
  if (scenarios.some(({ id }) => id === scenario.id))
    problems.push({ path: ['id'], text: `"${scenario.id}" is a built-in scenario's: choose another` });
  refuse(problems.length > 0 ? problems : dryRun(scenario), { name });
  return scenario;
}

const defined = (choice: Scenario): Scenario =>
  definitionOf(choice) === choice ? scenarioFrom(choice, {}) : choice;

/**
 * Loads the scenario that a file exports as its default: the result of `defineScenario`, or a plain definition.
 * @param path as the user named it, relative to `cwd`
 * @throws BisectError `BAD_SCENARIO`, which names the file, and the field or the line
 */
export async function loadScenario(path: string, cwd: string): Promise<Scenario> {
  const file = resolve(cwd, path);
  assertEnding(file);
  const bytes = await read(file);
  const source = createHash('sha256').update(bytes).digest('hex');
  // Node follows links, and names what they lead to.
  const actual = await realpath(file);
  loadedFiles.set(actual, file);
  const origin = {
    name: file,
    file: basename(actual),
    source,
    carried: carriedFile(file, bytes.toString('utf8')),
    call: callWithin,
  } satisfies KnownOrigin;
  const exported = await importDefault(file, actual, source);
  if (exported !== undefined) return scenarioFrom(exported, origin);
  throw badScenario(origin, ['it has no default export: write "export default defineScenario({ … })"']);
}

/**
 * The file as it is carried to others. What nobody sees is written as JavaScript writes it: it is the same program, shows
 * what is in it, and survives being pasted.
 */
function carriedFile(path: string, source: string): ScenarioFile {
  const text = source
    .replace(/^\uFEFF/u, '')
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll(UNSEEN, (found) => `\\u{${found.codePointAt(0)?.toString(16)}}`);
  const found = [...text.matchAll(IMPORT)].map((match) => match[1] ?? '');
  const imports = new Set(found.filter((name) => name !== 'mcp-bisect' && !modules.isBuiltin(name)));
  const name = basename(path);
  return { name: CARRIED_NAME.test(name) ? name : `scenario${extname(path)}`, text, imports: [...imports] };
}

/** All but line breaks and tabs. */
const UNSEEN = /(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;
/** Of modules, by the statement or the call. */
const IMPORT =
  /(?:^\s*(?:import|export)\s(?:[^'"`;]*?\sfrom\s*)?|\b(?:import|require)\s*\(\s*)['"]([^'"\n]+)['"]/gm;

function assertEnding(file: string): void {
  const ending = extname(file);
  if (!ENDINGS.has(ending))
    throw badScenario({ name: file }, [
      `a scenario is a module: its name ends in ${[...ENDINGS].join(', ')}`,
    ]);
  const { typescript } = process.features as { typescript?: string | false };
  if (ending.endsWith('ts') && !typescript)
    throw badScenario({ name: file }, [
      `Node ${process.versions.node} does not run TypeScript: use Node 22.18 or later, or write it as .mjs`,
    ]);
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file; "mcp-bisect scenarios new" writes one to start from',
  EISDIR: 'it is a folder: name the file in it',
  EACCES: 'it may not be read: change its permissions',
};

async function read(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (cause) {
    const code = systemCode(cause) ?? '';
    throw badScenario({ name: file }, [REASONS[code] ?? `it cannot be read (${code})`], cause);
  }
}

/**
 * A library that runs for long must not be given an older text of the same file. Of ES modules the digest in the address
 * makes another module; CommonJS, which is kept by path alone, has to forget the one that it has.
 */
async function importDefault(file: string, actual: string, source: string): Promise<unknown> {
  const url = `${pathToFileURL(file).href}?${source.slice(0, 12)}`;
  delete modules.createRequire(actual).cache[actual];
  letItFindThisPackage();
  try {
    const loaded = await speakingOnStderr(() => inTime(import(url) as Promise<{ default?: unknown }>));
    return loaded.default;
  } catch (cause) {
    throw badScenario({ name: file }, await problemsIn(cause, actual), cause);
  }
}

async function problemsIn(cause: unknown, file: string): Promise<readonly string[]> {
  // Another copy of this package may have thrown it: only what it says of itself counts.
  const { code, facts } = (cause ?? {}) as Partial<BisectError>;
  if (code === 'BAD_SCENARIO' && Array.isArray(facts?.['problems'])) return facts['problems'] as string[];
  const thrown = describeThrown(cause, basename(file));
  if (systemCode(cause) === 'MODULE_NOT_FOUND' && thrown.includes("'mcp-bisect'"))
    return [
      `Node ${process.versions.node} cannot "require" mcp-bisect: name the file .mjs and write "import { … } from 'mcp-bisect'"`,
    ];
  const place = cause instanceof SyntaxError && !/:\d+\)$/.test(thrown) ? await placeOfSyntaxError(file) : '';
  return [`it cannot be loaded: ${thrown}${place}`];
}

/** ` (my.mjs:3)`. An error of the parser does not know its place; `node --check` prints it. */
async function placeOfSyntaxError(file: string): Promise<string> {
  const { stderr } = await run(process.execPath, ['--check', file]).catch(
    (error: { stderr?: string }) => error,
  );
  const line = /:(\d+)$/m.exec(stderr?.split('\n')[0] ?? '')?.[1];
  return line === undefined ? '' : ` (${basename(file)}:${line})`;
}

async function inTime<Result>(loading: Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const seconds = LOAD_WITHIN_MS / 1000;
    timer = setTimeout(() => reject(new Error(`it was still waiting after ${seconds} s`)), LOAD_WITHIN_MS);
  });
  try {
    return await Promise.race([loading, late]);
  } finally {
    clearTimeout(timer);
  }
}

interface SyncHooks {
  readonly registerHooks?: (hooks: { resolve: typeof resolveHook }) => void;
}

let findsThisPackage = false;

/** `registerHooks` also serves CommonJS, where Node has it (22.15 and later). */
function letItFindThisPackage(): void {
  if (findsThisPackage) return;
  findsThisPackage = true;
  const data = { entry: pathToFileURL(join(bundle, 'index.js')).href };
  const { registerHooks } = modules as SyncHooks;
  initialize(data);
  if (registerHooks) registerHooks({ resolve: resolveHook });
  else modules.register(pathToFileURL(join(bundle, 'scenario-resolver.js')), { data });
}
