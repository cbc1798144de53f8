import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maskOf } from '../../../src/report/redact/mask.js';
import { redactedSource } from '../../../src/report/redact/source.js';

const redacted = (source: string, values: readonly string[] = []) =>
  redactedSource(source, values, [maskOf(/\/home\/anna/g, () => '~')]);

describe('a program that is given away', () => {
  it.each([
    ["const TOKEN = 'abc123def';", "const TOKEN = 'redacted-1';"],
    ['// sk-ant-api03-AAAAAAAAAAAAAAAAAAAAAA1 of /home/anna/x', '// redacted-1 of ~/x'],
    ["headers.set('x-api-key', 'k-12345');", "headers.set('x-api-key', 'redacted-1');"],
    ["const u = 'https://user:pass123@host/x';", "const u = 'https://redacted-1@host/x';"],
    ['body: \'{"access_token":"qwe123"}\'', 'body: \'{"access_token":"redacted-1"}\''],
    ['/* password: hunter22 */', '/* password: redacted-1 */'],
  ])('loses a secret: %s', (source, expected) => {
    expect(redacted(source)).toBe(expected);
  });

  it.each([
    'const token = lookup(record);',
    'const { token } = process.env; const key = process.env.API_KEY;',
    'headers: { Authorization: `Bearer ${TOKEN}` }',
    "_meta: { progressToken: 'p-12' }, nextCursor: 'page-2'",
  ])('keeps what is none: %s', (source) => {
    expect(redacted(source)).toBe(source);
  });

  it('keeps one secret apart from another, and finds each again wherever it is used', () => {
    const source = [
      "const RIGHT = 'right-4711';",
      "gateway: { bearer: RIGHT }, headers: { Authorization: 'Bearer right-4711' },",
      "headers: { Authorization: 'Bearer wrong-0815' },",
    ].join('\n');
    expect(redacted(source, ['right-4711', 'wrong-0815'])).toBe(
      source.replaceAll('right-4711', 'redacted-1').replace('wrong-0815', 'redacted-2'),
    );
  });

  it('is the same after a second time', () => {
    // Node has loaded the file, so that it is a program: texts are closed, and stand apart.
    const quote = fc.constantFrom("'", '"', '`');
    const content = fc
      .array(fc.constantFrom('token: ', 'abc123', 'Bearer ', '${x}', '=', ' '), { maxLength: 4 })
      .map((parts) => parts.join(''));
    const text = fc.tuple(quote, content).map(([mark, inside]) => mark + inside + mark);
    const line = fc.oneof(
      content.map((inside) => `// ${inside}\n`),
      text.map((value) => `const TOKEN = ${value};\n`),
      fc.tuple(text, text).map(([key, value]) => `set(${key}, ${value});\n`),
      text.map((value) => `({ token: ${value} });\n`),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 4 }), (lines) => {
        const once = redacted(lines.join(''));
        expect(redacted(once)).toBe(once);
      }),
      { numRuns: 500 },
    );
  });
});
