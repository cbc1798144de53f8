import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

/** The import rules of design.md, *Layout*, checked on every file of src. */

const src = fileURLToPath(new URL('../src', import.meta.url));

interface Import {
  readonly from: string;
  /** A file of src as `folder/file.ts`, or a package or `node:` module as written. */
  readonly to: string;
  readonly typeOnly: boolean;
  /** Loaded when the expression is reached, not with the file. */
  readonly dynamic: boolean;
}

const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter(
  (file) => file.endsWith('.ts') && !file.endsWith('.d.ts'),
);

const imports: Import[] = files.flatMap(importsOf);

function importsOf(file: string): Import[] {
  const source = ts.createSourceFile(file, readFileSync(join(src, file), 'utf8'), ts.ScriptTarget.Latest);
  const found: Import[] = [];
  const visit = (node: ts.Node): void => {
    const specifier =
      ts.isImportDeclaration(node) || ts.isExportDeclaration(node)
        ? node.moduleSpecifier
        : ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword
          ? node.arguments[0]
          : undefined;
    if (specifier && ts.isStringLiteral(specifier))
      found.push({
        from: file,
        to: resolve(file, specifier.text),
        typeOnly: isTypeOnly(node),
        dynamic: ts.isCallExpression(node),
      });
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function isTypeOnly(node: ts.Node): boolean {
  if (ts.isImportDeclaration(node)) return node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
  return ts.isExportDeclaration(node) && node.isTypeOnly;
}

function resolve(file: string, specifier: string): string {
  if (!specifier.startsWith('.')) return specifier;
  return normalize(join(dirname(file), specifier)).replace(/\.js$/, '.ts');
}

const inSrc = (to: string) => files.includes(to);
const folderOf = (file: string) => (file.includes('/') ? (file.split('/')[0] ?? '') : '');
const atRunTime = imports.filter(({ typeOnly }) => !typeOnly);
const atStart = atRunTime.filter(({ dynamic }) => !dynamic);
const listed = (found: Import[]) => found.map(({ from, to }) => `${from} → ${to}`);

/** Where node modules and packages that touch the world are not allowed. */
const PURE = [
  'nightly/message-of.ts',
  'nightly/news.ts',
  'nightly/subject.ts',
  'nightly/version-table-of.ts',
  'nightly/window.ts',
  'session/range.ts',
  'session/round-pool.ts',
  'registry/releases.ts',
  'registry/bounds.ts',
  'registry/platform.ts',
  'registry/times.ts',
  'registry/manifest.ts',
  'sandbox/room.ts',
  'sandbox/bubblewrap.ts',
  'sandbox/unshare.ts',
  'probe/observation.ts',
  'fixture/bounds.ts',
  'probe/protocol.ts',
  ...files.filter((file) =>
    /^(clients|scenarios|custom|verdict|report|search)\/(?!module|choice)/.test(file),
  ),
];
/** node:crypto: the digest of a text is a function of it. */
const HARMLESS = new Set([
  'node:util',
  'node:path',
  'node:crypto',
  'semver',
  'cli-table3',
  'diff',
  'picocolors',
  'zod',
]);
const EFFECTS = ['registry', 'store', 'fixture', 'sandbox', 'notify'];
/** Pure files that lie in an effect folder may be used from anywhere. */
const pureFile = (file: string) => PURE.includes(file) || file === 'errors.ts';

describe('the import graph', () => {
  it('is read: every stage of the flow is in it', () => {
    expect(new Set(files.map(folderOf))).toEqual(
      new Set([
        '',
        'cli',
        'clients',
        'custom',
        'fixture',
        'ledger',
        'nightly',
        'notify',
        'probe',
        'registry',
        'report',
        'run',
        'sandbox',
        'scenarios',
        'search',
        'session',
        'store',
        'verdict',
      ]),
    );
    expect(imports.length).toBeGreaterThan(200);
  });

  it('has no effects in pure files', () => {
    const breaches = atRunTime.filter(
      ({ from, to }) => PURE.includes(from) && !(inSrc(to) ? pureFile(to) : HARMLESS.has(to)),
    );
    expect(listed(breaches)).toEqual([]);
  });

  it.each(EFFECTS)('lets %s import nothing of this project but errors and its own folder', (folder) => {
    const breaches = atRunTime.filter(
      ({ from, to }) =>
        folderOf(from) === folder && inSrc(to) && folderOf(to) !== folder && to !== 'errors.ts',
    );
    expect(listed(breaches)).toEqual([]);
  });

  it('keeps clients and scenarios apart, types included', () => {
    const apart = ['clients', 'scenarios'];
    const breaches = imports.filter(
      ({ from, to }) =>
        apart.includes(folderOf(from)) && apart.includes(folderOf(to)) && folderOf(from) !== folderOf(to),
    );
    expect(listed(breaches)).toEqual([]);
  });

  it('lets nothing but main import cli', () => {
    const breaches = imports.filter(
      ({ from, to }) => folderOf(to) === 'cli' && folderOf(from) !== 'cli' && from !== 'main.ts',
    );
    expect(listed(breaches)).toEqual([]);
  });

  it('lets only the ledger know SQL', () => {
    const breaches = imports.filter(({ from, to }) => folderOf(from) !== 'ledger' && to === 'libsql');
    expect(listed(breaches)).toEqual([]);
    expect(imports.filter(({ to }) => to === 'libsql')).not.toEqual([]);
  });

  it('loads no package in the host, which starts with every job, and two when a terminal is asked for', () => {
    const packages = packagesOf(reachedFrom(['probe/host.ts']));
    expect(listed(packages.filter(({ dynamic }) => !dynamic))).toEqual([]);
    expect(listed(packages)).toEqual([
      'sandbox/terminal.ts → @lydell/node-pty',
      'sandbox/terminal.ts → @xterm/headless',
    ]);
  });

  it('loads for the command line, before it is known which command it is, no package but those that read it', () => {
    const reached = reachedFrom(['main.ts'], atStart);
    const packages = packagesOf(reached).filter(({ dynamic }) => !dynamic);
    expect(new Set(packages.map(({ to }) => to))).toEqual(new Set(['commander', 'env-paths']));
  });

  it('keeps the printers of blocks apart, and from what blocks are made of', () => {
    const printers = ['report/markdown.ts', 'report/html.ts'];
    const known = /^report\/(?:document|text|limits|words|numbers|report|carried-file|nightly\/links)\.ts$/;
    const breaches = imports.filter(
      ({ from, to }) => printers.includes(from) && inSrc(to) && !known.test(to),
    );
    expect(listed(breaches)).toEqual([]);
    expect(printers.filter((file) => !files.includes(file))).toEqual([]);
  });

  it('shows the formats of a report no observation: not even through what they load', () => {
    const isFormat = (file: string) =>
      /^report\/(?:blocks\/|(?:markdown|html|page|issue|report-page|junit|report-document|github)\.ts$)/.test(
        file,
      );
    const reached = reachedFrom(files.filter(isFormat));
    const breaches = imports.filter(
      ({ from, to }) => reached.has(from) && ['probe', 'fixture'].includes(folderOf(to)),
    );
    // The contract of --json names the modes.
    expect(listed(breaches)).toEqual(['report/json.ts → probe/observation.ts']);
    expect([...reached].filter(isFormat).length).toBeGreaterThan(15);
  });

  it('has no cycles at run time', () => {
    const cycles = files.filter((file) => reaches(file, file));
    expect(cycles).toEqual([]);
  });
});

/** Every file that is loaded along `edges` with `starts`, these among them. */
function reachedFrom(starts: readonly string[], edges = atRunTime): ReadonlySet<string> {
  const reached = new Set(starts);
  for (const file of reached)
    for (const { from, to } of edges) if (from === file && inSrc(to)) reached.add(to);
  return reached;
}

const packagesOf = (reached: ReadonlySet<string>): Import[] =>
  atRunTime.filter(({ from, to }) => reached.has(from) && !inSrc(to) && !to.startsWith('node:'));

function reaches(start: string, goal: string, seen = new Set<string>()): boolean {
  return atRunTime
    .filter(({ from, to }) => from === start && inSrc(to))
    .some(({ to }) => {
      if (to === goal) return true;
      if (seen.has(to)) return false;
      seen.add(to);
      return reaches(to, goal, seen);
    });
}
