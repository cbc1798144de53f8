import { beforeAll, describe, expect, it } from 'vitest';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';
import type { Code, Heading, Nodes, Table } from 'mdast';
import { tool, toolJson } from './tool.js';

/** The report on the reported regression, from a real run: compared with the one that was written by hand (shared/seed/). */

let markdown = '';
beforeAll(async () => {
  const { code } = await toolJson('run', '--good', '2.1.142', '--bad', '2.1.150');
  expect(code).toBe(0);
  markdown = (await tool('report')).stdout;
});

const parsed = () => fromMarkdown(markdown, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] });
const all = <Kind extends Nodes['type']>(
  type: Kind,
  node: Nodes = parsed(),
): Extract<Nodes, { type: Kind }>[] => [
  ...(node.type === type ? [node as Extract<Nodes, { type: Kind }>] : []),
  ...('children' in node ? node.children.flatMap((child) => all(type, child)) : []),
];
const textOf = (node: Nodes): string =>
  'value' in node ? node.value : 'children' in node ? node.children.map(textOf).join('') : '';
const headings = () => all('heading').map((heading: Heading) => textOf(heading));
const tables = () =>
  all('table').map((table: Table) => table.children.map((row) => row.children.map((cell) => textOf(cell))));
const blocks = (lang: string) => all('code').filter((code: Code) => code.lang === lang);

describe('the report on 2.1.147', () => {
  it('has the answer in its first line', () => {
    expect(markdown.split('\n')[0]).toMatch(/First broken: 2\.1\.147 .*Last known good: 2\.1\.146/);
  });

  it('follows the client’s own bug form', () => {
    const form = [
      "What's Wrong?",
      'What Should Happen?',
      'Error Messages/Logs',
      'Steps to Reproduce',
      'Is this a regression?',
      'Last Working Version',
      'Claude Code Version',
      'Platform',
      'Operating System',
    ];
    expect(headings().filter((heading) => form.includes(heading))).toEqual(form);
  });

  it('agrees with the table of the original on each of its seven releases', () => {
    const rows = tables().find((table) => table[0]?.[0] === 'Version') ?? [];
    const result = (version: string) => rows.find(([name]) => name === version)?.slice(1, 3);
    // Version, day, result; the days are the registry's own, a day later than some of the original.
    expect(result('2.1.142')).toEqual([
      expect.stringMatching(/^2026-05-15/),
      expect.stringContaining('✅ works'),
    ]);
    expect(result('2.1.145')?.[1]).toContain('✅ works');
    expect(result('2.1.146')?.[1]).toContain('✅ last known good');
    expect(result('2.1.147')?.[1]).toContain('❌ first broken');
    for (const version of ['2.1.148', '2.1.149', '2.1.150'])
      expect(result(version)?.[1]).toContain('❌ broken');
  });

  it('shows what the broken release adds to the log', () => {
    const added = blocks('diff')
      .flatMap(({ value }) => value.split('\n'))
      .filter((line) => line.startsWith('+'));
    for (const line of [
      'MCP session expired (server returned 404), triggering reconnection',
      'Closing transport (session expired)',
      'Failed to fetch tools: Not connected',
    ])
      expect(added).toContainEqual(expect.stringContaining(line));
  });

  it('has the answers of the gateway, and the tools that the model was sent by each', () => {
    const exchanges = tables().find((table) => table[0]?.[0] === 'Request') ?? [];
    expect(exchanges[0]).toEqual(expect.arrayContaining(['2.1.146', '2.1.147']));
    // In whatever order: that of GET and tools/list is the client's own, and varies.
    const requests = exchanges.map(([request]) => request);
    for (const request of ['initialize', 'tools/list', 'GET'])
      expect(requests).toContainEqual(expect.stringContaining(request));
    expect(markdown).toContain('mcp__gateway__lookup_ticket');
  });

  it('has the minimal configuration, and the one line that reproduces it', () => {
    expect(blocks('json').map(({ value }) => JSON.parse(value))).toContainEqual({
      mcpServers: { gateway: { type: 'http', url: 'https://<your-host>/mcp' } },
    });
    expect(markdown).toContain(
      'mcp-bisect run --client claude-code --scenario get-stream-404 --good 2.1.142 --bad 2.1.150',
    );
  });

  it('fits into an issue on GitHub', () => {
    expect(markdown.length).toBeLessThan(65_536);
  });

  it('names no folder of this machine', () => {
    expect(markdown).not.toContain(process.cwd());
  });
});

describe('the longest report there is', () => {
  it('of a window, in a terminal, where the answer is the same, fits as well', async () => {
    const asked = ['--window', '--bad', '2.1.150', '--mode', 'interactive', '--confirm', '1', '--fresh'];
    const { code, document } = await toolJson('run', ...asked);
    expect({ code, ...document }).toMatchObject({
      code: 0,
      mode: 'interactive',
      outcome: 'found',
      lastGood: '2.1.146',
      firstBad: '2.1.147',
      lastBad: '2.1.152',
      firstGood: '2.1.153',
      suspects: [],
    });
    const { stdout } = await tool('report');
    expect(stdout.length).toBeLessThan(65_536);
    expect(stdout.split('\n')[0]).toMatch(/First broken: 2\.1\.147 .*First fixed: 2\.1\.153/);
  });
});
