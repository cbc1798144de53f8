/** `scenarios new`, `scenarios check`: files of the user's that hold a scenario. */
import { writeFile } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import { BisectError, systemCode } from '../errors.js';
import { printable } from '../report/text.js';
import { shellLine } from '../report/shell.js';
import { scenarioFor } from '../custom/module.js';
import { describeArm } from '../scenarios/described.js';
import { scenarios } from '../scenarios/index.js';
import type { Scenario } from '../scenarios/scenario.js';
import { templateFor } from '../custom/template.js';
import { print, printJson } from './console.js';
import type { Context } from './context.js';
import type { CheckScenarioRequest, NewScenarioRequest } from './requests.js';

/**
 * Writes a file to start from, and never over another.
 * @throws BisectError `BAD_OPTION`
 */
export async function newScenario(request: NewScenarioRequest, context: Context): Promise<number> {
  const { name, output, json } = request;
  assertName(name);
  const file = resolve(context.cwd, output ?? `${name}.mjs`);
  if (extname(file) !== '.mjs')
    throw new BisectError('BAD_OPTION', `${file} does not end in .mjs`, {
      hint: 'name it .mjs: what is written is an ES module',
    });
  await write(file, templateFor(name));
  if (json) printJson(context.console, { schema: 1, file });
  else print(context.console, `${file}\n  Try it: mcp-bisect scenarios check ${file}`);
  return 0;
}

function assertName(name: string): void {
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name) || name.length > 64)
    throw new BisectError('BAD_OPTION', `"${name}" is no name for a scenario`, {
      hint: 'use lower case, digits and dashes, for example get-404; --output says where the file goes',
    });
  if (scenarios.some(({ id }) => id === name))
    throw new BisectError('BAD_OPTION', `"${name}" is a built-in scenario`, { hint: 'choose another name' });
}

async function write(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text, { flag: 'wx' });
  } catch (cause) {
    const code = systemCode(cause);
    if (code === 'EEXIST')
      throw new BisectError('BAD_OPTION', `${file} exists already`, {
        hint: 'choose another name, or another place with --output: nothing is written over',
        cause,
      });
    throw new BisectError('BAD_OPTION', `${file} cannot be written (${code ?? String(cause)})`, {
      hint: 'name a place in a folder that exists and can be written to with --output',
      cause,
    });
  }
}

/**
 * Checks a scenario without running anything, and says what it plans.
 * @throws BisectError `BAD_SCENARIO`
 */
export async function checkScenario(request: CheckScenarioRequest, context: Context): Promise<number> {
  const { name, json, timeoutMs } = request;
  const scenario = await scenarioFor(name, { cwd: context.cwd, timeoutMs });
  if (json) printJson(context.console, { schema: 1, scenario: documentOf(scenario) });
  else print(context.console, textOf(scenario, name));
  return 0;
}

function documentOf(scenario: Scenario) {
  const { id, title, issue, spec, expected = '', revision, source, tool, prompt, arms } = scenario;
  const { aboutWaiting = false, terms = null } = scenario;
  const described = arms.map((arm) => ({
    id: arm.id,
    title: arm.title,
    control: arm.control,
    plan: describeArm(arm),
  }));
  const about = {
    id,
    title,
    issue,
    spec,
    expected,
    revision,
    source: source ?? null,
    tool,
    prompt,
    aboutWaiting,
    terms,
  };
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
