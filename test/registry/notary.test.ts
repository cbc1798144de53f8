/** What is proved of signatures and attestations, by the keys of a registry that signs. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openNotary, placeOf } from '../../src/registry/notary.js';
import { fetchPackument } from '../../src/registry/packument.js';
import { listReleases, type Release } from '../../src/registry/releases.js';
import { provenanceOf, refusedAmong, type Notary } from '../../src/registry/provenance.js';
import { startRegistry, type TestRegistry } from '../helpers/registry.js';
import { signingKey } from '../helpers/signing.js';
import { locate, MAIN } from './catalog.js';
import { optionsFor } from './setting.js';

const key = signingKey();
let registry: TestRegistry;
beforeEach(async () => {
  registry = await startRegistry();
  registry.keys = [key.published];
  registry.signer = key.signer;
});
afterEach(() => registry.close());

/** The releases as a catalogue lists them, and who proves what is said of them. */
async function listed(): Promise<{ releases: Release[]; notary: Notary }> {
  const npm = await optionsFor({ registry: registry.url });
  const { packument } = await fetchPackument(MAIN, npm);
  const platformPackuments = new Map();
  const releases = listReleases({ packument, locate, platformPackuments, includePrereleases: false });
  return { releases, notary: await openNotary(npm, new AbortController().signal) };
}

const publish = (version: string, dist: object = {}) => registry.publish({ name: MAIN, version, ...dist });

describe('the signature of a release', () => {
  it('is proved, with one packument and one list of keys for all of them', async () => {
    publish('1.0.0');
    publish('1.0.1');
    const { releases, notary } = await listed();
    registry.requests.length = 0;
    expect(await refusedAmong(releases, notary)).toEqual(new Map());
    expect(await provenanceOf(releases, notary)).toMatchObject([
      { version: '1.0.0', package: 'client@1.0.0', state: 'signed', checked: true, reason: '' },
      { version: '1.0.1', state: 'signed', checked: true },
    ]);
    expect(registry.requests.map(({ path }) => path)).toEqual(['/-/npm/v1/keys', `/${MAIN}`]);
  });

  it('is what the packument says, and nothing is asked, where nobody proves it', async () => {
    publish('1.0.0');
    registry.signer = null;
    publish('1.0.1');
    const { releases } = await listed();
    registry.requests.length = 0;
    expect(await provenanceOf(releases, undefined)).toMatchObject([
      { state: 'signed', checked: false },
      { state: 'unsigned', checked: false },
    ]);
    expect(registry.requests).toEqual([]);
  });

  it('that is missing, wrong or of an unknown key refuses the release, each with its reason', async () => {
    publish('1.0.0');
    registry.signer = null;
    publish('1.0.1');
    registry.signer = () => key.signer('another release');
    publish('1.0.2');
    registry.signer = signingKey('SHA256:unknown').signer;
    publish('1.0.3');
    const { releases, notary } = await listed();
    expect(Object.fromEntries(await refusedAmong(releases, notary))).toEqual({
      '1.0.1': 'not signed here',
      '1.0.2': expect.stringMatching(/^wrongly signed: .*client@1\.0\.2 has an invalid registry signature/),
      '1.0.3': expect.stringMatching(/^signed, but not provably: .*no corresponding public key/),
    });
  });

  it('of a mirror that keeps signatures and has no keys is not proved', async () => {
    publish('1.0.0');
    registry.keys = null;
    const { releases, notary } = await listed();
    expect(await provenanceOf(releases, notary)).toMatchObject([{ state: 'unproved' }]);
  });

  it('of other bytes than those that are run is wrong', async () => {
    publish('1.0.0');
    const { releases, notary } = await listed();
    const [{ source } = {}] = releases;
    const other = `sha512-${'B'.repeat(86)}==`;
    const swapped = source && { ...source, integrity: other };
    expect(swapped && (await notary.signature('1.0.0', swapped))).toMatchObject({ state: 'wrong' });
  });

  it('that cannot be asked for is an error of the registry', async () => {
    publish('1.0.0');
    const { releases, notary } = await listed();
    await registry.stop();
    await expect(refusedAmong(releases, notary)).rejects.toMatchObject({
      code: 'REGISTRY_UNREACHABLE',
      message: expect.stringContaining('the signatures of client'),
    });
    // An answer that is there already does not wait for it.
    expect(await provenanceOf(releases, notary)).toMatchObject([
      { state: 'signed', checked: false, reason: expect.stringContaining('the signatures of client') },
    ]);
  });
});

describe('the attestation of a release', () => {
  const sha512 = 'ab'.repeat(64);
  const attestation = (subject: object) => {
    const payload = Buffer.from(JSON.stringify({ subject: [subject] })).toString('base64');
    const bundle = { dsseEnvelope: { payload, signatures: [{ keyid: '', sig: 'x' }] } };
    return { attestations: [{ predicateType: 'https://slsa.dev/provenance/v1', bundle }] };
  };

  it.each([
    [
      'of another release is wrong',
      attestation({ name: 'pkg:npm/other@1.0.0', digest: { sha512 } }),
      'wrong',
    ],
    ['that cannot be read leaves it signed, with the reason', { attestations: [{}] }, 'signed'],
  ])('%s', async (_title, document, state) => {
    registry.attestations = document;
    registry.publish({ name: MAIN, version: '1.0.0' });
    const { releases, notary } = await listed();
    expect(await provenanceOf(releases, undefined)).toMatchObject([{ state: 'attested', checked: false }]);
    expect(await provenanceOf(releases, notary)).toMatchObject([
      { state, checked: true, repository: null, commit: null, reason: expect.stringMatching(/./) },
    ]);
    // What it was built from is no condition: it is signed.
    expect((await refusedAmong(releases, notary)).size).toBe(0);
  });

  it('names repository and commit, in both versions of its form', () => {
    const bundle = (predicate: object) => ({
      dsseEnvelope: { payload: Buffer.from(JSON.stringify({ predicate })).toString('base64') },
    });
    const repository = 'https://github.com/owner/name';
    const workflow = { repository };
    const resolvedDependencies = [{ digest: { gitCommit: 'abc' } }];
    const configSource = { uri: `git+${repository}@refs/heads/main`, digest: { sha1: 'abc' } };
    for (const predicate of [
      { buildDefinition: { externalParameters: { workflow }, resolvedDependencies } },
      { invocation: { configSource } },
    ])
      expect(placeOf(bundle(predicate))).toEqual({ repository, commit: 'abc' });
    expect(placeOf(bundle({}))).toBeNull();
  });
});
