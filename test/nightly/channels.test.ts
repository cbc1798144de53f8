import { describe, expect, it } from 'vitest';
import { channelKeys, type ChannelSettings } from '../../src/nightly/channel-settings.js';
import { channelsOf } from '../../src/nightly/channels.js';
import { tellPending, type Told } from '../../src/nightly/telling.js';
import { never } from '../helpers/scripted.js';
import { folderForTest, ledgerForTest, toldChange } from './setting.js';

const UNUSABLE: ChannelSettings[] = [
  { kind: 'webhook', url: 'ftp://host/secret' },
  { kind: 'webhook', url: 'https://host/secret', headers: { 'X-A': 'secret\nsecret' } },
  { kind: 'github', repository: 'a', token: 'secret' },
];

describe('a channel that cannot be made', () => {
  it.each(UNUSABLE)('is one that fails, and keeps no other from telling: $kind', async (unusable) => {
    const { nights } = ledgerForTest();
    const settings: ChannelSettings[] = [
      unusable,
      { kind: 'command', command: 'true', cwd: folderForTest() },
    ];
    nights.addChange(toldChange({ id: 'a', channels: channelKeys(settings) }));
    const told: Told[] = [];
    await tellPending(nights, channelsOf(settings, process.env), never, (one) => told.push(one));
    expect(told).toEqual([
      { id: 'a', channel: channelKeys(settings)[0], error: expect.any(String), place: null },
      { id: 'a', channel: '--on-change', error: null, place: null },
    ]);
    expect(JSON.stringify(told)).not.toContain('secret');
  });
});
