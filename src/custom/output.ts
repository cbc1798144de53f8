/**
 * What a scenario prints goes to stderr: stdout holds the result, perhaps one JSON document. Nor does it end the tool, whose
 * exit code would then be an answer.
 */

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
