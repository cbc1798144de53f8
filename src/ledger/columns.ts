/** What stands in a column, read so that a damaged one can be told. */
import { isUtf8 } from 'node:buffer';
import { isAnyArrayBuffer } from 'node:util/types';
import { gunzipSync } from 'node:zlib';

/** For a list of columns of text: libsql ends the whole process over text that is no UTF-8, and a blob may be anything. */
export const asBlobs = (...columns: readonly string[]): string =>
  columns.map((column) => `CAST(${column} AS BLOB) AS ${column}`).join(', ');

/**
 * The text of such a column.
 * @throws SyntaxError if it is none
 */
export function textOf(column: unknown): string {
  const bytes = bytesOf(column);
  if (!isUtf8(bytes)) throw new SyntaxError('this is no text');
  return bytes.toString();
}

/**
 * The JSON object in such a column.
 * @throws SyntaxError if it is none
 */
export const objectOf = (column: unknown): object => asObject(JSON.parse(textOf(column)));

/**
 * The JSON object in a column that holds it compressed.
 * @throws SyntaxError, or zlib's error, if it is none
 */
export const unzippedOf = (column: unknown): object =>
  asObject(JSON.parse(gunzipSync(bytesOf(column)).toString()));

function asObject(value: unknown): object {
  if (typeof value !== 'object' || value === null) throw new SyntaxError('this is no object');
  return value;
}

/** libsql's `get` gives a blob as a Buffer, and `all` as an ArrayBuffer. */
function bytesOf(column: unknown): Buffer {
  if (Buffer.isBuffer(column)) return column;
  if (isAnyArrayBuffer(column)) return Buffer.from(column);
  throw new SyntaxError('nothing stands there');
}
