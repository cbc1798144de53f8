/** Tells a packument from anything else that a server may answer. Pure. */
import { z } from 'zod';
import type { Manifest, Packument } from './manifest.js';

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
