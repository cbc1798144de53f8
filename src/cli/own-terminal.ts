/** The terminal that the command was given, lent to a client. */
import { BisectError } from '../errors.js';
import type { OwnTerminal } from '../probe/by-hand.js';

/**
 * What a client that was ended may have left switched on: the alternate screen, a hidden cursor, pasting in brackets, reports of mouse
 * and focus, keyboards that say more (xterm's ctlseqs; kitty's keyboard protocol). To a terminal that has none of it on it is nothing. Last,
 * what it drew below the cursor goes.
 */
const AS_IT_WAS =
  '\u001b[?1047l\u001b[?25h\u001b[?2004l\u001b[?1000l\u001b[?1002l\u001b[?1003l\u001b[?1006l\u001b[?1004l\u001b[>4m\u001b[<u\u001b[0m\r\n\u001b[J';

/** @throws BisectError `TERMINAL_UNAVAILABLE` where stdin or stdout is none */
export function ownTerminal(
  stdin: NodeJS.ReadStream,
  stdout: NodeJS.WriteStream,
  { TERM: term = 'xterm-256color' }: NodeJS.ProcessEnv,
): OwnTerminal {
  const missing = stdin.isTTY ? !stdout.isTTY && 'stdout' : 'stdin';
  if (missing)
    throw new BisectError(
      'TERMINAL_UNAVAILABLE',
      `launch gives the client your terminal, and ${missing} is none`,
      {
        hint: 'run it in a terminal, without pipes; "mcp-bisect probe" runs a release without one',
      },
    );
  return {
    term,
    // A terminal that nobody looks at may have no size.
    size: () => ({ columns: stdout.columns || 80, rows: stdout.rows || 24 }),
    write: (bytes) => stdout.write(bytes),
    open: (onTyped, onResized) => {
      stdin.setRawMode(true).on('data', onTyped).resume();
      stdout.on('resize', onResized);
      return () => {
        stdout.off('resize', onResized);
        stdin.off('data', onTyped).setRawMode(false).pause();
        stdout.write(AS_IT_WAS);
      };
    },
  };
}
