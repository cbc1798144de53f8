/**
 * A user's code in this process. What it prints goes to stderr: stdout holds the result, perhaps one JSON document. Nor does
 * it end the tool, whose exit code would then be an answer.
 */
import { pathToFileURL } from 'node:url';
import { createContext, Script } from 'node:vm';

/** How many actions are under way: the first turns the output aside, and the last to end turns it back. */
let speaking = 0;
let restore = (): void => {};

/**
 * Calls `action`, and until it has ended, or its promise is settled, takes what is printed on stdout to stderr, and throws
 * where it calls `process.exit`.
 */
export function speakingOnStderr<Result>(action: () => Result): Result {
  if (speaking === 0) restore = turnAside();
  speaking += 1;
  const end = (): void => {
    speaking -= 1;
    if (speaking === 0) restore();
  };
  let result: Result | undefined;
  try {
    result = action();
    return result;
  } finally {
    if (result instanceof Promise) void result.finally(end).catch(() => {});
    else end();
  }
}

/** A console of Node's writes to stdout by the same function; one of another's making (a test runner's) does not. */
function turnAside(): () => void {
  const { stdout, stderr } = process;
  // oxlint-disable-next-line typescript/unbound-method -- it is put back as it was
  const { write } = stdout;
  // oxlint-disable-next-line typescript/unbound-method -- the same
  const { exit } = process;
  // oxlint-disable no-console
  const { log, info, debug } = console;
  Object.assign(console, { log: console.error, info: console.error, debug: console.error });
  stdout.write = stderr.write.bind(stderr);
  process.exit = () => {
    throw new Error('it called process.exit');
  };
  return () => {
    Object.assign(console, { log, info, debug });
    stdout.write = write;
    process.exit = exit;
  };
  // oxlint-enable no-console
}

/** A judge takes well under a millisecond; one that never returns would be waited for in vain. */
const CALL_WITHIN_MS = 5_000;

/** Only scripts can be given a time limit. */
let caller: { readonly context: { action?: () => unknown }; readonly script: Script } | undefined;

/** Calls a function of the user's. */
export function callWithin<Result>(action: () => Result): Result {
  caller ??= { context: createContext({}), script: new Script('action()') };
  const { context, script } = caller;
  context.action = action;
  try {
    const call = () => script.runInContext(context, { timeout: CALL_WITHIN_MS, displayErrors: false });
    return speakingOnStderr(call) as Result;
  } catch (cause) {
    // It comes from the script's own realm, where it is an instance of another Error.
    if ((cause as { code?: unknown } | null)?.code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw cause;
    throw new Error(`it did not return within ${CALL_WITHIN_MS / 1000} s`, { cause });
  }
}

/** The files that were loaded, by where they are when links have been followed, as their user named them. */
export const loadedFiles = new Map<string, string>();

/** The user's file, and its line, that threw what nobody could catch: in a timer of its own, say. */
export function throwerOf(error: unknown): { readonly file: string; readonly line: number } | undefined {
  const { stack = '' } = Object(error) as Partial<Error>;
  for (const [actual, file] of loadedFiles) {
    // An ES module is called by its address, which has the digest of the file behind it (module.ts).
    const places = [`(${actual}:`, ` ${actual}:`, `${pathToFileURL(actual).href}?`];
    const frame = stack.split('\n').find((line) => places.some((place) => line.includes(place)));
    const line = /:(\d+)(?::\d+)?\)?$/.exec(frame ?? '')?.[1];
    if (line !== undefined) return { file, line: Number(line) };
  }
  return undefined;
}
