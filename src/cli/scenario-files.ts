/** `scenarios new`, `scenarios check`: files of the user's that hold a scenario. */
import { writeFile } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import { badOption, systemCode } from '../errors.js';
import { printable } from '../report/text.js';
import { shellLine } from '../report/shell.js';
import { scenarioFor } from '../custom/module.js';
import { describeArm } from '../scenarios/described.js';
import { scenarios } from '../scenarios/index.js';
import type { Scenario } from '../scenarios/scenario.js';
import { templateFor } from '../custom/template.js';
import type { Typed } from './commands.js';
import { printResult } from './console.js';
import type { Context } from './context.js';

/**
 * Writes a file to start from, and never over another.
 * @throws BisectError `BAD_OPTION`
 */
export async function newScenario(
  name: string,
  { output, json }: Typed<'scenarios new'>,
  context: Context,
): Promise<number> {
  assertName(name);
  const file = resolve(context.cwd, output ?? `${name}.mjs`);
  if (extname(file) !== '.mjs')
    throw badOption(`${file} does not end in .mjs`, 'name it .mjs: what is written is an ES module');
  await writeFile(file, templateFor(name), { flag: 'wx' }).catch((cause: unknown) => {
    const code = systemCode(cause) ?? String(cause);
    if (code === 'EEXIST')
      throw badOption(
        `${file} exists already`,
        'choose another name, or another place with --output: nothing is written over',
        cause,
      );
    throw badOption(
      `${file} cannot be written (${code})`,
      'name a place in a folder that exists and can be written to with --output',
      cause,
    );
  });
  const text = () => `${file}\n  Try it: mcp-bisect scenarios check ${file}`;
  printResult(context.console, json, { file }, text);
  return 0;
}

function assertName(name: string): void {
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name) || name.length > 64)
    throw badOption(
      `"${name}" is no name for a scenario`,
      'use lower case, digits and dashes, for example get-404; --output says where the file goes',
    );
  if (scenarios.some(({ id }) => id === name))
    throw badOption(`"${name}" is a built-in scenario`, 'choose another name');
}

/**
 * Checks a scenario without running anything, and says what it plans.
 * @throws BisectError `BAD_SCENARIO`
 */
export async function checkScenario(
  name: string,
  { json, timeout: timeoutMs }: Typed<'scenarios check'>,
  context: Context,
): Promise<number> {
  const scenario = await scenarioFor(name, { cwd: context.cwd, timeoutMs });
  printResult(context.console, json, { scenario: documentOf(scenario) }, () => textOf(scenario, name));
  return 0;
}

function documentOf(scenario: Scenario) {
  const { id, title, issue, spec, expected = '', revision, source = null, tool, prompt, arms } = scenario;
  const { aboutWaiting = false, terms = null } = scenario;
  const described = arms.map((arm) => {
    const { id: name, title: called, control } = arm;
    return { id: name, title: called, control, plan: describeArm(arm) };
  });
  const about = { id, title, issue, spec, expected, revision, source, tool, prompt, aboutWaiting, terms };
  return { ...about, arms: described };
}

function textOf(scenario: Scenario, name: string): string {
  const { id, title, issue, spec, expected = '', terms = {}, prompt, aboutWaiting, arms } = scenario;
  const own = Object.entries(terms).map(([word, said]) => `"${said}" for "${word}"`);
  const words = own.length > 0 ? `says ${own.join(', ')}` : '';
  const waiting = aboutWaiting ? 'about waiting: the client is not told to wait for its servers' : '';
  const about = [title, issue, spec, expected, words, `prompt: ${prompt}`, waiting].filter(Boolean);
  const lines = [
    id,
    ...about.map((line) => `  ${printable(line)}`),
    ...arms.flatMap((arm) => [
      '',
      `  ${arm.id}${arm.control ? ' (the control)' : ''}: ${printable(arm.title)}`,
      ...describeArm(arm).map((line) => `    ${printable(line)}`),
    ]),
    '',
    `Nothing is wrong with it. "mcp-bisect probe <version> ${shellLine(['--scenario', name])}" runs it.`,
  ];
  return lines.join('\n');
}
