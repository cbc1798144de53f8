import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bold,
  code as codeOf,
  lines,
  paragraph,
  table,
  type Block,
  type Inline,
} from '../../src/report/document.js';
import { markdown } from '../../src/report/markdown.js';
import type { DiffLine } from '../../src/report/logs.js';
import { printable, printableLine } from '../../src/report/text.js';
import { HOSTILE } from '../helpers/reports.js';
import { all, cells, faultsOf, parsed, text } from '../helpers/mdast.js';

/** Everything Markdown, GFM and GitHub have a meaning for, in any order. */
const PIECES = [
  '`*_~[]()<>!#|\\&@$^:-+=.0/"\''.split(''),
  '`` ``` ~~~~ --- &#64; &lt; \\| <b> </details> <!-- --> ![x](y) [x]: [^1] word ö 😀'.split(' '),
  '@octocat a@b.example https://a.example www.a.example #12 o/r#3 GH-4 Gh-3 gH-4 TICKET-5 c0ffee1 :tada: :8ball: :+1:'.split(
    ' ',
  ),
  [
    '\n',
    '\n\n',
    '    ',
    '\t',
    '| --- |',
    '1. ',
    '- ',
    '# ',
    '> ',
    '\u001B[31m',
    '\u202E',
    '\u0000',
    '\uD800',
  ],
].flat();
const hostile = fc
  .array(fc.oneof(fc.constantFrom(...PIECES), fc.string({ unit: 'binary', maxLength: 3 })), { maxLength: 24 })
  .map((parts) => parts.join(''));
const WHOLE = 10_000;

const printed = (block: Block, limit: number) =>
  markdown([block], { limits: { prose: limit, cell: limit, line: limit } });
const inline = (of: Inline, limit: number) => printed(paragraph(of), limit);
const code = (raw: string, limit: number) => inline(codeOf(raw), limit);
const fence = (of: readonly string[], limit: number) => printed(lines(of), limit);

/** What there is to show of a text, on one line. */
const shown = (raw: string) =>
  printable(raw)
    .replaceAll(/ +/g, ' ')
    .replaceAll(/\p{Cs}/gu, '\uFFFD')
    .trim();

describe('text of others', () => {
  it('is shown as it is, and as nothing else, in a paragraph', () => {
    fc.assert(
      fc.property(hostile, (raw) => {
        const tree = parsed(inline(raw, WHOLE));
        expect(tree.children?.map(({ type }) => type)).toEqual(shown(raw) ? ['paragraph'] : []);
        expect(text(tree)).toBe(shown(raw));
        expect(all(tree, 'text', 'inlineCode')).toHaveLength(tree.children?.[0]?.children?.length ?? 0);
        expect(faultsOf(tree, [])).toEqual([]);
      }),
      { numRuns: 600 },
    );
  });

  it('is shown as it is in a cell, and divides none', () => {
    fc.assert(
      fc.property(hostile, hostile, (one, other) => {
        const tree = parsed(printed(table(['A', 'B'], [[one, bold(other)]]), WHOLE));
        // A pipe after a backslash is shown as a sign like it.
        const inCell = (raw: string) => shown(raw).replaceAll('\\|', '\\∣');
        expect(tree.children?.map(({ type }) => type)).toEqual(['table']);
        expect(cells(tree.children?.[0] ?? tree)).toEqual([
          ['A', 'B'],
          [inCell(one), inCell(other)],
        ]);
        expect(faultsOf(tree, [])).toEqual([]);
      }),
      { numRuns: 600 },
    );
  });

  it('is shown as it is in a block, line by line, and does not end it', () => {
    fc.assert(
      fc.property(fc.array(hostile, { minLength: 1 }), (lines_) => {
        const tree = parsed(`${fence(lines_, WHOLE)}\n\nafter`);
        expect(tree.children?.map(({ type }) => type)).toEqual(['code', 'paragraph']);
        const kept = lines_.map((line) =>
          printableLine(line)
            .replaceAll(/\p{Cs}/gu, '\uFFFD')
            .trimEnd(),
        );
        expect(text(tree.children?.[0] ?? tree)).toBe(kept.join('\n'));
      }),
      { numRuns: 300 },
    );
  });

  it('is whole where it is shown as code', () => {
    const tree = parsed(code(HOSTILE, WHOLE));
    expect(all(tree, 'inlineCode').map(text)).toEqual([shown(HOSTILE)]);
  });

  it('stays legible: plain words are no code', () => {
    expect(inline('tools lost; re-initialized 2× (in "gateway"), 404 before tools/list', 200)).toBe(
      'tools lost; re-initialized 2× (in "gateway"), 404 before tools/list',
    );
    expect(inline('calls mcp__gateway__lookup_ticket once', 200)).toBe(
      'calls `mcp__gateway__lookup_ticket` once',
    );
  });

  it('has punctuation around what might mean something outside of the code', () => {
    expect(inline('2 tools, mcp__gateway__lookup_ticket; 1 result', 200)).toBe(
      '2 tools, `mcp__gateway__lookup_ticket`; 1 result',
    );
    expect(inline('(see "#12", @octocat).', 200)).toBe('(see "`#12`", `@octocat`).');
    expect(inline('it is a_b.', 200)).toBe('it is `a_b`.');
    // Here the punctuation is what means something.
    expect(inline(':tada: is not for ::x', 200)).toBe('`:tada:` is not for ::x');
  });

  it.each([':8ball:', ':+1:', ':100:', 'Gh-3', 'gH-4', 'gh-5'])(
    'is code where GitHub would make something of it: %s',
    (raw) => {
      expect(inline(`a ${raw} b`, 100)).toBe(`a \`${raw}\` b`);
    },
  );

  it('is prose where it is a time', () => {
    expect(inline('at 12:30:45 or 2026-01-01T00:00:00.000Z', 100)).toBe(
      'at 12:30:45 or 2026-01-01T00:00:00.000Z',
    );
  });

  it.each(['- item', '1. item', '+ item', '# head', '> quote', '=== rule', '---'])(
    'begins no list, heading or rule: %s',
    (raw) => {
      expect(parsed(inline(raw, 100)).children?.map(({ type }) => type)).toEqual(['paragraph']);
    },
  );
});

describe('what is too long', () => {
  const A_MEGABYTE = 'x'.repeat(1_000_000);

  it('is cut with a note on how much', () => {
    expect(inline(A_MEGABYTE, 100)).toBe(`${'x'.repeat(100)} … (999,900 more characters)`);
    expect(fence([A_MEGABYTE], 100)).toContain(`${'x'.repeat(100)} … (999,900 more characters)\n`);
    expect(code('abc', 2)).toBe('`ab` … (1 more character)');
  });

  it('is not cut in the middle of a character', () => {
    expect(inline('ab😀', 3)).toBe('ab … (2 more characters)');
  });
});

describe('a difference', () => {
  it('has a sign before every line, whatever the line holds', () => {
    const difference: readonly DiffLine[] = [
      { kind: 'skipped', text: '3 unchanged lines' },
      { kind: 'same', text: '+ not added' },
      { kind: 'removed', text: 'gone' },
      { kind: 'added', text: '```\n- not removed' },
    ];
    const block = printed({ kind: 'diff', lines: difference }, 100);
    expect(all(parsed(block), 'code')).toMatchObject([
      { lang: 'diff', value: '@@ 3 unchanged lines @@\n  + not added\n- gone\n+ ``` - not removed' },
    ]);
  });
});
