/** Files that are whole at any moment. */
import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';

/**
 * Puts a text in the place of a file. It is written beside it, and only then put in its place: a full disk or a killed process
 * leaves the old file. (write-file-atomic 7 does not look at how much was written, and puts half a file in the place of a whole
 * one when the disk is full.)
 * @param mode left out: what is usual
 * @throws the system's error
 */
export async function replaceFile(file: string, text: string, mode?: number): Promise<void> {
  const draft = `${file}.${randomUUID()}.tmp`;
  try {
    const handle = await open(draft, 'wx', mode);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}
