/** Names that tell nobody apart. Pure. */

/** In small letters. */
export const NOBODY: ReadonlySet<string> = new Set(
  [
    // Names that are given to machines and their users by the thousand.
    `root user users admin administrator node nodejs runner runneradmin ubuntu debian fedora alpine centos arch linux
     windows macos darwin localhost localdomain docker podman container ci build builder test tests tester testing guest
     vagrant ec2-user azureuser codespace codespaces vscode jenkins gitlab github actions travis circleci buildkite nobody
     www-data dev devel developer default home pi work workspace tmp temp npm`,
    // What stands in place of a name, and words of this tool.
    'host key cache server client gateway model probe bot agent good bad skip tool tools mcp app apps web',
    // Words that the log of every client has: without them nothing could be read out of it.
    `trace debug info notice warn warning error errors fatal verbose log http https sse stdio get post put delete
     request response method status header headers body session sessions token tokens auth oauth list call calls name
     type version transport stream message messages event events connect connected connection initialize initialized
     close closed open expired failed success retry timeout abort start started stop stopped ready result results json rpc sdk cli api url path file args config
     will mark may can not the and with from this that have has was were are for all any new end max min set use`,
    // What plans of gateways and models are made of.
    'expiry description properties discover listening bearer rules answer hold say turns turn nth rpcid arguments',
    // Labels of releases before the release.
    'alpha beta rc next canary nightly preview pre snapshot experimental insiders latest stable release',
  ].flatMap((words) => words.split(/\s+/)),
);
