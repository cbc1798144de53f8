/**
 * A registry on loopback that serves the real packages of npm's, but only those versions that the test has published so far.
 * A tarball is fetched from npm's when it is first asked for, and kept in a folder.
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { rename, stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

const REAL = 'https://registry.npmjs.org/';

interface Packument {
  readonly name: string;
  readonly versions: Readonly<Record<string, { readonly dist: { readonly tarball: string } }>>;
  readonly time: Readonly<Record<string, string>>;
}

export interface Mirror {
  readonly url: string;
  /** Versions of every package that are there by now. */
  readonly published: Set<string>;
  /** Fetches the tarballs of a package ahead, one after the other: the test goes on meanwhile. */
  fetchAhead(name: string, versions: readonly string[]): void;
  /** What was asked for, in order: `GET 304 /@scope/name`. */
  readonly requests: string[];
  /** The tarballs among them. */
  tarballs(): string[];
  close(): Promise<void>;
}

/**
 * @param names of the packages, for example a client's own and its platform's
 * @param folder where tarballs are kept
 */
export async function startMirror(names: readonly string[], folder: string): Promise<Mirror> {
  const real = new Map<string, Packument>(
    await Promise.all(names.map(async (name) => [`/${name}`, await packumentOf(name)] as const)),
  );
  const published = new Set<string>();
  const requests: string[] = [];
  const fetching = new Map<string, Promise<string>>();
  let url = '';
  const kept = (path: string): Promise<string> | undefined => {
    const source = tarballAt(path, real);
    const file = fetching.get(path) ?? (source && keep(source, join(folder, path.replaceAll('/', '_'))));
    if (file) fetching.set(path, file);
    return file || undefined;
  };
  const server: Server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const path = decodeURIComponent(new URL(request.url ?? '/', url).pathname);
    response.once('close', () => requests.push(`${String(request.method)} ${response.statusCode} ${path}`));
    const packument = real.get(path);
    if (packument) return answer(request, response, JSON.stringify(sofar(packument, published, url)));
    const file = await kept(path);
    if (file === undefined) return void response.writeHead(404).end('{}');
    response.writeHead(200, { 'content-length': (await stat(file)).size });
    await pipeline(createReadStream(file), response);
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the mirror has no port');
  url = `http://127.0.0.1:${address.port}/`;
  return {
    url,
    published,
    requests,
    fetchAhead: (name, versions) => {
      const { versions: all = {} } = real.get(`/${name}`) ?? {};
      const paths = versions.flatMap((version) => all[version]?.dist.tarball.replace(REAL, '/') ?? []);
      const inTurn = async () => {
        for (const path of paths) await kept(path);
      };
      // What cannot be fetched is met by whoever asks for it.
      inTurn().catch(() => undefined);
    },
    tarballs: () => requests.filter((line) => line.endsWith('.tgz')),
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function packumentOf(name: string): Promise<Packument> {
  const response = await fetch(`${REAL}${name.replace('/', '%2f')}`);
  return (await response.json()) as Packument;
}

/** The packument as it would be if only these versions had been published: tarballs are here. */
function sofar(packument: Packument, published: ReadonlySet<string>, url: string) {
  const isThere = ([version]: readonly [string, unknown]) => published.has(version);
  const versions = Object.entries(packument.versions)
    .filter(isThere)
    .map(([version, manifest]) => {
      const tarball = manifest.dist.tarball.replace(REAL, url);
      return [version, { ...manifest, dist: { ...manifest.dist, tarball } }] as const;
    });
  const latest = versions.at(-1)?.[0];
  return {
    name: packument.name,
    'dist-tags': latest === undefined ? {} : { latest },
    versions: Object.fromEntries(versions),
    time: Object.fromEntries(Object.entries(packument.time).filter(isThere)),
  };
}

function answer(request: IncomingMessage, response: ServerResponse, body: string): void {
  const etag = `"${createHash('sha256').update(body).digest('hex').slice(0, 16)}"`;
  if (request.headers['if-none-match'] === etag) response.writeHead(304, { etag }).end();
  else response.writeHead(200, { etag, 'content-type': 'application/json' }).end(body);
}

function tarballAt(path: string, real: ReadonlyMap<string, Packument>): string | undefined {
  const all = [...real.values()].flatMap(({ versions }) => Object.values(versions));
  return all.find(({ dist }) => dist.tarball.replace(REAL, '/') === path)?.dist.tarball;
}

async function keep(source: string, file: string): Promise<string> {
  const response = await fetch(source);
  if (!response.ok || !response.body) throw new Error(`${source} answered ${response.status}`);
  await pipeline(Readable.fromWeb(response.body as never), createWriteStream(`${file}.part`));
  await rename(`${file}.part`, file);
  return file;
}
