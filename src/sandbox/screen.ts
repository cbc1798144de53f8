/** What a terminal shows: the client's output, carried out by an emulator without a window. */
import type { Terminal } from '@xterm/headless';

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** How the emulator is made; its package is loaded by terminal.ts, and only when it is needed. */
export type Emulator = new (options: ConstructorParameters<typeof Terminal>[0]) => Terminal;

/**
 * How far the emulator may be behind the client, in bytes: it throws at 50 million. Of a client that ends while it is held
 * back, what it wrote last may be lost, so that is not done lightly.
 */
const BEHIND_BYTES = 2 ** 23;
/**
 * What the terminal says in all to a client that asks it things; clients under test take some hundred characters. One that
 * asks and never listens would otherwise fill the system's buffer of 4096, and then writing to it does not return.
 */
const ANSWER_CHARS = 2048;
/** A cell can hold any number of combining characters, a line of the record cannot. */
const LINE_CHARS = 1000;
/**
 * What scrolls, inserts, deletes, tabulates or repeats as many times as it says, one by one: `ESC [ 2147483647 S` would keep
 * the emulator, and with it the host, for ever. Commands that move the cursor stop at the edge by themselves.
 */
const REPEATED = ['S', 'T', 'L', 'M', 'I', 'Z', 'b'];
/** More often than this is nothing that a screen could show. */
const MOST_REPEATS = 1000;
/** Bytes given to the emulator at a time: full of such commands they take it half a second, and nothing else happens then. */
const PIECE_BYTES = 1024;
/** How long what the client wrote last may take after its end; what is not shown by then is left out. */
const FINAL_MS = 5000;

export class Screen {
  readonly #terminal: Terminal;
  #awaited: { readonly pattern: RegExp; readonly found: () => void } | undefined;
  #behind = 0;
  /** The last of what is to be shown, and whether that goes on. */
  #shown = Promise.resolve();
  #over = false;

  /** @param answer takes what the terminal itself says: a client may ask it for its kind, its colours, its cursor */
  constructor(emulator: Emulator, { columns, rows }: Size, answer: (text: string) => void) {
    // No scrollback: what has left the screen is in the output.
    this.#terminal = new emulator({ cols: columns, rows, scrollback: 0, allowProposedApi: true });
    for (const final of REPEATED)
      this.#terminal.parser.registerCsiHandler({ final }, (params) =>
        params.some((count) => Number(count) > MOST_REPEATS),
      );
    let said = 0;
    this.#terminal.onData((text) => {
      said += text.length;
      if (said <= ANSWER_CHARS) answer(text);
    });
  }

  /**
   * Shows what the client wrote.
   * @returns undefined while the emulator keeps up; else what resolves once it has caught up: read no more until then
   */
  write(chunk: Buffer): Promise<void> | undefined {
    this.#behind += chunk.length;
    const shown = this.#shown.then(() => this.#show(chunk));
    this.#shown = shown;
    return this.#behind > BEHIND_BYTES ? shown : undefined;
  }

  /** Resolves as soon as a line of the screen matches; if that never happens, never. One at a time. */
  shows(pattern: RegExp): Promise<void> {
    return new Promise((resolve) => {
      this.#awaited = { pattern, found: resolve };
      this.#look();
    });
  }

  /** The lines as they are once everything written has been shown, or `FINAL_MS` have passed; without blank ones at the end. */
  async final(): Promise<string[]> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, FINAL_MS);
    });
    await Promise.race([this.#shown, late]);
    clearTimeout(timer);
    this.#over = true;
    const lines = this.#lines();
    return lines.slice(0, lines.findLastIndex((line) => line !== '') + 1);
  }

  /** Resolves when the chunk has been shown. The emulator looks for other work every few milliseconds, between two pieces. */
  #show(chunk: Buffer): Promise<void> {
    return new Promise((resolve) => {
      let at = 0;
      const next = (): void => {
        if (at < chunk.length && !this.#over)
          return this.#terminal.write(chunk.subarray(at, (at += PIECE_BYTES)), next);
        this.#behind -= chunk.length;
        this.#look();
        resolve();
      };
      next();
    });
  }

  #look(): void {
    const awaited = this.#awaited;
    if (!awaited || !this.#lines().some((line) => awaited.pattern.test(line))) return;
    this.#awaited = undefined;
    awaited.found();
  }

  #lines(): string[] {
    const { active } = this.#terminal.buffer;
    return Array.from({ length: this.#terminal.rows }, (_, row) =>
      (active.getLine(active.baseY + row)?.translateToString(true) ?? '').trimEnd().slice(0, LINE_CHARS),
    );
  }
}
