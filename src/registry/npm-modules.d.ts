/** npm's own modules come without types: the parts that this folder uses, as their sources show them. */

type NpmLibraryOptions = Readonly<Record<string, unknown>>;

declare module '@npmcli/config' {
  export default class Config {
    /** @param settings with `warn: false` warnings are queued and never told, unless asked for */
    constructor(settings: NpmLibraryOptions);
    /** Options in the words of npm's libraries. */
    readonly flat: Record<string, unknown>;
    load(): Promise<void>;
    /** @throws an error whose code is `ERR_INVALID_AUTH` for credentials that belong to no registry */
    validate(): boolean;
    isDefault(key: string): boolean;
  }
}

declare module '@npmcli/config/lib/definitions/index.js' {
  const definitions: Record<'definitions' | 'shorthands' | 'flatten' | 'nerfDarts', unknown>;
  export default definitions;
}

declare module '@npmcli/agent' {
  import type { Agent } from 'node:http';
  /** `proxy.url` is the one that this address goes through. */
  export function getAgent(
    url: string,
    options: NpmLibraryOptions,
  ): Agent & { readonly proxy: { readonly url?: URL } };
}

declare module 'npm-registry-fetch/lib/auth.js' {
  export default function getAuth(
    url: string,
    options: NpmLibraryOptions,
  ): Readonly<Record<'token' | 'auth' | 'cert' | 'key', string | null>>;
}

declare module 'npm-registry-fetch' {
  const fetch: {
    /** @throws an error whose code is `E404` and the like for a status that says no */
    json(path: string, options: NpmLibraryOptions): Promise<unknown>;
  };
  export default fetch;
}

declare module 'pacote' {
  interface Manifest {
    readonly _signatures?: readonly unknown[];
    /** Those that were verified. */
    readonly _attestationBundles?: readonly {
      readonly bundle: { readonly dsseEnvelope: { readonly payload: string } };
    }[];
  }
  const pacote: {
    /** @throws an error whose code says what is not as it was signed: `EINTEGRITYSIGNATURE`, `EATTESTATIONVERIFY` … */
    manifest(spec: string, options: NpmLibraryOptions): Promise<Manifest>;
  };
  export default pacote;
}
