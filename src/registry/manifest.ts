/** The parts of npm's documents that this project reads. Own types: @types/pacote lags behind pacote. */
import { z } from 'zod';

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

/** One version's entry in a packument. */
export type Manifest = z.infer<typeof manifestShape>;

/** npm's document of a package: every published version. */
export interface Packument {
  readonly name: string;
  readonly 'dist-tags': Readonly<Record<string, string>>;
  readonly versions: Readonly<Record<string, Manifest>>;
  /** Publication times by version, plus `created` and `modified`. May be absent or wrong on mirrors. */
  readonly time?: Readonly<Record<string, string>>;
}

/**
 * The packument of `name` in `document`, with no more than this project reads. A version whose entry is malformed, or
 * is that of another package or version, is left out: one bad publish must not hide the others.
 * @returns null when the document is not that package's packument
 */
export function parsePackument(name: string, document: unknown): Packument | null {
  const { data: read } = packumentShape.safeParse(document);
  if (read?.name !== name) return null;
  const versions = Object.entries(read.versions).flatMap(([version, entry]) => {
    const { data: manifest } = manifestShape.safeParse(entry);
    return manifest?.name === name && manifest.version === version ? [[version, manifest] as const] : [];
  });
  const times = Object.entries(read.time ?? {}).filter((entry) => typeof entry[1] === 'string');
  return {
    name,
    'dist-tags': read['dist-tags'],
    versions: Object.fromEntries(versions),
    ...(read.time && { time: Object.fromEntries(times) as Record<string, string> }),
  };
}
