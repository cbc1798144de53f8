/** Finds and reads `mcp-bisect.config.mjs` or `mcp-bisect.config.json`. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, extname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { BisectError, systemCode } from '../errors.js';
import { parseConfig, type NightlyConfig } from './config.js';

const NAMES = ['mcp-bisect.config.mjs', 'mcp-bisect.config.json'];

export interface FoundConfig {
  readonly config: NightlyConfig;
  /** Absolute path; null where there is none. */
  readonly file: string | null;
  /** Where the paths in it begin: its folder, or `cwd`. */
  readonly folder: string;
}

/**
 * Reads the configuration.
 * @param path as the user named it, relative to `cwd`; undefined: one of the usual names in `cwd`, if there is one
 * @throws BisectError `BAD_CONFIG`
 */
export async function findConfig(path: string | undefined, cwd: string): Promise<FoundConfig> {
  const file = path === undefined ? usualFile(cwd) : resolve(cwd, path);
  if (file === undefined) return { config: {}, file: null, folder: cwd };
  return { config: parseConfig(await read(file), file), file, folder: dirname(file) };
}

function usualFile(cwd: string): string | undefined {
  const [file, other] = NAMES.map((name) => join(cwd, name)).filter((candidate) => existsSync(candidate));
  if (other === undefined) return file;
  throw badConfig(
    `${String(file)} and ${other} are both there`,
    'keep one of them, or name it with --config',
  );
}

async function read(file: string): Promise<unknown> {
  const source = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw badConfig(
      `${file} cannot be read (${systemCode(cause) ?? 'unknown error'})`,
      'check --config',
      cause,
    );
  });
  return extname(file) === '.json' ? parseJson(source, file) : importDefault(file);
}

function parseJson(source: string, file: string): unknown {
  try {
    return JSON.parse(source.replace(/^\uFEFF/, ''));
  } catch (cause) {
    throw badConfig(`${file} is not JSON: ${messageOf(cause)}`, 'check its commas and quotes', cause);
  }
}

async function importDefault(file: string): Promise<unknown> {
  const module = await import(pathToFileURL(file).href).catch((cause: unknown) => {
    throw badConfig(
      `${file} cannot be loaded: ${messageOf(cause)}`,
      'run it with "node" to see where',
      cause,
    );
  });
  const { default: config } = module as { default?: unknown };
  if (config !== undefined) return config;
  throw badConfig(`${file} has no default export`, 'write "export default { … }"');
}

const messageOf = (cause: unknown) => (cause instanceof Error ? cause.message : String(cause)).split('\n')[0];

const badConfig = (message: string, hint: string, cause?: unknown) =>
  new BisectError('BAD_CONFIG', message, { hint, ...(cause === undefined ? {} : { cause }) });
