/** A parser of XML 1.0 without a document type, which refuses whatever is not well-formed. */

export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Element[];
  /** Its own text and CDATA sections, put together. */
  readonly text: string;
}

/** https://www.w3.org/TR/xml/#charsets */
const FORBIDDEN = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;
const NAME = '[A-Za-z_][\\w.-]*';
const TOKEN = new RegExp(
  [
    String.raw`<!\[CDATA\[(?<cdata>[\s\S]*?)\]\]>`,
    `</(?<end>${NAME})\\s*>`,
    `<(?<start>${NAME})(?<attributes>(?:\\s+${NAME}="[^"<]*")*)\\s*(?<empty>/?)>`,
    '(?<text>[^<]+)',
  ].join('|'),
  'y',
);
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** @throws Error at the first thing that is not well-formed */
export function parseXml(xml: string): Element {
  const forbidden = FORBIDDEN.exec(xml);
  if (forbidden) throw new Error(`forbidden character at ${forbidden.index}`);
  const body = xml.replace(/^<\?xml version="1\.0" encoding="UTF-8"\?>\s*/, '');
  const root = { name: '', attributes: {}, children: [] as Element[], text: '' };
  const open = [root];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < body.length) {
    const at = TOKEN.lastIndex;
    const { cdata, end, start, attributes = '', empty, text } = TOKEN.exec(body)?.groups ?? {};
    const parent = open.at(-1) ?? root;
    if (cdata !== undefined) parent.text += cdata;
    else if (text !== undefined) parent.text += unescaped(withoutSectionEnd(text));
    else if (start !== undefined) {
      const element = { name: start, attributes: attributesOf(attributes), children: [], text: '' };
      parent.children.push(element);
      if (!empty) open.push(element);
    } else if (end === undefined || open.length === 1 || open.pop()?.name !== end)
      throw new Error(`not well-formed at ${at}: ${body.slice(at, at + 40)}`);
  }
  const [document] = root.children;
  if (open.length > 1 || !document || root.children.length > 1 || root.text.trim() !== '')
    throw new Error('not one element that is closed');
  return document;
}

/** https://www.w3.org/TR/xml/#syntax: in content it must not appear but as the end of a CDATA section. */
function withoutSectionEnd(text: string): string {
  if (text.includes(']]>')) throw new Error('the end of a section without its beginning');
  return text;
}

function attributesOf(text: string): Record<string, string> {
  const pairs = [...text.matchAll(new RegExp(`(${NAME})="([^"]*)"`, 'g'))];
  const names = pairs.map(([, name]) => name);
  if (new Set(names).size !== names.length) throw new Error(`an attribute twice:${text}`);
  return Object.fromEntries(pairs.map(([, name = '', value = '']) => [name, unescaped(value)]));
}

function unescaped(text: string): string {
  return text.replaceAll(/&([^;&]*);?/g, (all, name: string) => {
    const code = /^#(?:x([\dA-Fa-f]+)|(\d+))$/.exec(name);
    const character = code
      ? String.fromCodePoint(code[1] ? parseInt(code[1], 16) : Number(code[2]))
      : ENTITIES[name];
    if (character === undefined || !all.endsWith(';') || FORBIDDEN.test(character))
      throw new Error(`not an entity: ${all}`);
    return character;
  });
}
