import { describe, expect, it } from 'vitest';
import { versionTableDocument } from '../../../src/report/nightly/json.js';
import { hostileTable, sampleTable } from '../../helpers/version-tables.js';

describe('the document of the version table', () => {
  it('is the table itself, schema first, and ends its last line', () => {
    const text = versionTableDocument(sampleTable);
    expect(JSON.parse(text)).toEqual(sampleTable);
    expect(text).toMatch(/^\{\n {2}"schema": 1,\n[^]*\}\n$/u);
  });

  it('is the same text for the same table', () => {
    expect(versionTableDocument(structuredClone(sampleTable))).toBe(versionTableDocument(sampleTable));
  });

  it('keeps the words of others, and shows none that act on what shows it', () => {
    const table = hostileTable();
    const text = versionTableDocument(table);
    expect(JSON.parse(text)).toEqual(table);
    expect(text.replaceAll('\n', '')).not.toMatch(/\p{Cc}|\p{Cf}/u);
  });
});
