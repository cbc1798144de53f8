import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { openFixtures } from '../../src/fixture/fixtures.js';
import type { ProtocolVersion, ToolPlan } from '../../src/fixture/plan.js';
import { Journal } from '../../src/fixture/journal.js';

/** The suite needs Node 22 or later, which npx brings along. */
const SUITE = [
  '-y',
  '-p',
  'node@24',
  '-p',
  '@modelcontextprotocol/conformance@0.2.0-alpha.12',
  'conformance',
];

const PASSING = [
  'server-initialize',
  'server-session-lifecycle',
  'ping',
  'tools-list',
  'tools-call-simple-text',
  'tools-call-error',
  'json-schema-2020-12',
  'server-sse-multiple-streams',
  'dns-rebinding-protection',
];

/** The schema that `json-schema-2020-12` wants to find unchanged. */
const SCHEMA_2020_12: ToolPlan['inputSchema'] = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  $defs: {
    address: {
      $anchor: 'addressDef',
      type: 'object',
      properties: { street: { type: 'string' }, city: { type: 'string' } },
    },
  },
  properties: {
    name: { type: 'string' },
    address: { $ref: '#/$defs/address' },
    contactMethod: { type: 'string', enum: ['phone', 'email'] },
    phone: { type: 'string' },
    email: { type: 'string' },
  },
  allOf: [{ anyOf: [{ required: ['phone'] }, { required: ['email'] }] }],
  if: { properties: { contactMethod: { const: 'phone' } }, required: ['contactMethod'] },
  // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
  then: { required: ['phone'] },
  else: { required: ['email'] },
  additionalProperties: false,
};

/** The tools that the suite calls by name. */
const TOOLS: readonly ToolPlan[] = [
  {
    name: 'test_simple_text',
    description: 'Text.',
    inputSchema: { type: 'object' },
    result: 'A simple text.',
  },
  {
    name: 'test_error_handling',
    description: 'Fails.',
    inputSchema: { type: 'object' },
    result: 'No.',
    isError: true,
  },
  { name: 'json_schema_2020_12_tool', description: 'Schema.', inputSchema: SCHEMA_2020_12, result: 'ok' },
];

interface Check {
  readonly id: string;
  readonly status: 'SUCCESS' | 'FAILURE' | 'WARNING' | 'SKIPPED' | 'INFO';
}

/** Scenario → its checks. */
type Results = ReadonlyMap<string, readonly Check[]>;

function conformance(args: readonly string[]): Promise<void> {
  // The exit code tells whether all scenarios passed, which is not asked: the files it writes say which.
  return new Promise((resolve) => {
    execFile('npx', [...SUITE, ...args], { maxBuffer: 64 * 1024 * 1024, timeout: 250_000 }, () => resolve());
  });
}

async function runSuite(protocolVersion: ProtocolVersion): Promise<Results> {
  const folder = await mkdtemp(join(tmpdir(), 'conformance-'));
  const fixtures = await openFixtures({
    gateway: {
      protocolVersion,
      sessions: true,
      serverInfo: { name: 'fixture', version: '1.0.0' },
      tools: TOOLS,
      rules: [],
    },
    model: { turns: [{ say: '' }] },
    journal: new Journal(),
  });
  try {
    const { server } = fixtures;
    if (server.transport !== 'http') throw new Error('the suite speaks HTTP');
    await conformance(['server', '--url', server.url, '--suite', 'all', '-o', folder]);
    return await readResults(folder);
  } finally {
    await fixtures.close();
    await rm(folder, { recursive: true });
  }
}

/** Each scenario has a folder `server-<scenario>-<time>` with its checks. */
async function readResults(folder: string): Promise<Results> {
  const results = new Map<string, readonly Check[]>();
  for (const name of await readdir(folder)) {
    const scenario = name.replace(/^server-/, '').replace(/-\d{4}-\d\d-\d\dT.*$/, '');
    // A scenario that gave up by itself leaves no checks, and so is not passed.
    const checks = await readFile(join(folder, name, 'checks.json'), 'utf8').catch(() => '[]');
    results.set(scenario, JSON.parse(checks));
  }
  return results;
}

describe.each<ProtocolVersion>(['2025-03-26', '2025-11-25'])(
  'the official conformance suite, against the healthy gateway of %s,',
  (protocolVersion) => {
    let results: Results;
    beforeAll(async () => {
      results = await runSuite(protocolVersion);
    });

    it.each(PASSING)('is satisfied by %s', (scenario) => {
      const checks = results.get(scenario) ?? [];
      expect(checks.filter(({ status }) => status === 'FAILURE' || status === 'WARNING')).toEqual([]);
      expect(checks.some(({ status }) => status === 'SUCCESS')).toBe(true);
    });

    it('has no scenario that docs/conformance.md does not account for', async () => {
      const page = await readFile(new URL('../../docs/conformance.md', import.meta.url), 'utf8');
      const named = [...page.matchAll(/`([a-z0-9-]+\*?)`/g)].map(([, name = '']) => name);
      const isNamed = (scenario: string): boolean =>
        named.some((name) =>
          name.endsWith('*') ? scenario.startsWith(name.slice(0, -1)) : scenario === name,
        );
      expect([...results.keys()].filter((scenario) => !isNamed(scenario))).toEqual([]);
      expect(results.size).toBeGreaterThan(PASSING.length);
    });
  },
);
