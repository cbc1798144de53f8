/** The real bin in this checkout: executables stay in the checkout's own cache. */
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { bin } from '../helpers/cli.js';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** Without colour, whatever the test runner asks of its children. */
export const PLAIN = { cwd: root, reject: false, env: { NO_COLOR: '1' } } as const;

export async function tool(...args: string[]) {
  const { exitCode, stdout, stderr } = await execa(process.execPath, [bin, ...args], PLAIN);
  return { code: exitCode, stdout, stderr };
}

/** Its document. */
export const toolJson = async (...args: string[]) => {
  const outcome = await tool(...args, '--json', '--quiet');
  return { code: outcome.code, document: JSON.parse(outcome.stdout) };
};
