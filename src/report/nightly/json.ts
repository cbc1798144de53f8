/** The version table as a document for programs: the value itself, whose fields are a contract. Pure. */
import { jsonText } from '../text.js';
import type { VersionTable } from './version-table.js';

/** JSON, ending with a line break. The same table is the same text. */
export const versionTableDocument = (table: VersionTable): string => jsonText(table);
