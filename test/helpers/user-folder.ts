/** A folder outside of every project, as a user's file lies in one. By its name vitest leaves loading to Node (vitest.config.ts). */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';

export interface UserFolder {
  readonly path: string;
  /** Writes a file into it, and returns its path. */
  write(name: string, text: string): string;
}

/** To be called while tests are described. */
export function useFolder(): UserFolder {
  let path = '';
  beforeEach(() => {
    path = mkdtempSync(join(tmpdir(), 'mcp-bisect-scenario-'));
  });
  afterEach(() => {
    rmSync(path, { recursive: true, force: true });
  });
  return {
    get path() {
      return path;
    },
    write(name, text) {
      writeFileSync(join(path, name), text);
      return join(path, name);
    },
  };
}
