// A small tool, to be killed: opens a room of the isolation $1 and runs the program $3 … in it. $2: marker.
import { fileURLToPath } from 'node:url';
import { spawnRoom } from '../../dist/sandbox/room.js';

const [isolation, marker, ...argv] = process.argv.slice(2);
const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const room = spawnRoom({
  isolation,
  readOnly: ['../../dist', '../../package.json', '../fixtures/clients', 'host.mjs'].map(path),
  hostPath: path('host.mjs'),
  hostArgs: [marker],
});
room.child.on('message', ({ id }) => {
  if (id !== 0) return process.send(room.facts);
  const argument = { argv: [...argv, marker], wallMs: 60_000, outputBytes: 1000, floodBytes: 1_000_000 };
  return room.child.send({ id: 1, order: 'run', argument });
});
