/** Brings what is known, where an error ends a command before it has its result, to where the error becomes part of its document. */
export class Unfinished extends Error {
  /** Prints the document with the field `error`. */
  readonly printWith: (ended: { readonly error: object }) => void;
  constructor(printWith: Unfinished['printWith'], cause: unknown) {
    super('ended by an error', { cause });
    this.printWith = printWith;
  }
}
