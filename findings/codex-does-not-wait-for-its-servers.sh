#!/usr/bin/env bash
# @openai/codex 0.171.0 (linux-x64): `codex exec` gives an MCP server about one second. If tools/list is not answered by then, the
# model is asked without the server's tools, the run ends with exit code 0, and nothing on stdout says that a server was left out.
# With `required=true` in the server's table it waits: the same server, four seconds late, is then offered and called.
#
# Seen: without `required`, one model request, about a second after tools/list came in, no namespace tool `mcp__gw` in it.
#       with `required`, the first model request comes after tools/list was answered, and tools/call follows.
# Needs: node, npm, tar, unshare and ip (as root), linux-x64. Fetches 172 MB.
set -euo pipefail
version=0.171.0
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm pack --silent "@openai/codex@$version-linux-x64" >/dev/null
tar -xzf ./*.tgz

cat >run.mjs <<'JS'
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';

const [required] = process.argv.slice(2);
const seen = [];
const text = async (stream) => {
  let all = '';
  for await (const chunk of stream) all += chunk;
  return all;
};
const server = createServer(async (request, response) => {
  const message = JSON.parse((await text(request)) || '{}');
  const json = (result) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ jsonrpc: '2.0', id: message.id, result }));
  };
  if (request.url === '/mcp') {
    if (request.method !== 'POST') return void response.writeHead(405).end();
    seen.push(message.method);
    if (message.method === 'initialize')
      return json({ protocolVersion: '2025-06-18', capabilities: { tools: {} }, serverInfo: { name: 'gw', version: '1' } });
    if (message.method === 'tools/list')
      return void setTimeout(json, 4000, { tools: [{ name: 'ticket', inputSchema: { type: 'object' } }] });
    if (message.method === 'tools/call') return json({ content: [{ type: 'text', text: 'open' }] });
    return void response.writeHead(202).end();
  }
  const offered = message.tools.some(({ name }) => name === 'mcp__gw');
  seen.push(offered ? 'model, tool offered' : 'model, no tool');
  const called = message.input.some(({ type }) => type === 'function_call_output');
  const item =
    offered && !called
      ? { type: 'function_call', id: 'f', call_id: 'c', namespace: 'mcp__gw', name: 'ticket', arguments: '{}' }
      : { type: 'message', id: 'm', role: 'assistant', content: [{ type: 'output_text', text: 'done' }] };
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const event = (type, fields) => response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`);
  event('response.created', { response: { id: 'r' } });
  event('response.output_item.done', { output_index: 0, item });
  event('response.completed', { response: { id: 'r' } });
  response.end();
});
server.listen(0, '127.0.0.1', async () => {
  const origin = `http://127.0.0.1:${server.address().port}`;
  const home = `${process.cwd()}/home-${required}`;
  mkdirSync(home);
  writeFileSync(
    `${home}/config.toml`,
    `model = "fake"
model_provider = "fx"
approval_policy = "never"
sandbox_mode = "danger-full-access"
check_for_update_on_startup = false
[analytics]
enabled = false
[model_providers.fx]
name = "fx"
base_url = "${origin}/v1"
env_key = "FX_KEY"
wire_api = "responses"
[mcp_servers.gw]
url = "${origin}/mcp"
required = ${required}
`,
  );
  const codex = spawn('package/vendor/x86_64-unknown-linux-musl/bin/codex', ['exec', '--skip-git-repo-check', '--json', 'hello'], {
    env: { PATH: process.env.PATH, HOME: home, CODEX_HOME: home, FX_KEY: 'dummy' },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [stdout, [code]] = await Promise.all([text(codex.stdout), once(codex, 'exit')]);
  const names = /gw|MCP/.test(stdout) ? 'names the server' : 'does not name the server';
  console.log(`${seen.filter((what) => !what.startsWith('notifications/')).join(' > ')} (exit ${code}, stdout ${names})`);
  process.exit();
});
JS

run() { timeout 60 unshare --net bash -c 'ip link set lo up && exec node run.mjs "$1"' _ "$1"; }
expect() {
  echo "required = $1: $2"
  [ "$2" = "$3" ] || { echo "expected: $3"; exit 1; }
}
expect false "$(run false)" 'initialize > tools/list > model, no tool (exit 0, stdout does not name the server)'
expect true "$(run true)" 'initialize > tools/list > model, tool offered > tools/call > model, tool offered (exit 0, stdout names the server)'
