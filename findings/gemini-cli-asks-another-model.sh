#!/usr/bin/env bash
# @google/gemini-cli 0.54.4: `-m gemini-2.5-flash` is sent to gemini-3.5-flash, although a model that is named by hand passes by the
# router. The User-Agent of the same request still says gemini-2.5-flash, and no warning is printed. -m gemini-2.5-pro and
# gemini-2.5-flash-lite are asked as named. A recorded or scripted model API must match any model's path.
#
# Seen: POST /v1beta/models/gemini-3.5-flash:streamGenerateContent with User-Agent GeminiCLI-tui/0.54.4/gemini-2.5-flash (...).
# Needs: node, npm, tar, unshare and ip (as root). Fetches 21 MB.
set -euo pipefail
version=0.54.4
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
npm pack --silent "@google/gemini-cli@$version" >/dev/null
tar -xzf ./*.tgz
mkdir -p home/.gemini work
cat >home/.gemini/settings.json <<'JSON'
{
  "security": { "auth": { "selectedType": "gemini-api-key" }, "folderTrust": { "enabled": false } },
  "general": { "disableAutoUpdate": true },
  "privacy": { "usageStatisticsEnabled": false },
  "telemetry": { "enabled": false }
}
JSON

cat >run.mjs <<'JS'
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';

const [model] = process.argv.slice(2);
const asked = [];
const server = createServer((request, response) => {
  const [, path] = /models\/([^:]+):/.exec(request.url);
  const [, agent] = /^[^/]+\/[^/]+\/(\S+)/.exec(request.headers['user-agent']) ?? [];
  asked.push(`asks ${path} as ${agent}`);
  request.resume();
  const candidates = [{ index: 0, content: { role: 'model', parts: [{ text: 'done' }] }, finishReason: 'STOP' }];
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.end(`data: ${JSON.stringify({ candidates })}\r\n\r\n`);
});
server.listen(0, '127.0.0.1', async () => {
  const root = process.cwd();
  const client = spawn(process.execPath, [`${root}/package/bundle/gemini.js`, '-p', 'hello', '-m', model, '--yolo'], {
    cwd: `${root}/work`,
    env: {
      PATH: process.env.PATH,
      HOME: `${root}/home`,
      GEMINI_API_KEY: 'dummy',
      GOOGLE_GEMINI_BASE_URL: `http://127.0.0.1:${server.address().port}`,
      GEMINI_CLI_NO_RELAUNCH: '1',
      GEMINI_CLI_TRUST_WORKSPACE: 'true',
    },
    stdio: 'ignore',
  });
  await once(client, 'exit');
  console.log(asked.join(', '));
  process.exit();
});
JS

expect() {
  seen=$(timeout 60 unshare --net bash -c 'ip link set lo up && exec node run.mjs "$1"' _ "$1")
  echo "-m $1: $seen"
  [ "$seen" = "$2" ] || { echo "expected: $2"; exit 1; }
}
expect gemini-2.5-flash 'asks gemini-3.5-flash as gemini-2.5-flash'
expect gemini-2.5-pro 'asks gemini-2.5-pro as gemini-2.5-pro'
expect gemini-2.5-flash-lite 'asks gemini-2.5-flash-lite as gemini-2.5-flash-lite'
