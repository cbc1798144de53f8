import { describe, expect, it } from 'vitest';
import { channelKeys, channelOf, channelSettings, type ChannelSettings } from '../../src/nightly/channels.js';
import type { NightlyPlan } from '../../src/nightly/config.js';

const settings = (notify: NightlyPlan['notify'], env: Record<string, string> = {}) =>
  channelSettings(notify, env, '/project');

const refusal = (notify: NightlyPlan['notify'], env: Record<string, string> = {}) => {
  try {
    settings(notify, env);
  } catch (error) {
    return error as { code: string; message: string; hint: string };
  }
  throw new Error('It was accepted.');
};

describe('where people are told', () => {
  it('is all that is said, in one order', () => {
    const notify = {
      webhooks: [{ url: 'https://x/1' }, { url: 'https://x/2' }],
      github: true,
      command: 'cat',
    } as const;
    const all = settings(
      { ...notify, webhooks: [...notify.webhooks] },
      { GITHUB_TOKEN: 't', GITHUB_REPOSITORY: 'a/b' },
    );
    expect(all.map(({ kind }) => kind)).toEqual(['command', 'github', 'webhook', 'webhook']);
    expect(all[0]).toEqual({ kind: 'command', command: 'cat', cwd: '/project' });
  });

  it.each<[string, NightlyPlan['notify'], Record<string, string>, Partial<ChannelSettings>]>([
    [
      'the repository and the API of the workflow',
      { github: true },
      { GITHUB_TOKEN: 't', GITHUB_REPOSITORY: 'a/b', GITHUB_API_URL: 'https://ghe/api/v3' },
      { repository: 'a/b', token: 't', apiUrl: 'https://ghe/api/v3' },
    ],
    [
      'the repository that is configured, before that of the workflow',
      { github: { repository: 'c/d', apiUrl: 'https://other/' } },
      { GITHUB_TOKEN: 't', GITHUB_REPOSITORY: 'a/b', GITHUB_API_URL: 'https://ghe/' },
      { repository: 'c/d', apiUrl: 'https://other/' },
    ],
    ['the token of gh', { github: { repository: 'c/d' } }, { GH_TOKEN: 'g' }, { token: 'g' }],
    [
      'the token of gh where that of the workflow is empty',
      { github: { repository: 'c/d' } },
      { GITHUB_TOKEN: '', GH_TOKEN: 'g' },
      { token: 'g' },
    ],
    [
      'labels, and what becomes of an issue that is fixed',
      { github: { repository: 'c/d', labels: ['x'], closeFixed: true } },
      { GITHUB_TOKEN: 't' },
      { labels: ['x'], closeFixed: true },
    ],
    [
      'an address and a secret that are in the environment',
      { webhooks: [{ urlEnv: 'HOOK', secretEnv: 'KEY', headers: { A: 'b' } }] },
      { HOOK: 'https://x/secret', KEY: 's3' },
      { url: 'https://x/secret', secret: 's3', headers: { A: 'b' } },
    ],
  ])('takes %s', (_, notify, env, expected) => {
    expect(settings(notify, env)).toMatchObject([expected]);
  });

  it.each<[string, NightlyPlan['notify'], Record<string, string>, string]>([
    ['no repository', { github: true }, { GITHUB_TOKEN: 't' }, 'no repository'],
    ['no token', { github: { repository: 'a/b' } }, {}, 'no token for a/b'],
    ['an empty address', { webhooks: [{ urlEnv: 'HOOK' }] }, { HOOK: '' }, 'HOOK'],
    ['no secret', { webhooks: [{ url: 'https://x/', secretEnv: 'KEY' }] }, {}, 'KEY'],
    [
      'an address in the environment that is none',
      { webhooks: [{ url: 'https://x/' }, { urlEnv: 'HOOK' }] },
      { HOOK: 'hooks.example/s3cret' },
      'notify.webhooks[1].urlEnv: HOOK',
    ],
    [
      'a password in an address that cannot be read',
      { webhooks: [{ url: 'https://a:%s3cret@x/' }] },
      {},
      'notify.webhooks[0].url',
    ],
    [
      'a header that HTTP does not know',
      { webhooks: [{ url: 'https://x/', headers: { 'A B': 's3cret' } }] },
      {},
      'notify.webhooks[0].headers',
    ],
    [
      'a repository in the environment that is none',
      { github: true },
      { GITHUB_TOKEN: 't', GITHUB_REPOSITORY: 'b' },
      'GITHUB_REPOSITORY',
    ],
    [
      'an API in the environment that is no address',
      { github: { repository: 'a/b' } },
      { GITHUB_TOKEN: 't', GITHUB_API_URL: 'ghe' },
      'GITHUB_API_URL',
    ],
    [
      'a token of two lines',
      { github: { repository: 'a/b' } },
      { GITHUB_TOKEN: 's3cret\ns3cret' },
      'the token',
    ],
  ])('is refused before anything is done, with %s', (_, notify, env, said) => {
    const { code, message, hint } = refusal(notify, env);
    expect(code).toBe('BAD_CONFIG');
    expect(message).toContain(said);
    expect(message).not.toContain('s3cret');
    expect(hint).toBeTruthy();
  });
});

describe('the names of channels in the ledger', () => {
  const all: ChannelSettings[] = [
    { kind: 'command', command: 'curl -H secret-1', cwd: '/project' },
    { kind: 'github', repository: 'a/b', token: 'secret-2' },
    { kind: 'webhook', url: 'https://x/secret-3', secret: 'secret-4' },
  ];

  it('are without secrets, and so are those for people', () => {
    const names = all.map((one) => channelOf(one, {})).flatMap(({ key, name }) => [key, name]);
    expect(names.join(' ')).not.toContain('secret');
  });

  it('stay the same while the receiver does, and are told apart', () => {
    const renewed: ChannelSettings[] = [
      { kind: 'command', command: 'other', cwd: '/' },
      { kind: 'github', repository: 'a/b', token: 'new' },
      { kind: 'webhook', url: 'https://x/secret-3', secret: 'new' },
      { kind: 'webhook', url: 'https://x/another' },
    ];
    const keys = channelKeys(renewed);
    expect(keys.slice(0, 3)).toEqual(channelKeys(all));
    expect(new Set(keys).size).toBe(4);
  });
});
