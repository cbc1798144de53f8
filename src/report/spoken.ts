/** A message of a server as a reader needs it: without what every message has. Pure. */
import { cut } from './text.js';

/**
 * `{"tools":[…],"nextCursor":"2"}`, `notifications/progress {"progressToken":1,…}`: the result or the error, or the method
 * with its parameters. What is no message of JSON-RPC, or was cut when it was recorded, is as it is.
 * @param max characters; what is cut is counted
 */
export function spokenText(message: string, max: number): string {
  return cut(partThatSays(message), max);
}

function partThatSays(message: string): string {
  try {
    const { method, params, result, error } = Object(JSON.parse(message));
    const said: unknown = method === undefined ? (result ?? error) : params;
    const words = [method, said === undefined ? undefined : JSON.stringify(said)];
    return words.filter((word) => typeof word === 'string').join(' ') || message;
  } catch {
    return message;
  }
}
