/** What a date means where publication times run against the order of versions, or where there are none. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { publishScript } from '../helpers/fake-client.js';
import { changesIn, Nights, verdicts } from '../helpers/nights.js';
import { failureOf, Scene } from './scene.js';

let nights: Nights;
const scene = Scene.forEach((opened) => {
  nights = new Nights(opened.user, opened.registry);
  nights.usual = ['--scenario', 'get-stream-404', '--confirm', '0'];
});

const textOf = (file: string) => readFileSync(join(scene.user.cwd, file), 'utf8');

it('a date goes by each release’s own time: of a mirror that saw old releases late too, and says so', async () => {
  const times = ['03-05', '01-02', '01-03', '03-04', '01-05', '03-01', '03-02'];
  times.forEach((day, index) => {
    const behaviour = index < 3 ? 'good' : 'loses-tools';
    publishScript(scene.registry, `2.1.${index + 1}`, behaviour, `2026-${day}T00:00:00.000Z`);
  });

  expect(await nights.night(['--since', '2026-03-01'])).toMatchObject({ code: 1 });
  // What lies between was run only where the change is.
  expect(verdicts(nights.table())).toEqual({
    '2.1.1': 'good',
    '2.1.2': 'good',
    '2.1.3': 'good',
    '2.1.4': 'bad',
    '2.1.6': 'bad',
    '2.1.7': 'bad',
  });
  expect(changesIn(nights.table())).toEqual(['regression 2.1.3 2.1.4']);

  const reports = ['report.md', 'report.html'];
  const asked = ['--confirm', '0', ...reports.flatMap((file) => ['--report', file])];
  const { stdout, code } = await scene.run('2026-01-04', '2026-03-02', asked);
  expect(stdout).toMatch(/^2\.1\.3 +2026-01-03 00:00 +✔ last known good/m);
  expect(stdout).toMatch(/^2\.1\.4 +2026-03-04 00:00 \(time doubtful\) +✘ first broken/m);
  expect(stdout).toContain('First broken: 2.1.4. Last known good: 2.1.3.');
  expect(code).toBe(0);
  for (const text of reports.map(textOf))
    expect(text).toContain('https://github.com/anthropics/claude-code/blob/main/CHANGELOG.md#214');
  for (const text of [...reports, 'nightly/table.md', 'nightly/index.html'].map(textOf)) {
    expect(text).toContain('2026-03-04 00:00 (time doubtful)');
    expect(text).not.toContain('2.1.4 (published');
  }

  const { table } = await scene.document('table', '--from', '2026-03-01');
  expect(table).toMatchObject([
    { version: '2.1.6', publishedAt: '2026-03-01T00:00:00.000Z', timeDoubtful: false },
    { version: '2.1.7' },
  ]);
  const { releases } = await scene.document('releases');
  expect(releases.map(({ timeDoubtful }: { timeDoubtful: boolean }) => timeDoubtful)).toEqual([
    true,
    false,
    false,
    true,
    false,
    false,
    false,
  ]);
});

it('a mirror without times is said to be that', async () => {
  publishScript(scene.registry, '2.1.1', 'good', null);
  publishScript(scene.registry, '2.1.2', 'loses-tools', null);
  const error = {
    code: 'BAD_BOUND',
    message: 'this registry does not say when releases were published: 2026-01-01 names none',
    hint: 'name a version or a dist-tag, or another registry with --registry',
  };
  expect(await scene.failure('2026-01-01', '2.1.2')).toEqual({ exitCode: 2, ...error });
  expect(
    await failureOf(scene.user, ['table', '--from', '2026-01-01', '--registry', scene.registry.url]),
  ).toMatchObject(error);
  expect(await nights.night(['--since', '2026-01-01'])).toMatchObject({ code: 2, errors: [error] });
});
