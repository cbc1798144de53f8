/** Brings what is known, where an error ends a command before it has its result, to where the error becomes part of its document. */
export class Unfinished extends Error {
  readonly document: object;
  constructor(document: object, cause: unknown) {
    super('ended by an error', { cause });
    this.document = document;
  }
}
