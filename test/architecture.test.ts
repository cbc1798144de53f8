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
/** Of a file that lies loose in src its own name. */
const folderOf = (file: string) => file.split('/')[0]?.replace(/\.ts$/, '') ?? '';
const atRunTime = imports.filter(({ typeOnly }) => !typeOnly);
const atStart = atRunTime.filter(({ dynamic }) => !dynamic);
const within = imports.filter(({ to }) => inSrc(to));
const listed = (found: readonly Import[]) => found.map(({ from, to }) => `${from} → ${to}`);

/** From below to above: a file imports its own folder and lower layers, never a neighbour or upward. */
const LAYERS: readonly (readonly string[])[] = [
  ['errors', 'settings'],
  ['disk'],
  ['registry', 'fixture', 'sandbox', 'notify'],
  ['store', 'clients', 'scenarios', 'machine'],
  ['probe'],
  ['verdict'],
  ['search'],
  ['run'],
  ['ledger'],
  ['report', 'custom'],
  ['session'],
  ['nightly'],
  ['cli', 'index'],
  ['main'],
];
const layerOf = (file: string) => LAYERS.findIndex((layer) => layer.includes(folderOf(file)));

/** Where node modules and packages that touch the world are not allowed. */
const PURE = [
  'nightly/news.ts',
  'nightly/table.ts',
  'nightly/window.ts',
  'session/range.ts',
  'registry/releases.ts',
  'registry/bounds.ts',
  'registry/platform.ts',
  'registry/manifest.ts',
  'registry/provenance.ts',
  'sandbox/steps.ts',
  'sandbox/unshare.ts',
  'probe/observation.ts',
  'fixture/hold.ts',
  'probe/protocol.ts',
  ...files.filter((file) => /^(clients|scenarios|verdict|search|run|report)\//.test(file)),
  ...files.filter((file) => /^custom\/(?!module|calling)/.test(file)),
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
  'leven',
  'zod',
]);
/** Pure files that lie in an effect folder may be used from anywhere. */
const pureFile = (file: string) => PURE.includes(file) || file === 'errors.ts';

/** Who alone may load what. */
const DOORS: readonly (readonly [what: RegExp, behind: RegExp])[] = [
  [/^libsql$/, /^ledger\//],
  [/^(?:npm-registry-fetch|pacote|@npmcli\/.*)$/, /^registry\//],
  [
    /^(?:execa|(?:node:)?child_process|@lydell\/node-pty)$/,
    /^(?:sandbox\/|notify\/command\.ts$|custom\/module\.ts$)/,
  ],
];

describe('the import graph', () => {
  it('is read, and every folder has a layer', () => {
    expect(new Set(files.map(folderOf))).toEqual(new Set(LAYERS.flat()));
    expect(imports.length).toBeGreaterThan(200);
  });

  it('goes upward only, types included', () => {
    const breaches = within.filter(
      ({ from, to }) => folderOf(from) !== folderOf(to) && layerOf(to) >= layerOf(from),
    );
    expect(listed(breaches)).toEqual([]);
  });

  it('has no circle of files, types included', () => {
    expect(files.filter((file) => reachedFrom([file], within, false).has(file))).toEqual([]);
  });

  it('has no effects in pure files', () => {
    const breaches = atRunTime.filter(
      ({ from, to }) => PURE.includes(from) && !(inSrc(to) ? pureFile(to) : HARMLESS.has(to)),
    );
    expect(listed(breaches)).toEqual([]);
  });

  it('keeps what touches the world behind its doors', () => {
    const breaches = DOORS.flatMap(([what, behind]) => {
      const found = atRunTime.filter(({ to }) => what.test(to));
      expect(found.filter(({ from }) => behind.test(from))).not.toEqual([]);
      return found.filter(({ from }) => !behind.test(from));
    });
    expect(listed(breaches)).toEqual([]);
  });

  it('has one meaning for each exported type', () => {
    const names = files.flatMap((file) =>
      [
        ...readFileSync(join(src, file), 'utf8').matchAll(
          /^export (?:interface|type|(?:abstract )?class) (\w+)/gm,
        ),
      ].map(([, name = '']) => name),
    );
    const repeated = new Set(names.filter((name, index) => names.indexOf(name) < index));
    expect([...repeated]).toEqual([]);
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
    expect(new Set(packages.map(({ to }) => to))).toEqual(
      new Set(['@commander-js/extra-typings', 'env-paths']),
    );
  });

  it('keeps the printers of blocks apart, and from what blocks are made of', () => {
    const printers = ['report/markdown.ts', 'report/html.ts'];
    const known = /^report\/(?:document|text|limits|words|numbers|logs|steps|carried-file|links)\.ts$/;
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
    expect(listed(breaches)).toEqual([]);
    expect([...reached].filter(isFormat).length).toBeGreaterThan(10);
  });
});

/** Every file that is reached along `edges` from `starts`, which count themselves unless they have to be reached as well. */
function reachedFrom(
  starts: readonly string[],
  edges: readonly Import[] = atRunTime,
  withStarts = true,
): ReadonlySet<string> {
  const reached = new Set(withStarts ? starts : []);
  const follow = (file: string) =>
    targets(edges)
      .get(file)
      ?.forEach((to) => reached.add(to));
  starts.forEach(follow);
  for (const file of reached) follow(file);
  return reached;
}

const known = new Map<readonly Import[], Map<string, string[]>>();

/** What each file imports along these edges, within src. */
function targets(edges: readonly Import[]): ReadonlyMap<string, readonly string[]> {
  const found = known.get(edges) ?? new Map<string, string[]>();
  if (!known.has(edges))
    for (const { from, to } of edges) if (inSrc(to)) found.set(from, [...(found.get(from) ?? []), to]);
  known.set(edges, found);
  return found;
}

const packagesOf = (reached: ReadonlySet<string>): Import[] =>
  atRunTime.filter(({ from, to }) => reached.has(from) && !inSrc(to) && !to.startsWith('node:'));
