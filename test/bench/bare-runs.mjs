// Runs clients one after another against the scenario's fixtures, to their natural end, with nothing of the tool around
// them. Inside a sealed room: node bare-runs.mjs <executable>… prints the milliseconds of each run.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { claudeCode } from '../../dist/clients/claude-code.js';
import { openFixtures } from '../../dist/fixture/fixtures.js';
import { Journal } from '../../dist/fixture/journal.js';
import { getStream404 as scenario } from '../../dist/scenarios/get-stream-404.js';

const { server: name, prompt, arms } = scenario;
const times = [];
for (const executable of process.argv.slice(2))
  for (const { gateway, model, headers = {} } of arms) {
    const turns = model.turns.map((turn) =>
      'call' in turn ? { ...turn, call: claudeCode.modelToolName(name, turn.call) } : turn,
    );
    const plans = { gateway, model: { ...model, turns } };
    const fixtures = await openFixtures({ ...plans, journal: new Journal() });
    const home = mkdtempSync('/tmp/bare-');
    const work = join(home, 'work');
    mkdirSync(work);
    const launch = claudeCode.launch({
      version: '',
      command: [executable],
      mode: 'headless',
      home,
      work,
      server: { name, address: fixtures.server, headers },
      modelUrl: fixtures.modelUrl,
      tools: gateway.tools.map((one) => one.name),
      prompt,
    });
    for (const [path, contents] of Object.entries(launch.files)) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, contents);
    }
    const env = { PATH: '/usr/bin:/bin', HOME: home, TERM: 'dumb', LANG: 'C.UTF-8', ...launch.env };
    const began = performance.now();
    const client = spawn(executable, launch.args, { cwd: work, env, stdio: 'ignore' });
    await once(client, 'exit');
    times.push(performance.now() - began);
    await fixtures.close();
    rmSync(home, { recursive: true, force: true });
  }
process.stdout.write(JSON.stringify(times));
