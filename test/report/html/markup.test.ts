import { describe, expect, it } from 'vitest';
import { boxOf, capped, linesOf, omittedNote, template } from '../../../src/report/html/markup.js';

const paragraph = template<{ text: unknown }>('<p title="<%= it.text %>"><%= it.text %></p>');

describe('a template', () => {
  it('writes text as text, in content and in attributes', () => {
    expect(paragraph({ text: `<b a='1'>&"\`` }).toString()).toBe(
      '<p title="&lt;b a=&#39;1&#39;&gt;&amp;&quot;&#96;">&lt;b a=&#39;1&#39;&gt;&amp;&quot;&#96;</p>',
    );
  });

  it('writes one line: no control characters, no escape sequences, nothing that turns the direction', () => {
    const html = paragraph({ text: 'a\u001B[31mb\u0000\n\u202Ec' }).toString();
    expect(html).toContain('>ab c<');
  });

  it('writes nothing for what is neither text, number nor markup', () => {
    expect(paragraph({ text: null }).toString()).toBe('<p title=""></p>');
    expect(paragraph({ text: { toString: () => '<b>' } }).toString()).toBe('<p title=""></p>');
  });

  it('takes what another template made as it is', () => {
    const outer = template<{ inner: unknown }>('<div><%= it.inner %></div>');
    const inner = paragraph({ text: 1 });
    expect(outer({ inner }).toString()).toBe('<div><p title="1">1</p></div>');
  });

  it('cuts a long text, not in the middle of a character, and says how much is missing', () => {
    const html = paragraph({ text: `${'x'.repeat(1_999)}🎫${'y'.repeat(998)}` }).toString();
    expect(html).toContain(`>${'x'.repeat(1_999)} … (1,000 more characters)<`);
    expect(html).not.toMatch(/\p{Cs}/u);
  });
});

describe('a text of several lines', () => {
  it('keeps its lines and blanks, and nothing else that is not for reading', () => {
    expect(linesOf('a\r\n\tb <\u0007\n\nc').body.toString()).toBe('a\n b &lt;\n\nc');
    expect(linesOf('a').omitted).toBe('');
  });

  it('is cut after 500 lines, which is said', () => {
    const { body, omitted } = linesOf('line\n'.repeat(600));
    expect(body.toString().split('\n')).toHaveLength(500);
    expect(omitted).toBe('Only the beginning is shown: the text has 3,000 characters.');
  });

  it('is in a box that the keyboard reaches and that has a name', () => {
    expect(boxOf('x', 'Output of "a"', 'output').toString()).toBe(
      '<pre class="box output" tabindex="0" role="region" aria-label="Output of &quot;a&quot;"><code>x</code></pre>',
    );
  });
});

describe('a list', () => {
  it('is cut at 500 items, and the rest is counted', () => {
    const { shown, omitted } = capped(Array.from({ length: 1_723 }, (_, index) => index));
    expect(shown).toHaveLength(500);
    expect(omitted).toBe(1_223);
    expect(omittedNote(omitted, 'event').toString()).toContain(
      '… 1,223 more events are left out of this page.',
    );
  });

  it('is cut where its texts become too many, each counted as long as it is shown', () => {
    const { shown } = capped(
      Array.from({ length: 100 }, () => 'x'.repeat(50_000)),
      ({ length }) => length,
    );
    expect(shown).toHaveLength(50);
  });

  it('that is short is whole, and nothing is said of it', () => {
    expect(capped([1, 2, 3])).toEqual({ shown: [1, 2, 3], omitted: 0 });
    expect(omittedNote(0, 'event').toString()).toBe('');
    expect(omittedNote(1, 'event').toString()).toContain('… 1 more event is left out of this page.');
  });
});
