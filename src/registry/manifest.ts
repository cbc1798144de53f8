/** The parts of npm's documents that this project reads. Own types: @types/pacote lags behind pacote. */

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
