/** The parts of npm's documents that this project reads. Own types: @types/pacote lags behind pacote. */
import { z } from 'zod';

/** One version's entry in a packument. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly bin?: string | Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly deprecated?: string | boolean;
  readonly dist: {
    readonly tarball: string;
    readonly integrity?: string;
    readonly shasum?: string;
    readonly signatures?: readonly unknown[];
    readonly attestations?: unknown;
  };
}

/** npm's document of a package: every published version. */
export interface Packument {
  readonly name: string;
  readonly 'dist-tags': Readonly<Record<string, string>>;
  readonly versions: Readonly<Record<string, Manifest>>;
  /** Publication times by version, plus `created` and `modified`. May be absent or wrong on mirrors. */
  readonly time?: Readonly<Record<string, string>>;
}

/** Where the executable of a release is, as its client's packaging says: before the registry is asked for it. */
export interface ExecutableLocation {
  /** Package whose tarball holds it: the client's own or a platform package. */
  readonly package: string;
  readonly version: string;
  /** Path in the tarball of what is run, for example `package/claude`. */
  readonly entry: string;
  /** Further tarball paths without which it does not start; taken along where the tarball has them. */
  readonly companions: readonly string[];
  readonly runner: 'native' | 'node';
}

/** A location that the registry has confirmed: what the store needs to get the executable. */
export interface ExecutableSource extends ExecutableLocation {
  readonly tarball: string;
  /** Subresource integrity of the tarball, `sha512-…`. */
  readonly integrity: string;
  /** What its packument says of signatures, which nobody has checked; left out where there are none. */
  readonly signing?: 'attested' | 'signed';
}

const manifestShape = z.object({
  name: z.string(),
  version: z.string(),
  bin: z.union([z.string(), z.record(z.string(), z.string())]).exactOptional(),
  optionalDependencies: z.record(z.string(), z.string()).exactOptional(),
  deprecated: z.union([z.string(), z.boolean()]).exactOptional(),
  dist: z.object({
    tarball: z.url({ protocol: /^https?$/ }),
    integrity: z.string().exactOptional(),
    shasum: z.string().exactOptional(),
    signatures: z.array(z.unknown()).exactOptional().catch([]),
    attestations: z.unknown().optional(),
  }),
});

const packumentShape = z.object({
  name: z.string(),
  'dist-tags': z.record(z.string(), z.string()).default({}),
  versions: z.record(z.string(), z.unknown()),
  time: z.record(z.string(), z.unknown()).exactOptional(),
});

/**
 * The packument of `name` in `document`, with no more than this project reads. A version whose entry is malformed, or
 * is that of another package or version, is left out: one bad publish must not hide the others.
 * @returns null when the document is not that package's packument
 */
export function parsePackument(name: string, document: unknown): Packument | null {
  const read = packumentShape.safeParse(document);
  if (!read.success || read.data.name !== name) return null;
  const { time } = read.data;
  return {
    name,
    'dist-tags': read.data['dist-tags'],
    versions: manifests(name, read.data.versions),
    ...(time ? { time: strings(time) } : {}),
  };
}

function manifests(name: string, entries: Readonly<Record<string, unknown>>): Record<string, Manifest> {
  const kept: Record<string, Manifest> = {};
  for (const [version, entry] of Object.entries(entries)) {
    const read = manifestShape.safeParse(entry);
    if (read.success && read.data.name === name && read.data.version === version) kept[version] = read.data;
  }
  return kept;
}

function strings(record: Readonly<Record<string, unknown>>): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [key, value] of Object.entries(record)) if (typeof value === 'string') kept[key] = value;
  return kept;
}
