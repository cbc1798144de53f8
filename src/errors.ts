/**
 * Every failure of the tool itself. A failure here is never a verdict about a release: it ends the run with an exit
 * code (docs/architecture.md), or makes one release a `skip` with its cause.
 */

/** What went wrong, and the exit code of the process when nothing handles it (design.md, *The command line*). */
const EXIT_CODES = {
  BAD_OPTION: 2,
  BAD_BOUND: 2,
  UNKNOWN_VERSION: 2,
  UNKNOWN_CLIENT: 2,
  UNKNOWN_SCENARIO: 2,
  BAD_SCENARIO: 2,
  BAD_CONFIG: 2,
  UNKNOWN_PLATFORM: 2,
  PLATFORM_NOT_RUNNABLE: 2,
  ORACLE_ABORTED: 2,
  UNKNOWN_RUN: 2,
  BAD_RUN_FILE: 2,
  NOTHING_RECORDED: 2,
  PACKAGE_NOT_FOUND: 4,
  REGISTRY_UNREACHABLE: 4,
  REGISTRY_REFUSED: 4,
  REGISTRY_NONSENSE: 4,
  NOT_SIGNED: 4,
  TARBALL_MISSING: 4,
  TARBALL_INTEGRITY: 4,
  TARBALL_MALFORMED: 4,
  TARBALL_CUT_SHORT: 4,
  TARBALL_UNAVAILABLE: 4,
  DISK_FULL: 4,
  CACHE_NOT_WRITABLE: 4,
  CACHE_BUSY: 4,
  LEDGER_UNREADABLE: 4,
  OUTPUT_NOT_WRITABLE: 4,
  ISOLATION_UNAVAILABLE: 4,
  TERMINAL_UNAVAILABLE: 4,
  HOST_FAILED: 4,
  NIGHT_RUNNING: 4,
  NOT_DELIVERED: 4,
  INTERRUPTED: 130,
} as const;

export type ErrorCode = keyof typeof EXIT_CODES;

export interface ErrorDetails {
  /** What the user can do about it: one sentence, imperative. */
  readonly hint?: string;
  /** The things named in the message, for machines. */
  readonly facts?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/** The one base class. Code tells errors apart by `code`, never by message. */
export class BisectError extends Error {
  override readonly name = 'BisectError';
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly facts: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, 'cause' in details ? { cause: details.cause } : undefined);
    this.code = code;
    this.hint = details.hint;
    this.facts = details.facts ?? {};
  }

  /** Exit code of the process, by the contract in design.md. */
  get exitCode(): number {
    return EXIT_CODES[this.code];
  }
}

/** What was typed cannot be meant so. */
export const badOption = (message: string, hint: string, cause?: unknown): BisectError =>
  new BisectError('BAD_OPTION', message, { hint, cause });

/** Brings what is known, where an error ends a command before it has its result, to where the error becomes part of its document. */
export class Unfinished extends Error {
  /** Prints the document with the field `error`. */
  readonly printWith: (ended: { readonly error: object }) => void;

  constructor(printWith: Unfinished['printWith'], cause: unknown) {
    super('ended by an error', { cause });
    this.printWith = printWith;
  }
}

/** The system's code of an error (`ENOSPC`, `ECONNREFUSED` …), or undefined. */
export function systemCode(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}
