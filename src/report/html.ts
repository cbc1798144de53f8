/**
 * Blocks as HTML that loads nothing and runs nothing. Every text becomes HTML in `escaped` alone, so what a client said stays text.
 * Values in, one string out. Pure.
 */
import {
  cellsOf,
  isMany,
  plainText,
  shownOf,
  type Block,
  type Inline,
  type Lane,
  type Look,
  type BlockRow,
  type Sign,
  type LinkTarget,
} from './document.js';
import { lineLimit, type Limits } from './limits.js';
import { idOf, linkTo, webOnly } from './links.js';
import { grouped } from './words.js';
import type { Arrow } from './steps.js';
import { omittedText, seen, seenLine, wellFormed, withoutControls } from './text.js';

export interface PageGround {
  readonly limits: Pick<Limits, 'prose' | 'cell' | 'line'>;
  /** Characters, after which no block and no row is begun: what comes out is too long all the same. */
  readonly max: number;
  /** Where the page lies: links to other pages lead from there. */
  readonly from?: string;
}

/** The blocks one below the other; those of nothing are left out. */
export const html = (blocks: readonly Block[], ground: PageGround): string =>
  new Printer(ground).blocks(blocks, []);

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
};

/** For content and for attributes. */
export const escaped = (text: string): string => text.replaceAll(/[&<>"'`]/g, (sign) => ENTITIES[sign] ?? '');

const DIFF = { added: ['+ ', 'ins'], removed: ['− ', 'del'], skipped: ['⋯ ', ''], same: ['  ', ''] } as const;
/** What a tone adds in words: colour alone would not tell. */
const FLAGS = { plain: '', refused: 'refused', broken: 'broken off' } as const;
const MAX_LABEL = 200;

class Printer {
  readonly #ground: PageGround;
  #left: number;
  #sections = 0;
  /** Names of places that scroll by themselves: each is unlike the others. */
  readonly #labels = new Map<string, number>();

  constructor(ground: PageGround) {
    this.#ground = ground;
    this.#left = ground.max;
  }

  /** @param within titles of what they stand in */
  blocks(all: readonly Block[], within: readonly Inline[]): string {
    return shownOf(all)
      .map((block) => {
        if (this.#left < 0) return '';
        const shown = this.#block(block, within);
        // What is within the others was counted there.
        if (!['fold', 'section', 'table'].includes(block.kind)) this.#left -= shown.length;
        return shown;
      })
      .join('\n');
  }

  #block(block: Block, within: readonly Inline[]): string {
    switch (block.kind) {
      case 'paragraph':
        return `<p${classOf(block.look)}>${this.#inline(block.of)}</p>`;
      case 'list':
        return this.#list(block);
      case 'table':
        return this.#table(block, within);
      case 'lines': {
        const most = lineLimit(block.language, this.#ground.limits);
        const text = block.lines.map((line) => seenLine(line, most)).join('\n');
        const look = block.language === 'text' ? 'output' : 'copy';
        return `<pre class="box ${look}"${this.#region('Lines', within)}><code>${escaped(text)}</code></pre>`;
      }
      case 'file': {
        const text = escaped(wellFormed(withoutControls(block.text)));
        const name = `data-file="${escaped(block.name)}"`;
        return `<pre class="box copy"${this.#region('The file', within)} ${name}><code>${text}</code></pre>`;
      }
      case 'diff': {
        const lines = block.lines.map(({ kind, text }) => {
          const [sign, tag] = DIFF[kind];
          const line = `<span class="sign">${sign}</span>${escaped(seenLine(text, this.#ground.limits.line))}`;
          return `<li class="${kind}">${tag === '' ? line : `<${tag}>${line}</${tag}>`}</li>`;
        });
        return `<div class="box"${this.#region('Difference', within)}><ul class="diff">\n${lines.join('\n')}\n</ul></div>`;
      }
      case 'sequence':
        return this.#sequence(block.lanes, within);
      case 'fold':
        return `<details${atPlace(block.place)}${block.isOpen ? ' open' : ''}><summary><span>${this.#inline(block.title)}</span></summary>
<div class="inside">
${this.blocks(block.blocks, [...within, block.title])}
</div></details>`;
      case 'section': {
        const { level, title, blocks, otherwise = '' } = block;
        this.#sections += 1;
        const id = idOf(block.place ?? `part ${this.#sections}`);
        const inner = this.blocks(blocks, [...within, title]) || `<p>${this.#inline(otherwise)}</p>`;
        return `<section class="level-${level}" aria-labelledby="${id}"><h${level} id="${id}">${this.#inline(title)}</h${level}>
${inner}
</section>`;
      }
    }
  }

  #list({ items, look, isNumbered }: Extract<Block, { kind: 'list' }>): string {
    const tag = isNumbered ? 'ol' : 'ul';
    const inner = items.map((item) => this.#inline(item)).filter(Boolean);
    const isAround = look === 'warnings' || look === 'nav';
    const lines = inner.map((item) => `<li>${item}</li>`).join('\n');
    const shown = `<${tag}${isAround ? '' : classOf(look)}>\n${lines}\n</${tag}>`;
    if (look === 'warnings')
      return `<aside class="warnings" aria-label="Before you believe it">${shown}</aside>`;
    return look === 'nav' ? `<nav aria-label="On this page">${shown}</nav>` : shown;
  }

  #table({ head, rows, look }: Extract<Block, { kind: 'table' }>, within: readonly Inline[]): string {
    const heads = head
      .map((cell) => this.#inline(cell))
      .map((cell) => (cell ? `<th scope="col">${cell}</th>` : '<td></td>'));
    const lines = rows.map((row) => {
      if (this.#left < 0) return '';
      const { place, look: own }: Partial<BlockRow> = 'cells' in row ? row : {};
      const [first = '', ...others] = cellsOf(row).map((cell) => this.#inline(cell));
      const cells = [`<th scope="row">${first}</th>`, ...others.map((cell) => `<td>${cell}</td>`)];
      const line = `<tr${atPlace(place)}${classOf(own)}>${cells.join('')}</tr>`;
      this.#left -= line.length;
      return line;
    });
    return `<div class="${look ?? 'rows'}"${this.#region('Table', within)}><table>
<thead><tr>${heads.join('')}</tr></thead>
<tbody>
${lines.join('\n')}
</tbody>
</table></div>`;
  }

  /** Three lanes. It is a list whose text says all there is; lanes and arrows are drawn by the style sheet. */
  #sequence(lanes: readonly Lane[], within: readonly Inline[]): string {
    const drawn = lanes.map(({ title, steps }) => {
      const label = escaped(this.#label('Requests and answers', [...within, title]));
      const items = steps.map((step) => this.#step(step)).join('\n');
      return `<div class="side"><p class="caption">${this.#inline(title)}</p>
<div class="sequence"><p class="lanes" aria-hidden="true"><span>client</span><span>gateway</span><span>model</span></p>
<ol aria-label="${label}">
${items}
</ol></div></div>`;
    });
    return `<div class="sides">${drawn.join('\n')}</div>`;
  }

  #step({ atMs, from, to, kind, text, detail, session, tone }: Arrow): string {
    const flag = FLAGS[tone] && ` <b class="flag">${FLAGS[tone]}</b>`;
    const more = detail === '' ? '' : ` <span class="detail">${this.#inline(detail)}</span>`;
    const number = session === null ? '' : ` <span class="session">session ${session}</span>`;
    const said = `<code>${this.#inline(text)}</code>${flag}${more}${number}`;
    return `<li class="${from}-${to} ${kind} ${tone}"><span class="at">${Math.round(atMs)} ms</span> <span class="who">${from} → ${to}: </span><span class="what">${said}</span></li>`;
  }

  #inline(of: Inline): string {
    if (typeof of === 'string') return this.#words(of, this.#ground.limits.cell);
    if (isMany(of)) return of.map((one) => this.#inline(one)).join('');
    switch (of.kind) {
      case 'own':
        return escaped(of.text);
      case 'long':
        return this.#words(of.text, this.#ground.limits.prose);
      case 'code':
        return around('code', this.#inline(of.text));
      case 'bold':
        return around('strong', this.#inline(of.of));
      case 'soft':
        return around('em', this.#inline(of.of));
      case 'hinted':
        return `<span title="${escaped(seen(of.hint, MAX_LABEL).kept)}">${this.#inline(of.of)}</span>`;
      case 'link':
        return this.#link(of.to, this.#inline(of.of));
      case 'sign':
        return markOf(of);
      case 'omitted': {
        const what = of.count === 1 ? `${of.noun} is` : `${of.noun}s are`;
        return `<span class="note">… ${grouped(of.count)} more ${escaped(what)} left out of this page.</span>`;
      }
    }
  }

  /** Text of others within a line, which turns nothing beside it round; what is cut is counted. */
  #words(text: string, limit: number): string {
    const { kept, omitted } = seen(text, limit);
    return around('bdi', escaped([kept, omittedText(omitted)].filter(Boolean).join(' ')));
  }

  #link(to: LinkTarget, inner: string): string {
    if ('url' in to) {
      const url = webOnly(to.url);
      const external = 'rel="noopener noreferrer external"';
      return url === null ? inner : `<a href="${escaped(url)}" ${external}>${inner}</a>`;
    }
    const anchor = idOf(to.place ?? '');
    const href = 'page' in to ? linkTo(to.page.html, { ...this.#ground, anchor }) : `#${anchor}`;
    return inner && `<a href="${escaped(href)}">${inner}</a>`;
  }

  /** What scrolls by itself is reached by the keyboard, and named to those who do not see it. */
  #region(what: string, within: readonly Inline[]): string {
    return ` tabindex="0" role="region" aria-label="${escaped(this.#label(what, within))}"`;
  }

  #label(what: string, within: readonly Inline[]): string {
    const places = within.map((title) => seen(plainText(title), MAX_LABEL).kept.trim());
    const label = [what, ...places.filter(Boolean).toReversed()].join(', ').slice(0, MAX_LABEL * 2);
    const before = this.#labels.get(label) ?? 0;
    this.#labels.set(label, before + 1);
    return before === 0 ? wellFormed(label) : `${wellFormed(label)} (${before + 1})`;
  }
}

const around = (tag: string, inner: string): string => inner && `<${tag}>${inner}</${tag}>`;

const classOf = (look: Look | undefined): string => (look === undefined ? '' : ` class="${look}"`);

const atPlace = (place: string | undefined): string => (place === undefined ? '' : ` id="${idOf(place)}"`);

/** A sign refers to the shape that the page has once (page.ts). */
function markOf({ shape, isHollow, word }: Sign): string {
  const says = word === undefined ? 'aria-hidden="true"' : `role="img" aria-label="${escaped(word)}"`;
  const tone = ['good', 'bad', 'none'].includes(shape) ? shape : 'doubt';
  return `<svg class="mark is-${shape} ${tone} ${isHollow ? 'inferred' : 'tested'}" ${says} focusable="false"><use href="#mark-${shape}"/></svg>`;
}
