/** Which room can be built on this machine: each is tried for real. */
import { execFile, type ExecFileException } from 'node:child_process';
import { isAbsolute } from 'node:path';
import { promisify } from 'node:util';
import { BisectError } from '../errors.js';
import { type Isolation, sealedLayout, SYSTEM_PATH } from './steps.js';
import { roomCommand } from './room.js';
import { findProgram, lookedUp, systemPlaces } from './system.js';

interface IsolationChoice {
  readonly isolation: Isolation;
  /** What the user should hear: why a better isolation is not in use, and what that means. */
  readonly notes: readonly string[];
}

export interface IsolationTrial {
  readonly platform: NodeJS.Platform;
  /** Builds such a room and runs something trivial in it: null if that works, else why it does not. */
  tryRoom(isolation: Sealed): Promise<string | null>;
}

type Sealed = Exclude<Isolation, 'none'>;

const TITLES: Readonly<Record<Sealed, string>> = { bwrap: 'bubblewrap', unshare: 'unshare' };

const UNSEALED = 'the releases run with your user’s rights, and can read your files and reach the network.';

const HINTS: Readonly<Record<'auto' | Sealed, string>> = {
  auto: `Install bubblewrap 0.7 or newer (apt install bubblewrap, dnf install bubblewrap) and allow user namespaces (sysctl kernel.unprivileged_userns_clone, kernel.apparmor_restrict_unprivileged_userns), or pass --isolation none: then ${UNSEALED}`,
  bwrap:
    'Install bubblewrap 0.7 or newer (apt install bubblewrap, dnf install bubblewrap) and allow user namespaces, or pass --isolation auto.',
  unshare:
    'Install util-linux and iproute2 and allow user namespaces (sysctl kernel.unprivileged_userns_clone, kernel.apparmor_restrict_unprivileged_userns), or pass --isolation auto.',
};

const ELSEWHERE = `Run it on Linux, or pass --isolation none: then ${UNSEALED}`;

/**
 * Tries what is demanded; for `auto` bubblewrap, then unshare. No isolation only for who asks for none.
 * @throws BisectError `ISOLATION_UNAVAILABLE`
 */
export async function chooseIsolation(
  requested: 'auto' | Isolation,
  trial: IsolationTrial = thisMachine,
): Promise<IsolationChoice> {
  if (requested === 'none') return { isolation: 'none', notes: [`NO ISOLATION: ${UNSEALED}`] };
  const isLinux = trial.platform === 'linux';
  const failures: string[] = [];
  for (const isolation of requested === 'auto' ? (['bwrap', 'unshare'] as const) : [requested]) {
    const reason = isLinux ? await trial.tryRoom(isolation) : `it needs Linux, and this is ${trial.platform}`;
    if (reason === null) return { isolation, notes: failures };
    failures.push(`${TITLES[isolation]} is not usable: ${reason}`);
  }
  throw new BisectError('ISOLATION_UNAVAILABLE', `Isolation by ${failures.join(', and ')}`, {
    hint: isLinux ? HINTS[requested] : ELSEWHERE,
    facts: { isolation: requested },
  });
}

const TRIAL_MS = 10_000;

const thisMachine: IsolationTrial = {
  platform: process.platform,
  async tryRoom(isolation) {
    const layout = sealedLayout(systemPlaces(), [process.execPath]);
    const command = roomCommand(isolation, layout, [process.execPath, '--version']);
    if (!isAbsolute(findProgram(command.file))) return `${command.file} is not installed`;
    const options = { env: { PATH: SYSTEM_PATH }, cwd: '/', timeout: TRIAL_MS };
    try {
      await promisify(execFile)(...lookedUp(command), options);
      return null;
    } catch (error) {
      const { stderr, code, message } = error as ExecFileException;
      return stderr?.split('\n')[0] || (typeof code === 'string' ? message : 'it failed');
    }
  },
};
