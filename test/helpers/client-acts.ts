/** What a client may do to the tool, as releases of a miniature client: one row of docs/faults.md each. */
import { publishPlatform, workingBeside, type Behaviour } from './fake-client.js';
import type { TestRegistry } from './registry.js';

/** Folder beside the rooms that have no isolation: where links of these clients lead to. */
export const OUTSIDE = 'outside';

export interface Act {
  /** As docs/faults.md names it. */
  readonly title: string;
  /** It is only ended by the time limit. */
  readonly hangs?: true;
  readonly program: Behaviour | ((version: string) => string | Buffer);
}

/** Named in the command lines of what ill-behaved programs leave behind: those of this run, whoever else runs the tests here. */
export const LEFTOVER = `mcp-bisect-test-client-act-${process.pid}`;

/** In a shell, whose command line may hold a name. */
const SLEEP = `sh -c 'sleep 300; :' ${LEFTOVER}`;

const sh =
  (...lines: string[]) =>
  () =>
    ['#!/bin/sh', ...lines, ''].join('\n');
const beside = (statements: string) => (version: string) => workingBeside(version, statements);

/** An executable's header for 64-bit ARM; enough for the kernel to say no. */
function armHeader(): Buffer {
  const header = Buffer.alloc(4096);
  header.write('\u007fELF\u0002\u0001\u0001', 'latin1');
  header.writeUInt16LE(2, 16);
  header.writeUInt16LE(183, 18);
  return header;
}

export const ACTS: readonly Act[] = [
  { title: 'is no program', program: () => 'just text\n' },
  { title: 'is empty', program: () => '' },
  { title: 'is for another processor', program: armHeader },
  { title: 'is a native program cut short', program: () => Buffer.from('\u007fELF', 'latin1') },
  { title: 'needs an interpreter that is not there', program: () => '#!/opt/no/such/interpreter\n' },
  { title: 'ends at once as if all were well', program: sh('exit 0') },
  { title: 'gives up with a message', program: sh('echo "no licence found" >&2', 'exit 7') },
  { title: 'refuses its configuration', program: 'refuses' },
  { title: 'crashes', program: sh('kill -SEGV $$') },
  { title: 'is killed', program: sh('kill -KILL $$') },
  { title: 'becomes a daemon', program: sh(`setsid ${SLEEP} &`, 'exit 0') },
  { title: 'fills its home', program: sh('LC_ALL=C dd if=/dev/zero of="$HOME/full" bs=64k') },
  { title: 'kills whoever started it', program: sh('kill -KILL $PPID', `exec ${SLEEP}`) },
  { title: 'floods its output', program: 'floods' },
  { title: 'calls itself another version', program: 'lies' },
  { title: 'never makes the call', program: 'forgets' },
  { title: 'hangs', hangs: true, program: sh(`exec ${SLEEP}`) },
  {
    title: 'hangs, and ignores every signal that can be ignored',
    hangs: true,
    program: sh(`trap '' TERM INT HUP QUIT`, `while :; do ${SLEEP}; done`),
  },
  { title: 'stops itself', hangs: true, program: sh('kill -STOP $$') },
  { title: 'leaves twenty processes that hold its output', program: 'forks' },
  {
    title: 'leaves 3,000 nested folders',
    program: beside(`
      process.chdir(process.env.HOME);
      for (let depth = 0; depth < 3000; depth += 1) { fs.mkdirSync('nested'); process.chdir('nested'); }
      process.chdir('/')`),
  },
  {
    title: 'leaves 5,000 files in one folder',
    program: beside("for (let i = 0; i < 5000; i += 1) fs.writeFileSync(process.env.TMPDIR + '/' + i, '')"),
  },
  {
    title: 'leaves a file of 100 GB that is empty',
    program: beside(
      "fs.writeFileSync(process.env.HOME + '/huge', ''); fs.truncateSync(process.env.HOME + '/huge', 1e11)",
    ),
  },
  {
    title: 'leaves a folder that nobody may enter, and a link that leads out',
    program: beside(`
      fs.mkdirSync(process.env.HOME + '/closed/deep', { recursive: true });
      fs.chmodSync(process.env.HOME + '/closed/deep', 0);
      fs.chmodSync(process.env.HOME + '/closed', 0);
      fs.symlinkSync('../../${OUTSIDE}', process.env.HOME + '/out')`),
  },
  {
    title: 'puts a link that leads out in the place of its working folder',
    program: beside(`
      const work = process.cwd();
      process.chdir('/');
      try { fs.rmdirSync(work); fs.symlinkSync('../../${OUTSIDE}', work); } catch { /* A sealed room forbids it. */ }`),
  },
  {
    title: 'loses its tools after 404, and says terminal escapes and markup wherever it can',
    program: 'attacks',
  },
  { title: 'initializes anew after 404', program: 're-initializes' },
  { title: 'crashes after 404, each time', program: 'crashes-on-404' },
];

/** Publishes all of them. @returns the version of each, by its title */
export function publishActs(registry: TestRegistry): ReadonlyMap<string, string> {
  return new Map(
    ACTS.map(({ title, program }, index) => {
      const version = `2.1.${index + 1}`;
      if (typeof program === 'string') publishPlatform(registry, version, program);
      else publishPlatform(registry, version, 'good', program(version));
      return [title, version];
    }),
  );
}
