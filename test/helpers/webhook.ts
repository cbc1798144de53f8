/** An address on loopback that webhooks are told to: it notes what comes, and answers as a test ordered. */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Answer =
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>> }
  /** Drops the connection; never answers; or answers 200 with a body that never ends. */
  | 'reset'
  | 'stall'
  | 'endless';

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface TestReceiver {
  readonly origin: string;
  readonly received: readonly Received[];
  /** Resolves when the next request is whole. */
  arrival(): Promise<unknown>;
  /** For the next requests, one each; afterwards every one is answered with 204. */
  answer(...answers: Answer[]): void;
  close(): Promise<void>;
}

export async function startReceiver(): Promise<TestReceiver> {
  const received: Received[] = [];
  const answers: Answer[] = [];
  const server = createServer((request, response) => {
    void serve(request, response);
  });
  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    received.push(await note(request));
    send(response, answers.shift() ?? { status: 204 });
    server.emit('received');
  };
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    arrival: () => once(server, 'received'),
    answer: (...next) => void answers.push(...next),
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

async function note(request: IncomingMessage): Promise<Received> {
  const { method = '', url = '', headers } = request;
  request.setEncoding('utf8');
  let body = '';
  for await (const piece of request) body += piece as string;
  return { method, path: url, headers, body };
}

function send(response: ServerResponse, answer: Answer): void {
  if (answer === 'stall') return;
  if (answer === 'reset') response.destroy();
  else if (answer === 'endless') flood(response);
  else
    response.writeHead(answer.status, answer.headers).end(answer.status === 204 ? '' : 'ordered by the test');
}

function flood(response: ServerResponse): void {
  const more = () => {
    while (!response.destroyed && response.write('x'.repeat(65_536)));
  };
  response
    .writeHead(200)
    .on('drain', more)
    .on('error', () => undefined);
  more();
}
