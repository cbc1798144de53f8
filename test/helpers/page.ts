/** Reads a page as plain text would be read from it: every sign of a text is escaped, so a tag is all between < and >. */

const ENTITIES: Readonly<Record<string, string>> = {
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
  '&#96;': '`',
  '&amp;': '&',
};

/** Names of tags in order, with the attributes that each has. */
export function shapeOf(html: string): string[] {
  return [...html.matchAll(/<(\/?[a-z\d]+|!doctype)((?:[^>"]|"[^"]*")*)>/gi)].map(
    ([, name, attributes = '']) =>
      [name, ...[...attributes.matchAll(/([a-z-]+)(?:="[^"]*")?/g)].map(([, attribute]) => attribute)].join(
        ' ',
      ),
  );
}

/** What a reader reads, without the style sheet; tags of blocks are line breaks. */
export function textOf(html: { toString(): string }): string {
  return html
    .toString()
    .replace(/<style>[^]*<\/style>/, '')
    .replaceAll(/<\/?(?:p|li|ul|ol|div|section|summary|h\d|tr|pre|header|dt|dd)\b[^>]*>/g, '\n')
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll(/&(?:lt|gt|quot|#39|#96|amp);/g, (entity) => ENTITIES[entity] ?? entity)
    .replaceAll(/[^\S\n]+/g, ' ')
    .replaceAll(/ ?\n[\s]*/g, '\n')
    .trim();
}

/** Values of an attribute, in order. */
export function attributesOf(html: string, name: string): string[] {
  return [...html.matchAll(new RegExp(` ${name}="([^"]*)"`, 'g'))].map(([, value = '']) => value);
}
