/** The command that builds a room. Pure. */
import { bubblewrapCommand } from './bubblewrap.js';
import { roomSteps, type Isolation, type RoomCommand, type RoomLayout } from './steps.js';
import { unshareCommand } from './unshare.js';

/** The command that runs `argv` in a room of this layout. */
export function roomCommand(isolation: Isolation, layout: RoomLayout, argv: readonly string[]): RoomCommand {
  const [file = '', ...args] = argv;
  if (isolation === 'none') return { file, args };
  const steps = roomSteps(layout);
  if (isolation === 'bwrap')
    return bubblewrapCommand(steps, layout.system.caller.uid === 0, layout.work, argv);
  return unshareCommand(steps, layout.system.caller, layout.work, argv);
}
