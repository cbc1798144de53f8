/** Places on the page of the table: of each client, and of each of its releases. Pure. */
import { anchorOf } from '../html/anchors.js';

/** No client has that of another one's release: a version has no blank. */
export const tableAnchor = (client: string): string => anchorOf(`of ${client}`);

export const rowAnchor = (client: string, version: string): string => anchorOf(`${client} ${version}`);
