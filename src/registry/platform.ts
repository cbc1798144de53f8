/** Targets: the platforms that clients publish executables for, in the words of their package names. Pure. */
import { BisectError } from '../errors.js';

export const TARGETS = [
  'linux-x64',
  'linux-arm64',
  'linux-x64-musl',
  'linux-arm64-musl',
  'darwin-x64',
  'darwin-arm64',
  'win32-x64',
  'win32-arm64',
] as const;

export type Target = (typeof TARGETS)[number];

/** What the running machine says of itself, in Node's words. */
export interface HostPlatform {
  readonly platform: string;
  readonly arch: string;
  /** Whether the C library is musl (Alpine) rather than glibc. */
  readonly musl: boolean;
}

/**
 * The target named by `text`.
 * @throws BisectError `UNKNOWN_PLATFORM`
 */
export function parseTarget(text: string): Target {
  const target = TARGETS.find((known) => known === text);
  if (target) return target;
  throw new BisectError('UNKNOWN_PLATFORM', `unknown platform "${text}"`, {
    hint: `choose one of ${TARGETS.join(', ')}`,
    facts: { platform: text },
  });
}

/** The target whose executables run on `host`; undefined where no client publishes any. */
export function targetOf(host: HostPlatform): Target | undefined {
  const name = `${host.platform}-${host.arch}${host.platform === 'linux' && host.musl ? '-musl' : ''}`;
  return TARGETS.find((known) => known === name);
}

/** @throws BisectError `PLATFORM_NOT_RUNNABLE` if executables of `target` do not run on `own` */
export function assertRunnable(target: Target | undefined, own: Target | undefined): void {
  if (target !== undefined && target === own) return;
  throw new BisectError(
    'PLATFORM_NOT_RUNNABLE',
    `executables for ${target ?? 'this machine'} cannot be run here`,
    {
      hint: target
        ? `run this on a ${target} machine; "mcp-bisect releases --platform ${target}" works here`
        : 'no client publishes executables for this machine',
      facts: { target, own },
    },
  );
}
