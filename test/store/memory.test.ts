import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { packageTarball } from '../helpers/tarball.js';
import { Child } from './child.js';
import { scratch, sourceOf } from './workbench.js';

const MiB = 1024 * 1024;

it('a tarball of 190 MiB passes through a process that stays far below that', async () => {
  const dir = await scratch();
  const content = Buffer.alloc(190 * MiB, randomBytes(MiB));
  const tarball = packageTarball({ claude: { content, mode: 0o755 } }, 0);
  expect(tarball.length).toBeGreaterThan(190 * MiB);
  const file = join(dir, 'client.tgz');
  await writeFile(file, tarball);
  const job = { dir, url: pathToFileURL(file).href, source: sourceOf(tarball), action: 'acquire' } as const;
  const { peak } = await new Child(job).until('acquired');
  expect(Number(peak) / MiB).toBeLessThan(150);
}, 60_000);
