#!/usr/bin/env bash
# @github/copilot 1.0.102 (linux-x64): the tools of an MCP server are kept in $XDG_CACHE_HOME/copilot/mcp-tools, by the server's name
# and URL, and the next run offers them to the model without waiting for tools/list. A server that was updated between two runs, and is
# a little slow, is used with its old tools for a whole run; only a fresh cache shows what it lists today.
#
# Seen: run 1 offers `gw-first`. Run 2, same URL, the server now lists `second` and answers after 3 s: the model is offered `gw-first`
#       and asked only once. Run 3, the same server with an empty mcp-tools: the model is asked once tools/list is answered, with `gw-second`.
# Needs: node, npm, tar, unshare and ip (as root), linux-x64. Fetches 129 MB.
set -euo pipefail
version=1.0.102
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm pack --silent "@github/copilot-linux-x64@$version" >/dev/null
tar -xzf ./*.tgz
mkdir home

cat >run.mjs <<'JS'
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';

const [name, delay] = process.argv.slice(2);
const seen = [];
const server = createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  const message = JSON.parse(body || '{}');
  if (request.url === '/mcp') {
    if (request.method !== 'POST') return void response.writeHead(405).end();
    if (message.id === undefined) return void response.writeHead(202).end();
    const answer = (fields) => {
      if (message.method === 'tools/list') seen.push(`listed ${name}`);
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ jsonrpc: '2.0', id: message.id, ...fields }));
    };
    if (message.method === 'initialize')
      return answer({ result: { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo: { name: 'gw', version: '1' } } });
    if (message.method === 'tools/list')
      return void setTimeout(answer, Number(delay), { result: { tools: [{ name, inputSchema: { type: 'object' } }] } });
    return answer({ error: { code: -32601, message: 'no such method' } });
  }
  const offered = message.tools.flatMap(({ function: tool }) => (tool.name.startsWith('gw-') ? tool.name : []));
  seen.push(`model offered ${offered}`);
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const choice = { index: 0, delta: { role: 'assistant', content: 'done' }, finish_reason: 'stop' };
  response.end(`data: ${JSON.stringify({ id: 'x', model: 'fake', choices: [choice] })}\n\ndata: [DONE]\n\n`);
});
server.listen(41_000, '127.0.0.1', async () => {
  const home = `${process.cwd()}/home`;
  const origin = 'http://127.0.0.1:41000';
  writeFileSync(`${home}/mcp-config.json`, JSON.stringify({ mcpServers: { gw: { type: 'http', url: `${origin}/mcp`, tools: ['*'] } } }));
  const provider = { BASE_URL: `${origin}/v1`, TYPE: 'openai', API_KEY: 'dummy' };
  const client = spawn(`${process.cwd()}/package/copilot`, ['-p', 'hello', '--allow-all-tools', '--disable-builtin-mcps', '--no-auto-update'], {
    cwd: home,
    env: {
      PATH: process.env.PATH,
      HOME: home,
      COPILOT_HOME: home,
      XDG_CACHE_HOME: `${home}/cache`,
      COPILOT_OFFLINE: 'true',
      COPILOT_MODEL: 'fake',
      ...Object.fromEntries(Object.entries(provider).map(([key, value]) => [`COPILOT_PROVIDER_${key}`, value])),
    },
    stdio: 'ignore',
  });
  await once(client, 'exit');
  console.log(seen.join(', '));
  process.exit();
});
JS

# In a network of its own the fixed port is free in each run.
run() { timeout 120 unshare --net bash -c 'ip link set lo up && exec node run.mjs "$@"' _ "$@"; }
expect() {
  echo "$1: $2"
  [ "$2" = "$3" ] || { echo "expected: $3"; exit 1; }
}
expect 'run 1' "$(run first 0)" 'listed first, model offered gw-first'
expect 'run 2, other tools, 3 s late' "$(run second 3000)" 'model offered gw-first'
rm -r home/cache/copilot/mcp-tools
expect 'run 3, the same without the cache' "$(run second 3000)" 'listed second, model offered gw-second'
