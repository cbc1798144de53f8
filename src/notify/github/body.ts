/** What is written to GitHub, and how it is known again. Pure. */
import type { Message } from '../message.js';
import { withoutHalf } from '../not-delivered.js';

/** GitHub's limits, in characters. It counts some outside the basic plane as one where we count two: we cut too early, never too late. */
const BODY_LIMIT = 65_536;
const TITLE_LIMIT = 256;
const CUT_NOTE = '\n\n*Cut short: GitHub takes no more.*';

/** Invisible on GitHub; a line of its own, so that a quotation of it (`> <!--`) is none. */
export function markerOf(message: Message): string {
  return `<!-- mcp-bisect:${message.id} -->`;
}

/** The text of the message with its marker, as long as GitHub takes it. */
export function bodyOf(message: Message): string {
  const end = `\n\n${markerOf(message)}\n`;
  if (message.text.length + end.length <= BODY_LIMIT) return message.text + end;
  const room = message.text.slice(0, BODY_LIMIT - end.length - CUT_NOTE.length);
  const lineEnd = room.lastIndexOf('\n');
  return (lineEnd > 0 ? room.slice(0, lineEnd) : withoutHalf(room)) + CUT_NOTE + end;
}

export function titleOf({ title }: Message): string {
  return title.length > TITLE_LIMIT ? `${withoutHalf(title.slice(0, TITLE_LIMIT - 1))}…` : title;
}

/** Is this body one that told `message`? People may have edited it: the marker need not be its last line. */
export function tells(body: string | null | undefined, message: Message): boolean {
  const marker = markerOf(message);
  return (body ?? '').split('\n').some((line) => line.trim() === marker);
}
