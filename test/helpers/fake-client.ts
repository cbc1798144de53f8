/** Releases of a miniature client, published to a test registry in Claude Code's two packagings. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { TestRegistry } from './registry.js';
import { HOSTILE } from './reports.js';

/**
 * What a fake release does. `loses-tools` and `re-initializes`: the reported regression's two faces (both only after
 * 404); `crashes-on-404` is a third way to fail. The others are no verdict: they crash, hang, refuse their configuration,
 * flood stdout, call themselves another version, never make the call, or ask the model before the tools have come (`hurries` only where it is not told to wait for its servers). `forks`
 * leaves processes behind that hold stdout, and works otherwise. `attacks` loses its tools, and says HOSTILE (reports.ts)
 * wherever it can, with two megabytes of one line; `leaks` says it and ends.
 *
 * Without `-p` it is interactive: it needs a terminal, asks for its prompt there, and `re-initializes` goes on for ever. Its
 * `mcp list` is content with every gateway.
 */
export type Behaviour =
  | 'good'
  | 'loses-tools'
  | 're-initializes'
  | 'crashes-on-404'
  | 'crashes'
  | 'hangs'
  | 'refuses'
  | 'floods'
  | 'lies'
  | 'forgets'
  | 'impatient'
  | 'hurries'
  | 'forks'
  | 'attacks'
  | 'leaks';

const SOURCE = fileURLToPath(new URL('../fixtures/clients/mcp-client.mjs', import.meta.url));
const MAIN = '@anthropic-ai/claude-code';

/** 2.1.4, and each prerelease of it, is published on the fourth of January. */
const timeOf = (version: string) =>
  new Date(Date.UTC(2026, 0, Number.parseInt(version.split('.')[2] ?? '', 10))).toISOString();

/** The program of one release. */
export function clientSource(version: string, behaviour: Behaviour): string {
  const attack = JSON.stringify(['attacks', 'leaks'].includes(behaviour) ? HOSTILE : '');
  const constants = [`VERSION = '${version}'`, `BEHAVIOUR = '${behaviour}'`, `ATTACK = ${attack}`];
  return constants.map((constant) => `const ${constant};\n`).join('') + readFileSync(SOURCE, 'utf8');
}

/** Publishes a release as `cli.js` in the main package, as up to 2.1.112. */
export function publishScript(
  registry: TestRegistry,
  version: string,
  behaviour: Behaviour,
  time: string | null = timeOf(version),
) {
  return registry.publish({
    name: MAIN,
    version,
    time,
    files: {
      'cli.js': { content: clientSource(version, behaviour), mode: 0o755 },
      'package.json': JSON.stringify({ name: MAIN, version, type: 'module' }),
    },
    manifest: { bin: { claude: 'cli.js' } },
  });
}

/** Publishes a release as a stub and a package for one platform whose executable is a script, as from 2.1.113. */
export function publishPlatform(
  registry: TestRegistry,
  version: string,
  behaviour: Behaviour,
  program?: string | Buffer,
  target = 'linux-x64',
) {
  const platform = `${MAIN}-${target}`;
  registry.publish({
    name: MAIN,
    version,
    time: timeOf(version),
    files: {},
    manifest: { bin: { claude: 'bin/claude.exe' }, optionalDependencies: { [platform]: version } },
  });
  const content = program ?? moduleLauncher(clientSource(version, behaviour));
  return registry.publish({ name: platform, version, files: { claude: { content, mode: 0o755 } } });
}

/** The program of a release that works, and does something beside as soon as it has read its settings: statements, in which `fs` is Node's. */
export const workingBeside = (version: string, statements: string): string =>
  moduleLauncher(`import * as fs from 'node:fs';
    const proper = fetch;
    globalThis.fetch = (...given) => { globalThis.fetch = proper; ${statements}; return proper(...given); };
    ${clientSource(version, 'good')}`);

/** A file without an ending is CommonJS to node: the module goes in as data. */
function moduleLauncher(source: string): string {
  const encoded = Buffer.from(source).toString('base64');
  return `#!/usr/bin/env node\nimport('data:text/javascript;base64,${encoded}').catch((error) => {\n  console.error(error);\n  process.exit(70);\n});\n`;
}
