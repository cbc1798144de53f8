#!/usr/bin/env bash
# opencode-ai 1.18.33 (linux-x64): after every tools/call that was answered, and whose result it uses, `opencode run` sends
# notifications/cancelled for that very request ("AbortError: The operation was aborted."). MCP (2025-11-25, Cancellation) has the
# notification for requests that are still in progress: to a server that logs or counts it, each good call looks like one given up.
#
# Seen: tools/call id 2, answered with a result; then notifications/cancelled with requestId 2; the next model request holds the
#       result as a `tool` message.
# Needs: node, npm, tar, unshare and ip (as root), linux-x64. Fetches 60 MB.
set -euo pipefail
version=1.18.33
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm pack --silent "opencode-linux-x64@$version" >/dev/null
tar -xzf ./*.tgz

cat >run.mjs <<'JS'
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';

const seen = [];
const server = createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  const message = JSON.parse(body || '{}');
  if (request.url === '/mcp') {
    if (request.method !== 'POST') return void response.writeHead(405).end();
    const results = {
      initialize: { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo: { name: 'gw', version: '1' } },
      'tools/list': { tools: [{ name: 'ticket', inputSchema: { type: 'object' } }] },
      'tools/call': { content: [{ type: 'text', text: 'TICKET-4711 is open' }] },
    };
    const result = results[message.method];
    if (message.method === 'tools/call') response.on('finish', () => seen.push(`answered call ${message.id}`));
    if (message.method === 'notifications/cancelled')
      seen.push(`cancelled ${message.params.requestId}: ${message.params.reason}`);
    if (!result) return void response.writeHead(202).end();
    response.writeHead(200, { 'content-type': 'application/json' });
    return void response.end(JSON.stringify({ jsonrpc: '2.0', id: message.id, result }));
  }
  const result = message.messages.find(({ role }) => role === 'tool');
  if (result) seen.push(`model got: ${result.content}`);
  const tool = message.tools?.find(({ function: { name } }) => name === 'gw_ticket');
  const delta =
    tool && !result
      ? { tool_calls: [{ index: 0, id: 'c', type: 'function', function: { name: 'gw_ticket', arguments: '{}' } }] }
      : { content: 'done' };
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const chunk = (choice) => response.write(`data: ${JSON.stringify({ id: 'x', model: 'fake', choices: [choice] })}\n\n`);
  chunk({ index: 0, delta: { role: 'assistant', ...delta }, finish_reason: null });
  chunk({ index: 0, delta: {}, finish_reason: delta.content ? 'stop' : 'tool_calls' });
  response.end('data: [DONE]\n\n');
});
server.listen(0, '127.0.0.1', async () => {
  const origin = `http://127.0.0.1:${server.address().port}`;
  const model = { tool_call: true, limit: { context: 100_000, output: 4096 } };
  const provider = { npm: '@ai-sdk/openai-compatible', options: { baseURL: `${origin}/v1`, apiKey: 'dummy' }, models: { fake: model } };
  const mcp = { gw: { type: 'remote', url: `${origin}/mcp`, enabled: true } };
  writeFileSync('config.json', JSON.stringify({ model: 'fx/fake', small_model: 'fx/fake', provider: { fx: provider }, mcp }));
  const off = ['AUTOUPDATE', 'MODELS_FETCH', 'LSP_DOWNLOAD', 'DEFAULT_PLUGINS'].map((name) => [`OPENCODE_DISABLE_${name}`, '1']);
  const home = process.cwd();
  const client = spawn('package/bin/opencode', ['run', '--format', 'json', 'hello'], {
    env: { PATH: process.env.PATH, HOME: home, OPENCODE_CONFIG: `${home}/config.json`, ...Object.fromEntries(off) },
    stdio: 'ignore',
  });
  const [code] = await once(client, 'exit');
  console.log([...seen, `exit ${code}`].join("\n"));
  process.exit();
});
JS

seen=$(timeout 120 unshare --net bash -c 'ip link set lo up && exec node run.mjs')
echo "$seen"
for line in 'answered call 2' 'cancelled 2: AbortError: The operation was aborted.' 'model got: TICKET-4711 is open' 'exit 0'; do
  grep -qxF "$line" <<<"$seen" || { echo "not seen: $line"; exit 1; }
done
