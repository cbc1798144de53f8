/** npm's own modules come without types: the parts that this folder uses, as their sources show them. */

declare module '@npmcli/config' {
  interface Settings {
    readonly definitions: unknown;
    readonly shorthands: unknown;
    readonly flatten: unknown;
    readonly nerfDarts: readonly string[];
    readonly npmPath: string;
    readonly env: Record<string, string | undefined>;
    readonly argv: readonly string[];
    readonly cwd: string;
    /** False: warnings are queued and never told, unless asked for. */
    readonly warn: boolean;
  }
  export default class Config {
    constructor(settings: Settings);
    /** Options in the words of npm's libraries. */
    readonly flat: Record<string, unknown>;
    load(): Promise<void>;
    /** @throws an error whose code is `ERR_INVALID_AUTH` for credentials that belong to no registry */
    validate(): boolean;
    isDefault(key: string): boolean;
  }
}

declare module '@npmcli/config/lib/definitions/index.js' {
  const definitions: {
    readonly definitions: unknown;
    readonly shorthands: unknown;
    readonly flatten: unknown;
    readonly nerfDarts: readonly string[];
  };
  export default definitions;
}

declare module '@npmcli/agent' {
  import type { Agent } from 'node:http';
  /** `proxy.url` is the one that this address goes through. */
  export function getAgent(
    url: string,
    options: Record<string, unknown>,
  ): Agent & { readonly proxy: { readonly url?: URL } };
}

declare module 'npm-registry-fetch/lib/auth.js' {
  interface Credentials {
    readonly token: string | null;
    readonly auth: string | null;
    readonly cert: string | null;
    readonly key: string | null;
  }
  export default function getAuth(url: string, options: Readonly<Record<string, unknown>>): Credentials;
}

declare module 'npm-registry-fetch' {
  const fetch: {
    /** @throws an error whose code is `E404` and the like for a status that says no */
    json(path: string, options: Readonly<Record<string, unknown>>): Promise<unknown>;
  };
  export default fetch;
}

declare module 'pacote' {
  interface Manifest {
    readonly dist: { readonly attestations?: unknown };
    readonly _signatures?: readonly unknown[];
    /** Those that were verified. */
    readonly _attestationBundles?: readonly {
      readonly bundle: { readonly dsseEnvelope: { readonly payload: string } };
    }[];
  }
  const pacote: {
    /** @throws an error whose code says what is not as it was signed: `EINTEGRITYSIGNATURE`, `EATTESTATIONVERIFY` … */
    manifest(spec: string, options: Readonly<Record<string, unknown>>): Promise<Manifest>;
  };
  export default pacote;
}
