import { createHash, type Hash } from 'node:crypto';
import { open, type FileHandle } from 'node:fs/promises';

/** Bytes read at once: enough to keep a thread busy while the piece before is hashed. */
const PIECE = 1024 * 1024;

/**
 * Digest of a file's content, as the record has it. sha256, because the common processors have instructions for it:
 * 1.9 GB/s against 1.1 GB/s for sha512. (The tarball's own digest stays sha512, as npm gives it.)
 * @param onBytes told how many bytes are done
 * @returns lower-case hex
 * @throws the system's errors; the signal's reason
 */
export async function hashFile(
  path: string,
  onBytes: (done: number) => void,
  signal?: AbortSignal,
): Promise<string> {
  const handle = await open(path, 'r');
  try {
    return (await hashAll(handle, onBytes, signal)).digest('hex');
  } finally {
    await handle.close();
  }
}

async function hashAll(
  handle: FileHandle,
  onBytes: (done: number) => void,
  signal?: AbortSignal,
): Promise<Hash> {
  const hash = createHash('sha256');
  let [filling, spare] = [Buffer.allocUnsafe(PIECE), Buffer.allocUnsafe(PIECE)];
  let done = 0;
  let { bytesRead } = await handle.read(filling, 0, PIECE, null);
  while (bytesRead > 0) {
    signal?.throwIfAborted();
    const full = filling.subarray(0, bytesRead);
    [filling, spare] = [spare, filling];
    const next = handle.read(filling, 0, PIECE, null);
    hash.update(full);
    onBytes((done += full.length));
    ({ bytesRead } = await next);
  }
  return hash;
}
