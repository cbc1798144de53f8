/** Who vouches for a release: its registry's signature, and the attestation of where it was built. */
import { z } from 'zod';
import { BisectError } from '../errors.js';
import type { ExecutableSource, Release } from './releases.js';

export const provenanceShape = z.object({
  version: z.string().max(300),
  /** Whose tarball holds what is run: `@scope/name@1.2.3`. */
  package: z.string().max(300),
  /**
   * `unsigned`: not signed here, which says nothing against it, since mirrors strip signatures. `wrong`: what was signed is not this.
   * `unproved`: it is signed, and the registry does not say with which key.
   */
  state: z.enum(['attested', 'signed', 'unsigned', 'wrong', 'unproved']),
  /** Whether that was proved with the registry's keys; else it is what the packument says. */
  checked: z.boolean(),
  /** Of an attestation that was proved: where it was built. */
  repository: z.string().max(1000).nullable(),
  commit: z.string().max(100).nullable(),
  /** Why it is wrong or unproved, or why an attestation was not proved. */
  reason: z.string().max(2000),
});
export type Provenance = z.infer<typeof provenanceShape>;

/** What the packument says of a release, which nobody has checked. */
export function claimed(version: string, source: ExecutableSource): Provenance {
  const { package: name, signing = 'unsigned' } = source;
  const nothing = { repository: null, commit: null, reason: '' };
  return { version, package: `${name}@${source.version}`, state: signing, checked: false, ...nothing };
}

/**
 * Who vouches for these releases. An answer waits for it and does not depend on it: where the registry is gone by now, or the user
 * has had enough, it is what the packument says, with the reason.
 * @param notary without one nothing is asked or proved
 */
export async function provenanceOf(
  releases: readonly Release[],
  notary: Notary | undefined,
): Promise<Provenance[]> {
  const known: Provenance[] = [];
  for (const { version, source } of releases)
    if (source) known.push(await vouchedFor(version, source, notary));
  return known;
}

async function vouchedFor(
  version: string,
  source: ExecutableSource,
  notary: Notary | undefined,
): Promise<Provenance> {
  try {
    return notary ? await notary.attestation(version, source) : claimed(version, source);
  } catch (error) {
    if (!(error instanceof BisectError)) throw error;
    return { ...claimed(version, source), reason: error.message };
  }
}

/**
 * By version: why those of `releases` that are not proved to be signed are not to be run.
 * @throws BisectError of {@link Notary}
 */
export async function refusedAmong(
  releases: readonly Release[],
  notary: Notary,
): Promise<ReadonlyMap<string, string>> {
  const refused = new Map<string, string>();
  for (const { version, source } of releases) {
    if (!source) continue;
    const { state, reason } = await notary.signature(version, source);
    if (state === 'unsigned') refused.set(version, 'not signed here');
    else if (state !== 'signed')
      refused.set(version, `${state === 'wrong' ? 'wrongly signed' : 'signed, but not provably'}: ${reason}`);
  }
  return refused;
}

/** Proves signatures, with one packument of each package for all of its releases. */
export interface Notary {
  /** @throws BisectError `REGISTRY_UNREACHABLE` and its like; the reason of the signal */
  signature(version: string, source: ExecutableSource): Promise<Provenance>;
  /** The same, and where it was built. An attestation that cannot be proved leaves it signed, with the reason. */
  attestation(version: string, source: ExecutableSource): Promise<Provenance>;
}
