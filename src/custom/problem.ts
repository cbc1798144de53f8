/** What is wrong with a definition: where, in the author's own notation, and what. */

export type Path = readonly PropertyKey[];

export interface Problem {
  readonly path: Path;
  readonly text: string;
  /** The definition can be made sense of all the same, and searched for more. */
  readonly harmless?: boolean;
}

/** `arms[1].gateway.rules[0].on.method` */
export function pathText(path: Path): string {
  return path
    .map((step, index) => {
      if (typeof step === 'number') return `[${step}]`;
      const name = String(step);
      if (!/^[\w$]+$/.test(name)) return `[${JSON.stringify(name)}]`;
      return index === 0 ? name : `.${name}`;
    })
    .join('');
}

/** `arms[0].id: is missing`; without a path where it is about the whole. */
export function problemText({ path, text }: Problem): string {
  return path.length === 0 ? text : `${pathText(path)}: ${text}`;
}

/** The first problem of each place, in the order in which they were found. */
export function onePerPlace(problems: readonly Problem[]): readonly Problem[] {
  const places = new Set<string>();
  return problems.filter(({ path }) => {
    const place = pathText(path);
    if (places.has(place)) return false;
    places.add(place);
    return true;
  });
}

/** Where a field of an arm was written: in the arm itself, or once for all arms. */
export type PlaceOf = (part: 'gateway' | 'model', field: string) => Path;
