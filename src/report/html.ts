/**
 * Blocks as HTML that loads nothing and runs nothing. Every text becomes HTML in `escaped` alone, so what a client said stays text.
 * Values in, one string out. Pure.
 */
import {
  cellsOf,
  isMany,
  shownOf,
  type Block,
  type Fold,
  type Inline,
  type Lane,
  type Look,
  type Piece,
  type BlockRow,
  type Section,
  type Sign,
  type LinkTarget,
} from './document.js';
import type { Limits } from './limits.js';
import { grouped } from './numbers.js';
import type { DiffLine } from './logs.js';
import type { Arrow } from './steps.js';
import { linkTo, omittedText, seen, seenLine, wellFormed, withoutControls } from './text.js';

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

/** Versions have no more (semver, MAX_LENGTH), and names of clients and columns neither. */
const MAX_PLACE = 1_000;

/** The id of a place: whatever is not plain is spelt out, so that no two places share one. */
export const idOf = (place: string): string =>
  place
    .slice(0, MAX_PLACE)
    .replaceAll(/[^\dA-Za-z.-]/gu, (sign) => `_${(sign.codePointAt(0) ?? 0).toString(16)}_`);

/** The address if it is one of the web without a password in it, as the browser understands it; else null. */
export function webOnly(address: string): string | null {
  if (!URL.canParse(address)) return null;
  const { protocol, username, password, href } = new URL(address);
  return ['https:', 'http:'].includes(protocol) && username === '' && password === '' ? href : null;
}

const EXTERNAL = 'rel="noopener noreferrer external"';
const TONES = {
  good: 'good',
  bad: 'bad',
  none: 'none',
  skip: 'doubt',
  flaky: 'doubt',
  other: 'doubt',
  suspect: 'doubt',
};
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
        return this.#list(block.items, block.look, block.isNumbered === true);
      case 'table':
        return this.#table(block, within);
      case 'lines': {
        const text = block.lines
          .map((line) => escaped(seenLine(line, this.#limit(block.language))))
          .join('\n');
        const look = block.language === 'text' ? 'output' : 'copy';
        return `<pre class="box ${look}"${this.#region('Lines', within)}><code>${text}</code></pre>`;
      }
      case 'file': {
        const text = escaped(wellFormed(withoutControls(block.text)));
        const name = `data-file="${escaped(block.name)}"`;
        return `<pre class="box copy"${this.#region('The file', within)} ${name}><code>${text}</code></pre>`;
      }
      case 'diff': {
        const lines = block.lines.map((line) => this.#diffLine(line)).join('\n');
        return `<div class="box"${this.#region('Difference', within)}><ul class="diff">\n${lines}\n</ul></div>`;
      }
      case 'sequence':
        return this.#sequence(block.lanes, within);
      case 'fold':
        return this.#fold(block, within);
      case 'section':
        return this.#section(block, within);
    }
  }

  /** A command is whole. */
  #limit(language: string): number {
    return language === 'shell' ? 4_000 : this.#ground.limits.line;
  }

  #list(items: readonly Inline[], look: Look | undefined, isNumbered: boolean): string {
    const tag = isNumbered ? 'ol' : 'ul';
    const shown = items.map((item) => this.#inline(item)).filter(Boolean);
    const inner = shown.map((item) => `<li>${item}</li>`).join('\n');
    const list = `<${tag}${look === 'warnings' || look === 'nav' ? '' : classOf(look)}>\n${inner}\n</${tag}>`;
    if (look === 'warnings')
      return `<aside class="warnings" aria-label="Before you believe it">${list}</aside>`;
    return look === 'nav' ? `<nav aria-label="On this page">${list}</nav>` : list;
  }

  #table({ head, rows, look }: Extract<Block, { kind: 'table' }>, within: readonly Inline[]): string {
    const heads = head
      .map((cell) => this.#inline(cell))
      .map((cell) => (cell ? `<th scope="col">${cell}</th>` : '<td></td>'));
    const lines = rows.map((row) => {
      if (this.#left < 0) return '';
      const [first = '', ...others] = cellsOf(row).map((cell) => this.#inline(cell));
      const more: Partial<BlockRow> = 'cells' in row ? row : {};
      const line = `<tr${atPlace(more.place)}${classOf(more.look)}><th scope="row">${first}</th>${others.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
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

  #diffLine({ kind, text }: DiffLine): string {
    const said = escaped(seenLine(text, this.#ground.limits.line));
    const sign = { added: '+ ', removed: '− ', skipped: '⋯ ', same: '  ' }[kind];
    const line = `<span class="sign">${sign}</span>${said}`;
    const tag = kind === 'added' ? 'ins' : kind === 'removed' ? 'del' : null;
    return `<li class="${kind}">${tag === null ? line : `<${tag}>${line}</${tag}>`}</li>`;
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
    // What a tone adds in words: colour alone would not tell.
    const flag = {
      plain: '',
      refused: ' <b class="flag">refused</b>',
      broken: ' <b class="flag">broken off</b>',
    }[tone];
    const more = detail === '' ? '' : ` <span class="detail">${this.#inline(detail)}</span>`;
    const number = session === null ? '' : ` <span class="session">session ${session}</span>`;
    const said = `<code>${this.#inline(text)}</code>${flag}${more}${number}`;
    return `<li class="${from}-${to} ${kind} ${tone}"><span class="at">${Math.round(atMs)} ms</span> <span class="who">${from} → ${to}: </span><span class="what">${said}</span></li>`;
  }

  #fold({ title, blocks, isOpen, place }: Fold, within: readonly Inline[]): string {
    return `<details${atPlace(place)}${isOpen ? ' open' : ''}><summary><span>${this.#inline(title)}</span></summary>
<div class="inside">
${this.blocks(blocks, [...within, title])}
</div></details>`;
  }

  #section({ level, title, blocks, otherwise = '', place }: Section, within: readonly Inline[]): string {
    this.#sections += 1;
    const id = idOf(place ?? `part ${this.#sections}`);
    const inner = this.blocks(blocks, [...within, title]) || `<p>${this.#inline(otherwise)}</p>`;
    return `<section class="level-${level}" aria-labelledby="${id}"><h${level} id="${id}">${this.#inline(title)}</h${level}>
${inner}
</section>`;
  }

  #inline(of: Inline): string {
    if (typeof of === 'string') return this.#words(of, this.#ground.limits.cell);
    return isMany(of) ? of.map((one) => this.#inline(one)).join('') : this.#piece(of);
  }

  #piece(piece: Piece): string {
    switch (piece.kind) {
      case 'own':
        return escaped(piece.text);
      case 'long':
        return this.#words(piece.text, this.#ground.limits.prose);
      case 'code': {
        const words = this.#words(piece.text, this.#ground.limits.cell);
        return words && `<code>${words}</code>`;
      }
      case 'bold':
      case 'soft': {
        const [tag, inner] = [piece.kind === 'bold' ? 'strong' : 'em', this.#inline(piece.of)];
        return inner && `<${tag}>${inner}</${tag}>`;
      }
      case 'hinted':
        return `<span title="${escaped(seen(piece.hint, MAX_LABEL).kept)}">${this.#inline(piece.of)}</span>`;
      case 'link':
        return this.#link(piece.to, piece.of);
      case 'sign':
        return markOf(piece);
      case 'omitted': {
        const what = piece.count === 1 ? `${piece.noun} is` : `${piece.noun}s are`;
        return `<span class="note">… ${grouped(piece.count)} more ${escaped(what)} left out of this page.</span>`;
      }
    }
  }

  /** Text of others within a line, which turns nothing beside it round; what is cut is counted. */
  #words(text: string, limit: number): string {
    const { kept, omitted } = seen(text, limit);
    const shown = [kept, omittedText(omitted)].filter(Boolean).join(' ');
    return shown && `<bdi>${escaped(shown)}</bdi>`;
  }

  #link(to: LinkTarget, of: Inline): string {
    const inner = this.#inline(of);
    if ('url' in to) {
      const url = webOnly(to.url);
      return url === null ? inner : `<a href="${escaped(url)}" ${EXTERNAL}>${inner}</a>`;
    }
    const { from = '' } = this.#ground;
    const anchor = to.place === undefined || to.place === '' ? '' : idOf(to.place);
    const href = 'page' in to ? linkTo(to.page.html, { from, anchor }) : `#${anchor}`;
    return inner && `<a href="${escaped(href)}">${inner}</a>`;
  }

  /** What scrolls by itself is reached by the keyboard, and named to those who do not see it. */
  #region(what: string, within: readonly Inline[]): string {
    return ` tabindex="0" role="region" aria-label="${escaped(this.#label(what, within))}"`;
  }

  #label(what: string, within: readonly Inline[]): string {
    const places = within.map((title) => seen(plain(title), MAX_LABEL).kept.trim());
    const label = [what, ...places.filter(Boolean).toReversed()].join(', ').slice(0, MAX_LABEL * 2);
    const before = this.#labels.get(label) ?? 0;
    this.#labels.set(label, before + 1);
    return before === 0 ? wellFormed(label) : `${wellFormed(label)} (${before + 1})`;
  }
}

const classOf = (look: Look | undefined): string => (look === undefined ? '' : ` class="${look}"`);

const atPlace = (place: string | undefined): string => (place === undefined ? '' : ` id="${idOf(place)}"`);

/** The text of a title alone. */
function plain(of: Inline): string {
  if (typeof of === 'string') return of.slice(0, MAX_LABEL * 8);
  if (isMany(of)) return of.map(plain).join('');
  return 'text' in of ? plain(of.text) : 'of' in of ? plain(of.of) : '';
}

/** A sign refers to the shape that the page has once (page.ts). */
function markOf({ shape, isHollow, word }: Sign): string {
  const says = word === undefined ? 'aria-hidden="true"' : `role="img" aria-label="${escaped(word)}"`;
  const fill = isHollow ? 'inferred' : 'tested';
  return `<svg class="mark is-${shape} ${TONES[shape]} ${fill}" ${says} focusable="false"><use href="#mark-${shape}"/></svg>`;
}
