import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { makeDirectory } from '../src/disk.js';

it('a folder is made with all that is above it, and one that is there is left as it is', () => {
  const root = mkdtempSync(join(tmpdir(), 'mcp-bisect-folder-'));
  try {
    for (const _ of [1, 2]) makeDirectory(join(root, 'a', 'b', 'c'));
    expect(existsSync(join(root, 'a', 'b', 'c'))).toBe(true);
  } finally {
    rmSync(root, { recursive: true });
  }
});

it('where the system makes none, that is said, and not tried for ever', () => {
  expect(() => makeDirectory('/proc/nowhere/cache')).toThrow('ENOENT');
});
