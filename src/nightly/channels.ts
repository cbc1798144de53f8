/** The ways of telling people. What they are made with takes a while to load: only the process that tells does so. */
import { BisectError } from '../errors.js';
import { commandChannel } from '../notify/command.js';
import { githubChannel } from '../notify/github.js';
import type { Channel } from '../notify/message.js';
import { webhookChannel } from '../notify/webhook.js';
import { channelKey, type ChannelSettings } from './channel-settings.js';

/** The channels, in the order of their settings. One that cannot be made fails at every message, and keeps no other from telling. */
export function channelsOf(settings: readonly ChannelSettings[], env: NodeJS.ProcessEnv): Channel[] {
  return settings.map((one) => {
    try {
      return channelOf(one, env);
    } catch (error) {
      if (error instanceof BisectError) return unusable(channelKey(one), error);
      throw error;
    }
  });
}

function channelOf(settings: ChannelSettings, env: NodeJS.ProcessEnv): Channel {
  switch (settings.kind) {
    case 'command':
      return commandChannel({ ...settings, env });
    case 'github':
      return githubChannel(settings);
    case 'webhook':
      return webhookChannel(settings);
  }
}

function unusable(key: string, { message, hint, facts }: BisectError): Channel {
  const details = { ...(hint === undefined ? {} : { hint }), facts };
  return {
    key,
    name: key,
    deliver: () => Promise.reject(new BisectError('NOT_DELIVERED', message, details)),
  };
}
