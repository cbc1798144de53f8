/**
 * A small npm registry on loopback, for tests: packuments and tarballs over HTTP, with a log of what was asked and
 * with faults to order. State lives in the object that {@link startRegistry} returns; nothing is shared.
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { json, send } from './registry-faults.js';
import type { Answer, Fault } from './registry-faults.js';
import { packageTarball } from './tarball.js';
import type { PackageFile } from './tarball.js';

/** What is published: give `files` (a package.json is added where there is none) or a ready `tarball`. */
export interface Publication {
  readonly name: string;
  readonly version: string;
  /** Path below the package's root → contents, or contents with mode and type. */
  readonly files?: Readonly<Record<string, PackageFile>>;
  readonly tarball?: Buffer;
  /** Further fields of the version's manifest (`bin`, `optionalDependencies`, `deprecated`, a whole `dist` …). */
  readonly manifest?: Readonly<Record<string, unknown>>;
  /** Publication time; default is one day after the one published before, from 2026-01-01. Null: none is given. */
  readonly time?: string | null;
  /** Promised instead of the true integrity; null: the manifest promises none, only the sha1 `shasum`. */
  readonly integrity?: string | null;
  /** Dist-tags that point here from now on; default is `latest` alone. */
  readonly tags?: readonly string[];
}

export interface Published {
  readonly tarball: Buffer;
  /** True integrity of the bytes, whatever the manifest promises. */
  readonly integrity: string;
  /** Path of the tarball on this registry, for {@link TestRegistry.fault}. */
  readonly path: string;
}

export type { Fault } from './registry-faults.js';

export interface RegistryRequest {
  readonly method: string;
  /** Decoded path, for example `/@scope/name`. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** Status sent; 0 while nothing was. */
  status: number;
  /** Bytes of the body handed to the socket so far: tells whether back-pressure was kept. */
  bytesSent: number;
  /** Settles when the exchange is over, either way. */
  readonly closed: Promise<void>;
}

interface Package {
  readonly versions: Record<string, Record<string, unknown>>;
  readonly time: Record<string, string>;
  readonly tags: Record<string, string>;
}

export interface RegistryOptions {
  /** Origin that manifests give for tarballs, where it is not this registry's own (as mirrors often do). */
  readonly tarballOrigin?: string;
  /** Folder below which the registry lives, for example `/npm`; part of `url`. */
  readonly prefix?: string;
}

/** Starts a registry on a free port of 127.0.0.1. Close it in `afterEach`. */
export async function startRegistry(options: RegistryOptions = {}): Promise<TestRegistry> {
  const registry = new TestRegistry(options);
  await registry.listen(0);
  return registry;
}

export class TestRegistry {
  /** Every request so far, in order of arrival. */
  readonly requests: RegistryRequest[] = [];
  /** Whether tarballs and packuments carry an ETag, and packuments are answered with 304 where the client has it. */
  etag = true;
  /** Whether a part of a tarball can be had (RFC 9110, section 14). */
  ranges = true;
  /** The keys at `/-/npm/v1/keys`; null: no such path, as on most mirrors. */
  keys: readonly object[] | null = null;
  /** Makes the signatures of what is published from now on: of `name@version:integrity`. */
  signer: ((message: string) => readonly object[]) | null = null;
  /** What is served as the attestation of whatever is published from now on. */
  attestations: object | null = null;
  /** `Cache-Control` of packuments; the public registry sends `public, max-age=300`. */
  cacheControl: string | null = null;

  readonly #options: RegistryOptions;
  readonly #packages = new Map<string, Package>();
  readonly #tarballs = new Map<string, Buffer>();
  readonly #faults = new Map<string, { fault: Fault; left: number }>();
  readonly #waiting: { path: string; resolve: (request: RegistryRequest) => void }[] = [];
  #token: string | null = null;
  #published = 0;
  #port = 0;
  #server: Server | null = null;

  constructor(options: RegistryOptions) {
    this.#options = options;
  }

  /** `http://127.0.0.1:<port>/`, with the prefix. Stays the same over {@link stop} and {@link restart}. */
  get url(): string {
    return `http://127.0.0.1:${this.#port}${this.#options.prefix ?? ''}/`;
  }

  /** Publishes one version and returns its tarball, true integrity and path. */
  publish(publication: Publication): Published {
    const { name, version } = publication;
    const tarball = publication.tarball ?? packageTarball(withPackageJson(publication));
    const path = pathOf(name, version);
    const integrity = `sha512-${createHash('sha512').update(tarball).digest('base64')}`;
    this.#tarballs.set(path, tarball);
    const origin = this.#options.tarballOrigin ?? this.url.slice(0, -1);
    const promised = publication.integrity === undefined ? integrity : publication.integrity;
    this.#record(publication, {
      tarball: `${origin}${path}`,
      shasum: createHash('sha1').update(tarball).digest('hex'),
      ...(promised === null ? {} : { integrity: promised }),
      ...(this.attestations && {
        attestations: { url: `${this.url}-/npm/v1/attestations/${name}@${version}` },
      }),
      ...(this.signer && { signatures: this.signer(`${name}@${version}:${integrity}`) }),
    });
    return { tarball, integrity, path };
  }

  /** Points a dist-tag at a version. */
  tag(name: string, tag: string, version: string): void {
    this.#package(name).tags[tag] = version;
  }

  /** Removes the tarball at `path` (as {@link publish} returned it): it answers 404 from now on. */
  removeTarball(path: string): void {
    this.#tarballs.delete(path);
  }

  /** Takes a version back, with its tarball and the tags that point at it: `latest` is the one published before it. */
  unpublish(name: string, version: string): void {
    const { versions, time, tags } = this.#package(name);
    delete versions[version];
    delete time[version];
    this.#tarballs.delete(pathOf(name, version));
    const [newest] = Object.keys(versions).slice(-1);
    for (const [tag, target] of Object.entries(tags))
      if (target === version && newest === undefined) delete tags[tag];
      else if (target === version && newest !== undefined) tags[tag] = newest;
  }

  /** Puts the publisher's warning on a version. */
  deprecate(name: string, version: string, warning: string): void {
    const { versions } = this.#package(name);
    versions[version] = { ...versions[version], deprecated: warning };
  }

  /**
   * Orders a fault for a path (a tarball's, or `/name` for a packument), the next `times` times it is asked.
   * The path `*` stands for all paths that have none of their own.
   */
  fault(path: string, fault: Fault, times = Infinity): void {
    this.#faults.set(path, { fault, left: times });
  }

  clearFaults(): void {
    this.#faults.clear();
  }

  /** Answers 401 to everyone who does not send `Authorization: Bearer <token>`; null: to nobody. */
  requireAuth(token: string | null): void {
    this.#token = token;
  }

  /** The requests for one path. */
  requestsFor(path: string): RegistryRequest[] {
    return this.requests.filter((request) => request.path === path);
  }

  /** Resolves with the next request for `path` (or any, for `*`) as soon as it has arrived. */
  nextRequest(path = '*'): Promise<RegistryRequest> {
    return new Promise((resolve) => this.#waiting.push({ path, resolve }));
  }

  /** Refuses connections from now on, as a registry that is down; the port is kept for {@link restart}. */
  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    if (!server) return;
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  }

  async restart(): Promise<void> {
    await this.listen(this.#port);
  }

  close(): Promise<void> {
    return this.stop();
  }

  /** @internal Use {@link startRegistry}. */
  async listen(port: number): Promise<void> {
    const server = createServer((request, response) => {
      this.#serve(request, response).catch((error: unknown) => {
        response.destroy(error instanceof Error ? error : new Error(String(error)));
      });
    });
    this.#server = server;
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('the registry has no port');
    this.#port = address.port;
  }

  #package(name: string): Package {
    const known = this.#packages.get(name);
    if (known) return known;
    const made: Package = { versions: {}, time: {}, tags: {} };
    this.#packages.set(name, made);
    return made;
  }

  #record({ name, version, manifest, time, tags }: Publication, dist: Record<string, unknown>): void {
    const entry = this.#package(name);
    entry.versions[version] = { name, version, dist, ...manifest };
    const usual = new Date(Date.UTC(2026, 0, 1 + this.#published++)).toISOString();
    if (time !== null) entry.time[version] = time ?? usual;
    for (const tag of tags ?? ['latest']) entry.tags[tag] = version;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const entry = this.#log(request, response);
    const fault = this.#takeFault(entry.path);
    if (fault?.kind === 'delay') await sleep(fault.ms);
    if (fault?.kind === 'hold') await fault.until;
    const answer = this.#answer(entry);
    await send(response, entry, fault, answer);
  }

  #log(request: IncomingMessage, response: ServerResponse): RegistryRequest {
    const prefix = this.#options.prefix ?? '';
    const path = decodeURIComponent(new URL(request.url ?? '/', this.url).pathname);
    const entry: RegistryRequest = {
      method: request.method ?? 'GET',
      path: path.startsWith(`${prefix}/`) ? path.slice(prefix.length) : `outside the prefix: ${path}`,
      headers: request.headers,
      status: 0,
      bytesSent: 0,
      closed: new Promise((resolve) => {
        response.once('close', resolve);
      }),
    };
    this.requests.push(entry);
    for (const waiter of this.#waiting.filter(
      ({ path: wanted }) => wanted === '*' || wanted === entry.path,
    )) {
      this.#waiting.splice(this.#waiting.indexOf(waiter), 1);
      waiter.resolve(entry);
    }
    return entry;
  }

  #takeFault(path: string): Fault | null {
    const ordered = this.#faults.get(path) ?? this.#faults.get('*');
    if (!ordered || ordered.left <= 0) return null;
    ordered.left -= 1;
    return ordered.fault;
  }

  #answer({ path, headers }: RegistryRequest): Answer {
    if (this.#token !== null && headers.authorization !== `Bearer ${this.#token}`) {
      return json(401, { error: 'authentication required' });
    }
    if (path === '/-/npm/v1/keys' && this.keys) return json(200, { keys: this.keys });
    if (path.startsWith('/-/npm/v1/attestations/') && this.attestations) return json(200, this.attestations);
    const tarball = this.#tarballs.get(path);
    if (tarball) return this.#part(tarball, headers);
    const known = this.#packages.get(path.slice(1));
    return known ? this.#packument(path.slice(1), known, headers) : json(404, { error: 'Not found' });
  }

  #part(tarball: Buffer, { range, 'if-range': same }: IncomingHttpHeaders): Answer {
    const etag = `"${createHash('sha1').update(tarball).digest('hex')}"`;
    const answer = {
      status: 200,
      headers: { 'content-type': 'application/octet-stream', ...(this.etag && { etag }) },
      body: tarball,
    };
    const from = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? Number.NaN);
    if (!this.ranges || Number.isNaN(from) || (same !== undefined && same !== etag)) return answer;
    const part = { 'content-range': `bytes ${from}-${tarball.length - 1}/${tarball.length}` };
    return { status: 206, headers: { ...answer.headers, ...part }, body: tarball.subarray(from) };
  }

  #packument(name: string, { versions, time, tags }: Package, headers: IncomingHttpHeaders): Answer {
    const answer = json(200, { _id: name, name, 'dist-tags': tags, versions, time });
    const etag = `"${createHash('sha1').update(answer.body).digest('hex')}"`;
    if (this.cacheControl !== null) answer.headers['cache-control'] = this.cacheControl;
    if (!this.etag) return answer;
    const unchanged = headers['if-none-match'] === etag;
    const tagged = { ...answer.headers, etag };
    return unchanged
      ? { status: 304, headers: tagged, body: Buffer.alloc(0) }
      : { ...answer, headers: tagged };
  }
}

const pathOf = (name: string, version: string) =>
  `/${name}/-/${name.replace(/^@[^/]+\//, '')}-${version}.tgz`;

function withPackageJson({ name, version, files = {} }: Publication): Record<string, PackageFile> {
  return { 'package.json': JSON.stringify({ name, version }), ...files };
}
