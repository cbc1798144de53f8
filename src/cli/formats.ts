/** The formats of a report, and which of them is meant. */
import { extname } from 'node:path';
import { BisectError } from '../errors.js';
import type { ReportFormat } from './requests.js';

const BY_ENDING: Readonly<Record<string, ReportFormat>> = {
  '.md': 'md',
  '.markdown': 'md',
  '.html': 'html',
  '.htm': 'html',
  '.json': 'json',
  '.xml': 'junit',
};

/** The format that the ending of a file's name stands for; undefined if it stands for none. */
export const formatByEnding = (file: string): ReportFormat | undefined =>
  BY_ENDING[extname(file).toLowerCase()];

/** @throws BisectError `BAD_OPTION` if the ending of a file's name stands for no format */
export function formatOfFile(file: string): ReportFormat {
  const format = formatByEnding(file);
  if (format) return format;
  throw new BisectError('BAD_OPTION', `${file}: its ending names no format`, {
    hint: 'end it in .md, .html, .json or .xml (JUnit)',
  });
}
