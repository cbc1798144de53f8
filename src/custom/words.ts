/** Words of the protocols, to tell a misspelt one: it would match nothing, and the arm would be a second control. */
import type { Path, Problem } from './problem.js';
import { similar } from './similar.js';

/** What clients ask of a server. */
const METHODS = [
  'initialize',
  'ping',
  'server/discover',
  'tools/list',
  'tools/call',
  'resources/list',
  'resources/read',
  'resources/subscribe',
  'resources/templates/list',
  'prompts/list',
  'prompts/get',
  'completion/complete',
  'logging/setLevel',
  'notifications/initialized',
  'notifications/cancelled',
  'notifications/progress',
  'notifications/roots/list_changed',
  'resources/unsubscribe',
  'tasks/get',
  'tasks/list',
  'tasks/result',
  'tasks/cancel',
] as const;

/** What a client sends a server over HTTP. */
const HTTP_METHODS = ['GET', 'POST', 'DELETE', 'OPTIONS', 'HEAD', 'PUT', 'PATCH'] as const;

/** How an event of a stdio server is journalled. */
export const STDIO = { method: 'STDIO', path: 'stdio' } as const;

/** What is wrong with a JSON-RPC method; one that is like no other may be of a newer revision. */
export function problemsOfRpc(rpc: string | undefined, path: Path): Problem[] {
  if (rpc === undefined || (METHODS as readonly string[]).includes(rpc)) return [];
  const meant = similar(rpc, METHODS);
  return meant === undefined ? [] : [{ path, text: `no client asks "${rpc}" (did you mean "${meant}"?)` }];
}

/** What is wrong with an HTTP method. */
export function problemsOfHttpMethod(method: string | undefined, path: Path): Problem[] {
  const known: readonly string[] = HTTP_METHODS;
  if (method === undefined || known.includes(method)) return [];
  const meant = similar(method, known);
  return [
    {
      path,
      text: `is no HTTP method that clients use${meant === undefined ? '' : ` (did you mean "${meant}"?)`}`,
    },
  ];
}
