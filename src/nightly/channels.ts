/** The ways of telling people. What they are made with takes a while to load: only the process that tells does so. */
import { commandChannel } from '../notify/command.js';
import { githubChannel } from '../notify/github.js';
import type { Channel } from '../notify/message.js';
import { webhookChannel } from '../notify/webhook.js';
import type { ChannelSettings } from './channel-settings.js';

/** The channels, in the order of their settings. */
export function channelsOf(settings: readonly ChannelSettings[], env: NodeJS.ProcessEnv): Channel[] {
  return settings.map((one) => {
    switch (one.kind) {
      case 'command':
        return commandChannel({ ...one, env });
      case 'github':
        return githubChannel(one);
      case 'webhook':
        return webhookChannel(one);
    }
  });
}
