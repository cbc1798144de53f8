import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  address,
  bold,
  code,
  fold,
  hinted,
  lines,
  link,
  list,
  long,
  omitted,
  own,
  paragraph,
  says,
  section,
  table,
  type Block,
} from '../../src/report/document.js';
import { html } from '../../src/report/html.js';
import { idOf, webOnly } from '../../src/report/links.js';
import type { Arrow } from '../../src/report/steps.js';
import { HOSTILE } from '../helpers/reports.js';
import { attributesOf, shapeOf, textOf } from '../helpers/page.js';

const printed = (blocks: readonly Block[], limit = 10_000, max = 1_000_000) =>
  html(blocks, { limits: { prose: limit, cell: limit, line: limit }, max });

const PIECES = [
  ...'<>&"\'`=/-!;'.split(''),
  ...'</p> <b <!-- --> ]]> </code></pre> <script> &lt; &#60; onload=x javascript:x x y ö 😀'.split(' '),
  ' ',
  '\n',
  '\t',
  '\u001B[31m',
  '\u202E',
  '\u0000',
  '\uD800',
];
const hostile = fc.array(fc.oneof(fc.constantFrom(...PIECES), fc.string({ unit: 'binary', maxLength: 3 })), {
  maxLength: 20,
});

/** A text of others in every place that there is for one. The word before it is there whatever it holds. */
function everywhere(raw: string): Block[] {
  const text = `word ${raw}`;
  const step: Arrow = {
    atMs: 1,
    from: 'client',
    to: 'gateway',
    kind: 'request',
    text,
    detail: text,
    session: 1,
    tone: 'refused',
  };
  return [
    section(2, text, [
      paragraph(says`${text} ${bold(text)} ${code(text)} ${long(text)} ${hinted(own('pointed at'), text)}`),
      list([text, link({ place: text }, text), link({ page: { markdown: text, html: text } }, text)]),
      table([text, ''], [{ cells: [text, text], place: text }]),
      lines([text, text], 'json'),
      { kind: 'file', name: 'x.mjs', text },
      { kind: 'diff', lines: [{ kind: 'added', text }] },
      { kind: 'sequence', lanes: [{ title: text, steps: [step] }] },
      fold(text, [lines([text])], { place: `fold ${text}` }),
    ]),
  ];
}

describe('text of others', () => {
  it('changes no tag and no attribute, wherever it stands, and is without what nobody sees', () => {
    const harmless = shapeOf(printed(everywhere('')));
    fc.assert(
      fc.property(hostile, (parts) => {
        const page = printed(everywhere(parts.join('')));
        expect(shapeOf(page)).toEqual(harmless);
        expect(page.replaceAll(/[\n\r\t]/gu, '')).not.toMatch(/\p{Cc}|\p{Cf}|\p{Cs}/u);
      }),
      { numRuns: 300 },
    );
  });

  it('is read as it was written', () => {
    const text = textOf(printed([paragraph(HOSTILE), lines([HOSTILE])]));
    expect(text.split('<script>document.title = "owned"</script>')).toHaveLength(3);
    expect(text).toContain('&lt;b&gt; &amp; " \' ` $& $1');
  });

  it('is cut where it is too long, not in the middle of a character, and says how much is missing', () => {
    expect(printed([paragraph(`${'x'.repeat(9)}🎫${'y'.repeat(988)}`)], 10)).toBe(
      `<p><bdi>${'x'.repeat(9)} … (990 more characters)</bdi></p>`,
    );
  });
});

describe('what is laid out', () => {
  it('is left out where there is nothing in it: no table without rows, no fold of nothing', () => {
    expect(printed([table(['a'], []), fold('a', [paragraph('')]), lines([]), list([''])])).toBe('');
  });

  it('counts what is not shown', () => {
    expect(textOf(printed([paragraph(omitted(1_237, 'step'))]))).toBe(
      '… 1,237 more steps are left out of this page.',
    );
    expect(printed([paragraph(omitted(0, 'step'))])).toBe('');
  });

  it('names every place that scrolls by itself, and each differently', () => {
    const labels = attributesOf(printed([lines(['a']), lines(['a']), ...everywhere('')]), 'aria-label');
    expect(labels.slice(0, 2)).toEqual(['Lines', 'Lines (2)']);
    expect(new Set(labels).size).toBe(labels.length);
  });

  it('tells journals as text as well: who told whom what, when, and in which session', () => {
    expect(textOf(printed(everywhere('')))).toContain('1 ms client → gateway: word refused word session 1');
  });

  it('begins no block once there is more than there is room for', () => {
    const page = printed(
      Array.from({ length: 1_000 }, () => paragraph('x'.repeat(1_000))),
      10_000,
      50_000,
    );
    expect(page.length).toBeGreaterThan(50_000);
    expect(page.length).toBeLessThan(60_000);
  });
});

describe('an address', () => {
  it('is a link if it is one of the web without a password in it, and else is told as it is', () => {
    expect(webOnly('https://github.com/a/b/issues/1')).toBe('https://github.com/a/b/issues/1');
    expect(webOnly('http://tracker.example/1')).toBe('http://tracker.example/1');
    for (const none of [
      'javascript:alert(1)',
      ' javascript:alert(1)',
      'data:text/html,x',
      'file:///etc/passwd',
      '//example.com',
      'https://user:password@example.com/',
      '" onclick="x',
      'no address',
    ]) {
      expect(webOnly(none)).toBeNull();
      expect(attributesOf(printed([paragraph(address(none))]), 'href')).toEqual([]);
      expect(textOf(printed([paragraph(address(none))]))).toBe(none.trim());
    }
  });

  it('within the page has nothing that could end an attribute, and is never that of another place', () => {
    const places = ['1.0.0+a', '1.0.0 a', '1.0.0"a', '1.0.0_2b_a', '1.0.0🎫a', '1.0.0-a'];
    const ids = places.map(idOf);
    expect(new Set(ids).size).toBe(places.length);
    for (const id of ids) expect(id).toMatch(/^[\w.-]+$/u);
    expect(idOf('release-2.1.147')).toBe('release-2.1.147');
  });
});
