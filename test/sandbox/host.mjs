// A host that does what a test tells it: one order at a time, each answered with its result.
import {
  clientEnvironment,
  emptyWritablePlaces,
  endEverything,
  leaveWithTheTool,
  thisRoom,
} from '../../dist/sandbox/inside.js';
import { runClient } from '../../dist/sandbox/process.js';
import { runInTerminal } from '../../dist/sandbox/terminal.js';

const room = thisRoom();
leaveWithTheTool(room);

const orders = {
  run: (command) => runClient({ cwd: room.work, ...command, env: clientEnvironment(room, command.env) }),
  runInTerminal: ({ steps, ...command }) =>
    runInTerminal({
      cwd: room.work,
      ...command,
      env: clientEnvironment(room, command.env),
      steps: steps.map(({ when, type }) => ({ when: new RegExp(when, 'u'), type })),
    }),
  endEverything: () => endEverything(room),
  empty: () => emptyWritablePlaces(room),
  endEverythingElsewhere: (facts) => endEverything({ ...room, ...facts }),
  emptyElsewhere: (facts) => emptyWritablePlaces({ ...room, ...facts }),
};

async function carryOut({ id, order, argument }) {
  try {
    process.send({ id, result: await orders[order](argument) });
  } catch (error) {
    process.send({ id, error: { code: error.code, message: error.message } });
  }
}

process.on('message', (message) => void carryOut(message));
process.send({ id: 0 });
