import { describe, expect, it } from 'vitest';
import { jsonText } from '../../src/report/json-text.js';
import { reportDocument } from '../../src/report/report-document.js';
import { hostileReport } from '../helpers/reports.js';

describe('the text of a document', () => {
  it('cannot act on a terminal that shows it, and holds the values unchanged', () => {
    const document = reportDocument(hostileReport());
    const text = jsonText(document);
    expect(text).not.toMatch(/[^\n\P{Cc}]|[\p{Cf}\u2028\u2029]/u);
    expect(JSON.parse(text)).toEqual(document);
  });

  it('escapes what JSON would leave: C1, directions, hidden characters, those beyond the first plane as well', () => {
    const hidden = '\u009B31m\u202E\u2066\u200B\uFEFF\u2028\u{E0041}\u007F';
    const text = jsonText({ hidden });
    // oxlint-disable-next-line no-control-regex
    expect(text).toMatch(/^[\n\u0020-\u007E]+$/);
    expect(JSON.parse(text)).toEqual({ hidden });
  });

  it('leaves readable text readable', () => {
    expect(jsonText({ a: '漢字 ✔ ×' })).toBe('{\n  "a": "漢字 ✔ ×"\n}\n');
  });

  it('has no command to the runner of GitHub in it, and holds the values unchanged', () => {
    const commands = { a: '##[add-mask]x', b: 'x ##[group]' };
    expect(jsonText(commands)).not.toContain('##[');
    expect(JSON.parse(jsonText(commands))).toEqual(commands);
  });
});
