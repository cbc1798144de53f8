/**
 * What is published and started: the sources with the packages they use, in few files, since Node spends more on finding
 * hundreds of them than on most commands. Packages with a native part stay packages. The texts of all licences go along.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** @type {import('rolldown').RolldownOptions} */
export default {
  input: {
    main: 'src/main.ts',
    index: 'src/index.ts',
    // Started, or loaded, by their path.
    host: 'src/probe/host.ts',
    'stdio-bridge': 'src/fixture/stdio-bridge.ts',
    teller: 'src/nightly/teller.ts',
    'scenario-resolver': 'src/custom/resolver.ts',
  },
  platform: 'node',
  // zod is installed for the library's types, and bundled as the others are.
  external: Object.keys(JSON.parse(readFileSync('package.json', 'utf8')).dependencies).filter(
    (name) => name !== 'zod',
  ),
  // pacote's parts that build packages ask for their place when they are loaded; nothing here builds any.
  transform: { define: { __dirname: 'import.meta.dirname' } },
  plugins: [licences(), socksWhenAsked()],
  // Comments of packages are not code: their licences have a file of their own.
  output: { dir: 'dist/bundle', cleanDir: true, comments: false },
};

/** Writes `LICENCES.txt`: of each package that is in the bundle its name, its version and its licence. */
function licences() {
  return {
    name: 'licences',
    generateBundle(_options, chunks) {
      const modules = Object.values(chunks).flatMap(({ moduleIds = [] }) => moduleIds);
      const folders = modules.flatMap(
        (id) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(id)?.[0] ?? [],
      );
      const source = [...new Set(folders)].toSorted().map(licenceOf).join('\n\n');
      this.emitFile({ type: 'asset', fileName: 'LICENCES.txt', source });
    },
  };
}

function licenceOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  const text = file && existsSync(join(folder, file)) ? readFileSync(join(folder, file), 'utf8') : '';
  return `== ${name} ${version} (${license})\n\n${text}`;
}

/**
 * npm's agent loads the packages for SOCKS, 120 KB and 13 ms of every start, whether there is such a proxy or not. Here they come
 * with the first connection through one.
 */
function socksWhenAsked() {
  const name = 'socks-proxy-agent';
  const standIn = `\0${name}`;
  return {
    name: 'socks-when-asked',
    resolveId: (source, importer = '') =>
      source === name && importer.includes('/@npmcli/agent/') ? standIn : undefined,
    load: (id) =>
      id === standIn
        ? `export class SocksProxyAgent {
            static protocols = ['socks', 'socks4', 'socks4a', 'socks5', 'socks5h'];
            constructor(...given) {
              this.given = given;
            }
            async connect(...asked) {
              const { SocksProxyAgent } = await import('${name}');
              return new SocksProxyAgent(...this.given).connect(...asked);
            }
          }`
        : undefined,
  };
}
