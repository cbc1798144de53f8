/** Proves who vouches for a release, with pacote, which is loaded only once somebody asks. */
import { join } from 'node:path';
import { z } from 'zod';
import { systemCode, type BisectError } from '../errors.js';
import { registryOf, subjectOf } from './exchange.js';
import { asFailure } from './failure.js';
import type { NpmOptions } from './npm-config.js';
import { claimed, type Notary, type Provenance } from './provenance.js';
import type { ExecutableSource } from './releases.js';

/** What pacote says where a signature, or what it was given for, is not right. */
const WRONG = new Set([
  'EINTEGRITYSIGNATURE',
  'EEXPIREDSIGNATUREKEY',
  'EMANIFESTMISMATCH',
  'EINTEGRITY',
  'EATTESTATIONSUBJECT',
]);

/** Loads pacote; asks nothing yet. */
export async function openNotary(npm: NpmOptions, signal: AbortSignal): Promise<Notary> {
  const { default: pacote } = await import('pacote');
  const keys = new Map<string, Promise<Record<string, unknown>>>();
  const options = {
    ...fetchOptions(npm, signal),
    packumentCache: new Map(),
    tufCache: join(npm.cache, 'tuf'),
    verifySignatures: true,
  };
  const manifestOf = async (
    { package: name, version, integrity }: ExecutableSource,
    verifyAttestations: boolean,
  ) => {
    const registry = registryOf(name, npm);
    if (!keys.has(registry)) keys.set(registry, keysOf(name, npm, signal));
    const own = { integrity, verifyAttestations };
    return pacote.manifest(`${name}@${version}`, { ...options, ...(await keys.get(registry)), ...own });
  };

  const signature = async (release: string, source: ExecutableSource): Promise<Provenance> => {
    const known = { ...claimed(release, source), checked: true };
    try {
      const { _signatures = [] } = await manifestOf(source, false);
      return { ...known, state: _signatures.length > 0 ? 'signed' : 'unsigned' };
    } catch (error) {
      signal.throwIfAborted();
      const [code = '', reason] = [systemCode(error), messageOf(error)];
      if (code === 'EMISSINGSIGNATUREKEY') return { ...known, state: 'unproved', reason };
      if (WRONG.has(code)) return { ...known, state: 'wrong', reason };
      throw unasked(source.package, npm, error);
    }
  };

  const attestation = async (release: string, source: ExecutableSource): Promise<Provenance> => {
    const signed = await signature(release, source);
    if (signed.state !== 'signed' || source.signing !== 'attested') return signed;
    try {
      const { _attestationBundles = [] } = await manifestOf(source, true);
      const built = _attestationBundles.map(({ bundle }) => placeOf(bundle)).find((place) => place !== null);
      return { ...signed, ...built, state: 'attested' };
    } catch (error) {
      signal.throwIfAborted();
      const state = WRONG.has(systemCode(error) ?? '') ? 'wrong' : 'signed';
      return { ...signed, state, reason: messageOf(error) };
    }
  };
  return { signature, attestation };
}

/** Our patience in npm's words. No cache: the registry's answers have one of their own (packument-cache.ts). */
function fetchOptions(npm: NpmOptions, signal: AbortSignal) {
  const { totalMs: timeout, retries, retryAfterMs: minTimeout } = npm.patience;
  return { ...npm, signal, cache: null, timeout, retry: { retries, minTimeout, factor: 3 } };
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

const keyShape = z.object({ keys: z.array(z.looseObject({ keyid: z.string(), key: z.string() })) });

/** The registry's keys, as the option in which pacote looks for them. A registry that has none signs nothing that could be proved. */
async function keysOf(name: string, npm: NpmOptions, signal: AbortSignal): Promise<Record<string, unknown>> {
  const registry = registryOf(name, npm);
  const { default: fetch } = await import('npm-registry-fetch');
  const asked = { ...fetchOptions(npm, signal), registry: `${registry}/`, spec: name };
  const answer = await fetch.json('/-/npm/v1/keys', asked).catch((error: unknown) => {
    // Answered, and with no keys: a mirror.
    if (/^E4\d\d$/.test(systemCode(error) ?? '')) return null;
    throw unasked(name, npm, error);
  });
  const found = keyShape.safeParse(answer);
  const keys = (found.data?.keys ?? []).map((key) => ({
    ...key,
    pemkey: `-----BEGIN PUBLIC KEY-----\n${key.key}\n-----END PUBLIC KEY-----`,
  }));
  const place = registry.replace(/^https?:/, '');
  return { [`${place}:_keys`]: keys, [`${place}/:_keys`]: keys };
}

function unasked(name: string, npm: NpmOptions, error: unknown): BisectError {
  const url = `${registryOf(name, npm)}/-/npm/v1/keys`;
  return asFailure(subjectOf(`the signatures of ${name}`, url, { name, options: npm }), error);
}

/** SLSA provenance, versions 1 and 0.2. */
const slsaShape = z.object({
  predicate: z.union([
    z
      .object({
        buildDefinition: z.object({
          externalParameters: z.object({ workflow: z.object({ repository: z.string() }) }),
          resolvedDependencies: z.array(z.object({ digest: z.object({ gitCommit: z.string() }) })).min(1),
        }),
      })
      .transform(({ buildDefinition: { externalParameters, resolvedDependencies } }) => ({
        repository: externalParameters.workflow.repository,
        commit: resolvedDependencies[0]?.digest.gitCommit ?? null,
      })),
    z
      .object({
        invocation: z.object({
          configSource: z.object({ uri: z.string(), digest: z.object({ sha1: z.string() }) }),
        }),
      })
      .transform(({ invocation: { configSource } }) => ({
        repository: configSource.uri.replace(/^git\+/, '').replace(/@[^@]*$/, ''),
        commit: configSource.digest.sha1,
      })),
  ]),
});

/** Repository and commit in a bundle that was verified; null for another statement. */
export function placeOf(bundle: {
  readonly dsseEnvelope: { readonly payload: string };
}): Pick<Provenance, 'repository' | 'commit'> | null {
  const statement: unknown = JSON.parse(Buffer.from(bundle.dsseEnvelope.payload, 'base64').toString('utf8'));
  return slsaShape.safeParse(statement).data?.predicate ?? null;
}
