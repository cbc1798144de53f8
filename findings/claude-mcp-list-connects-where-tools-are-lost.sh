#!/usr/bin/env bash
# @anthropic-ai/claude-code 2.1.147 (linux-x64): `claude mcp list` says "Connected" for a server whose tools the same release never
# gets. The server answers the optional GET stream with 404 before it answers tools/list; 2.1.147 takes that for the end of its session
# and closes the connection. `mcp list` sends initialize, notifications/initialized and GET, never tools/list, so it cannot see it.
#
# Seen: mcp list: "Connected". `claude -p`: the model is asked without the tool.
#       The same with GET answered 405: the model is asked with it.
# Needs: node, npm, tar, unshare and ip (as root), linux-x64. Fetches 72 MB.
set -euo pipefail
version=2.1.147
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm pack --silent "@anthropic-ai/claude-code-linux-x64@$version" >/dev/null
tar -xzf ./*.tgz

cat >run.mjs <<'JS'
import { spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';

const [status, ...args] = process.argv.slice(2);
const seen = [];
const [listed, answered] = [new EventEmitter(), new EventEmitter()];
const server = createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  const message = JSON.parse(body || '{}');
  if (request.url === '/mcp') {
    if (request.method === 'GET') {
      // While tools/list is under way; `mcp list` never asks for it.
      await once(listed, 'now', { signal: AbortSignal.timeout(1000) }).catch(() => {});
      response.on('finish', () => setTimeout(() => answered.emit('now'), 150));
      return void response.writeHead(Number(status)).end();
    }
    if (message.id === undefined) return void response.writeHead(202).end();
    if (message.method === 'tools/list') {
      listed.emit('now');
      await once(answered, 'now');
    }
    const results = {
      initialize: { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo: { name: 'gw', version: '1' } },
      'tools/list': { tools: [{ name: 'ticket', inputSchema: { type: 'object' } }] },
    };
    response.writeHead(200, { 'content-type': 'application/json', 'mcp-session-id': 's' });
    return void response.end(JSON.stringify({ jsonrpc: '2.0', id: message.id, result: results[message.method] }));
  }
  if (!request.url.startsWith('/v1/messages')) return void response.writeHead(200).end();
  seen.push((message.tools ?? []).some(({ name }) => name === 'mcp__gw__ticket') ? 'model with tool' : 'model without tool');
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const event = (type, fields) => response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`);
  const usage = { input_tokens: 1, output_tokens: 1 };
  event('message_start', { message: { id: 'm', type: 'message', role: 'assistant', model: 'x', content: [], stop_reason: null, usage } });
  event('content_block_start', { index: 0, content_block: { type: 'text', text: '' } });
  event('content_block_delta', { index: 0, delta: { type: 'text_delta', text: 'done' } });
  event('content_block_stop', { index: 0 });
  event('message_delta', { delta: { stop_reason: 'end_turn' }, usage });
  event('message_stop', {});
  response.end();
});
server.listen(0, '127.0.0.1', async () => {
  const origin = `http://127.0.0.1:${server.address().port}`;
  const home = mkdtempSync(`${process.cwd()}/home-`);
  writeFileSync(`${home}/.claude.json`, JSON.stringify({ mcpServers: { gw: { type: 'http', url: `${origin}/mcp` } } }));
  const off = ['DISABLE_AUTOUPDATER', 'DISABLE_TELEMETRY', 'DISABLE_ERROR_REPORTING', 'CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC'];
  const client = spawn('package/claude', args, {
    env: {
      PATH: process.env.PATH,
      HOME: home,
      CLAUDE_CONFIG_DIR: home,
      ANTHROPIC_BASE_URL: origin,
      ANTHROPIC_API_KEY: 'sk-ant-api03-dummy-dummy-dummy-dummy-00000000',
      ENABLE_TOOL_SEARCH: 'false',
      ...Object.fromEntries(off.map((name) => [name, '1'])),
    },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let stdout = '';
  for await (const chunk of client.stdout) stdout += chunk;
  console.log(args[0] === 'mcp' ? (stdout.match(/^gw: .* - (.*)$/m)?.[1] ?? stdout) : seen.at(-1));
  process.exit();
});
JS

run() { timeout 60 unshare --net bash -c 'ip link set lo up && exec node run.mjs "$@"' _ "$@"; }
expect() {
  echo "$1: $2"
  [ "$2" = "$3" ] || { echo "expected: $3"; exit 1; }
}
expect 'GET 404, claude mcp list' "$(run 404 mcp list)" '✓ Connected'
expect 'GET 404, claude -p' "$(run 404 -p hello)" 'model without tool'
expect 'GET 405, claude -p' "$(run 405 -p hello)" 'model with tool'
