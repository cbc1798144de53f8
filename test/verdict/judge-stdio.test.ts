import { describe, expect, it } from 'vitest';
import { faultOf } from '../../src/verdict/judge.js';
import { journalOf, observationOf } from '../helpers/observations.js';

/** Two requests, and between them the end of the stdio server's process. */
function faultAfter(ending: { readonly unexplained?: true }, shorthand: string): string | null {
  const journal = journalOf(shorthand).map((entry) =>
    entry.kind === 'closed' ? { ...entry, ...ending } : entry,
  );
  return faultOf(observationOf('control', { journal }));
}

describe('the end of a stdio server’s process', () => {
  it('that nobody had asked for is a failure of ours, if the client goes on', () => {
    expect(faultAfter({ unexplained: true }, 'I STDIO> STDIO/ model(Bash)')).toBe(
      'the process of the stdio server ended, and nobody had told it to',
    );
  });

  it('is the client’s own where it asked for it, or came to its end at the same time', () => {
    expect(faultAfter({}, 'I STDIO> STDIO/ model(Bash)')).toBeNull();
    expect(faultAfter({ unexplained: true }, 'I STDIO> STDIO/')).toBeNull();
  });
});
