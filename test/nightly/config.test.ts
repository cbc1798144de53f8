import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  findConfig,
  parseConfig,
  planFrom,
  type ClientPlan,
  type NightlyConfig,
} from '../../src/nightly/config.js';
import { scenarios } from '../../src/scenarios/index.js';
import { useFolder } from '../helpers/user-folder.js';

const refusalOf = (value: unknown) => {
  try {
    parseConfig(value, '/project/mcp-bisect.config.json');
  } catch (error) {
    return error as { code: string; message: string; hint: string; facts: { problems: string[] } };
  }
  throw new Error('It was accepted.');
};

describe('a configuration', () => {
  it('is given back as it was written', () => {
    const config: NightlyConfig = {
      since: '2.1.140',
      releases: 5,
      test: 'until-known',
      scenarios: ['get-stream-404', './mine.mjs'],
      modes: ['headless', 'interactive'],
      includePrereleases: true,
      output: '../site',
      retries: 3,
      confirm: 0,
      clients: [{ client: 'claude-code', since: '2026-05-01', modes: ['headless'] }],
      notify: {
        command: 'cat',
        github: {
          repository: 'a/b.c',
          labels: ['regression'],
          closeFixed: true,
          apiUrl: 'https://ghe.x/api/v3',
        },
        webhooks: [
          { url: 'http://127.0.0.1/', headers: { 'X-Team': 'mcp' } },
          { urlEnv: 'HOOK', secretEnv: 'KEY' },
        ],
      },
    };
    expect(parseConfig(config, 'x')).toEqual(config);
    expect(parseConfig({ notify: { github: true } }, 'x')).toEqual({ notify: { github: true } });
  });

  it.each<[string, unknown, string | RegExp]>([
    ['that is no object', [], /expected object/],
    ['with a field that nobody knows', { scenario: 'x' }, /"scenario"/],
    [
      'with a client field that nobody knows',
      { clients: [{ client: 'claude-code', output: 'x' }] },
      /clients\[0\].*"output"/,
    ],
    [
      'with a client that nobody knows',
      { clients: [{ client: 'cursor' }] },
      'clients[0].client: unknown client "cursor", of claude-code',
    ],
    [
      'with the same client twice',
      { clients: [{ client: 'claude-code' }, { client: 'claude-code' }] },
      'clients[1].client: "claude-code" is there twice',
    ],
    ['with a blank version', { since: ' ' }, /^since: /],
    ['with too many confirmations', { confirm: 21 }, /^confirm: /],
    ['with another mode', { modes: ['headless', 'gui'] }, /^modes\[1\]: .*interactive/],
    [
      'with a repository that is none',
      { notify: { github: { repository: 'https://github.com/a/b' } } },
      /owner\/name/,
    ],
    [
      'with a webhook that leads nowhere',
      { notify: { webhooks: [{}] } },
      /^notify\.webhooks\[0\]: needs either "url" or "urlEnv"/,
    ],
    ['with an API that is no web address', { notify: { github: { apiUrl: 'ghe' } } }, /http or https/],
    ['with a secret in it', { notify: { webhooks: [{ url: 'https://x/', secret: 's' }] } }, /"secret"/],
  ])('%s is refused', (_, value, problem) => {
    const { code, message, hint, facts } = refusalOf(value);
    expect(code).toBe('BAD_CONFIG');
    expect(message).toMatch(/^\/project\/mcp-bisect\.config\.json: /);
    expect(hint).toContain('docs/nightly.md');
    expect(facts.problems).toHaveLength(1);
    expect(facts.problems[0]).toMatch(problem);
  });

  it('has everything that is wrong with it named at once', () => {
    const { facts } = refusalOf({ releases: 0, modes: ['gui'], output: 1 });
    expect(facts.problems.map((problem) => problem.split(':')[0])).toEqual([
      'releases',
      'modes[0]',
      'output',
    ]);
  });
});

describe('the fields', () => {
  const guide = readFileSync(new URL('../../docs/nightly.md', import.meta.url), 'utf8');
  const fields = [...guide.matchAll(/^\| `([\w.]+)` \|/gm)]
    .map(([, field = '']) => field)
    .filter((field) => /^[a-z]/.test(field));
  const inFields = (field: string) =>
    field
      .split('.')
      .toReversed()
      .reduce<unknown>((value, name) => ({ [name]: value }), Symbol('wrong'));

  it('of the guide are all known', () => {
    const wanted = ['clients', 'notify.github', 'retries', 'since'];
    const named = fields.filter((field) => !/\.(?:html|md|json)$/.test(field));
    expect(named).toEqual(expect.arrayContaining(wanted));
    for (const field of named) expect(refusalOf(inFields(field)).facts.problems[0]).toContain(`${field}: `);
  });
});

const only = (config: NightlyConfig, said: Parameters<typeof planFrom>[1] = {}): ClientPlan => {
  const { clients } = planFrom(config, said);
  expect(clients).toHaveLength(1);
  return clients[0] as ClientPlan;
};

describe('a plan', () => {
  it('has everything decided where nothing is said', () => {
    expect(planFrom({}, {})).toEqual({
      output: 'nightly',
      retries: 7,
      confirm: undefined,
      notify: {},
      clients: [
        {
          client: 'claude-code',
          since: undefined,
          releases: 12,
          test: 'all',
          scenarios: scenarios.map(({ id }) => id),
          modes: ['headless'],
          includePrereleases: false,
        },
      ],
    });
  });

  const whole: NightlyConfig = {
    since: 'stable',
    releases: 4,
    test: 'until-known',
    scenarios: ['get-405'],
    modes: ['interactive'],
    includePrereleases: true,
  };
  const own: ClientPlan = {
    client: 'claude-code',
    since: '2.1.140',
    releases: 3,
    test: 'all',
    scenarios: ['get-stream-404', 'mine.mjs'],
    modes: ['headless'],
    includePrereleases: false,
  };

  it('takes what a client has of its own', () => {
    expect(only({ ...whole, clients: [own as never] })).toEqual(own);
  });

  it('does not take a field for one of its own that is there and undefined, as a program may write it', () => {
    expect(
      only({ ...whole, clients: [{ client: 'claude-code', since: undefined, modes: undefined }] }),
    ).toMatchObject({
      since: 'stable',
      modes: ['interactive'],
    });
  });

  it('takes the word of the command line above all', () => {
    const said = {
      since: '2.1.150',
      test: 'all',
      scenarios: ['session-expired'],
      mode: 'headless',
      includePrereleases: false,
      output: 'out',
      confirm: 1,
      onChange: 'cat',
    } as const;
    const config = {
      ...whole,
      output: 'site',
      confirm: 5,
      notify: { command: 'mail', github: true as const },
    };
    const plan = planFrom(config, said);
    expect(plan).toMatchObject({ output: 'out', confirm: 1, notify: { command: 'cat', github: true } });
    expect(plan.clients).toEqual([
      {
        client: 'claude-code',
        since: '2.1.150',
        releases: 4,
        test: 'all',
        scenarios: ['session-expired'],
        modes: ['headless'],
        includePrereleases: false,
      },
    ]);
  });

  it('does not begin at the configured release if the command line says how many of the newest', () => {
    expect(only({ since: '2.1.140' }, { releases: 3 })).toMatchObject({ since: undefined, releases: 3 });
  });

  it('asks the client alone that the command line names, as it is configured', () => {
    const config = {
      releases: 4,
      clients: [
        { client: 'claude-code', releases: 3 },
        { client: 'codex', releases: 2 },
      ],
    };
    expect(only(config, { client: 'codex' })).toMatchObject({ client: 'codex', releases: 2 });
    expect(only(config, { client: 'other' })).toMatchObject({ client: 'other', releases: 4 });
  });
});

const user = useFolder();
const JSON_NAME = 'mcp-bisect.config.json';
const MJS_NAME = 'mcp-bisect.config.mjs';

const find = (path?: string) => findConfig(path, user.path);
const refused = (...parts: string[]) => ({
  code: 'BAD_CONFIG',
  message: expect.stringMatching(parts.map((part) => part.replaceAll('.', '\\.')).join('.*')),
  hint: expect.stringMatching(/./),
});

describe('the file of a configuration', () => {
  it('may be left out', async () => {
    expect(await find()).toEqual({ config: {}, file: null, folder: user.path });
  });

  it.each([
    [JSON_NAME, '{ "releases": 3 }'],
    [JSON_NAME, '\uFEFF{ "releases": 3 }'],
    [MJS_NAME, 'const releases = 3;\nexport default { releases };'],
  ])('is found in the working folder: %s', async (name, text) => {
    user.write(name, text);
    expect(await find()).toEqual({ config: { releases: 3 }, file: join(user.path, name), folder: user.path });
  });

  it('is the file that was named, and its paths begin in its folder', async () => {
    user.write(JSON_NAME, '{ "releases": 3 }');
    mkdirSync(join(user.path, 'ci'));
    user.write('ci/nights.json', '{ "releases": 4 }');
    expect(await find('ci/nights.json')).toEqual({
      config: { releases: 4 },
      file: join(user.path, 'ci/nights.json'),
      folder: join(user.path, 'ci'),
    });
    expect(await find(join(user.path, 'ci/nights.json'))).toMatchObject({ config: { releases: 4 } });
  });

  it('is not guessed at where there are two', async () => {
    user.write(JSON_NAME, '{}');
    user.write(MJS_NAME, 'export default {};');
    await expect(find()).rejects.toMatchObject(refused(MJS_NAME, JSON_NAME, 'both'));
    expect(await find(JSON_NAME)).toMatchObject({ config: {} });
  });

  it.each<[string, string, string, string[]]>([
    ['is not JSON', JSON_NAME, '{ "releases": 3, }', [JSON_NAME, 'not JSON']],
    ['is empty', JSON_NAME, '', [JSON_NAME, 'not JSON']],
    ['has a field that nobody knows', JSON_NAME, '{ "relases": 3 }', [JSON_NAME, 'relases']],
    ['has a field that nobody knows', MJS_NAME, 'export default { relases: 3 };', [MJS_NAME, 'relases']],
    ['cannot be read as a program', MJS_NAME, 'export default {', [MJS_NAME, 'cannot be loaded']],
    ['fails', MJS_NAME, 'throw new Error("no such luck");', [MJS_NAME, 'no such luck']],
    ['exports nothing', MJS_NAME, 'export const config = {};', [MJS_NAME, 'no default export']],
  ])('that %s is refused by name: %s', async (_, name, text, said) => {
    user.write(name, text);
    await expect(find()).rejects.toMatchObject(refused(...said));
  });

  it('that was named and is not there is refused', async () => {
    await expect(find('nowhere.json')).rejects.toMatchObject(refused('nowhere.json', 'ENOENT'));
  });
});
