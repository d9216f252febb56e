import { type Manager } from './manager';

export const npm: Manager = {
  program: 'npm',
  lockFiles: ['package-lock.json', 'npm-shrinkwrap.json'],
  args: ({ platform: { os, cpu, libc }, runsScripts }) => [
    'ci',
    '--omit=dev',
    `--os=${os}`,
    `--cpu=${cpu}`,
    `--libc=${libc}`,
    `--ignore-scripts=${!runsScripts}`,
    // Workspace modules are links, so that they can be a separate layer.
    '--install-links=false',
    '--workspaces=false',
    '--no-audit',
    '--no-fund',
    '--no-update-notifier',
  ],
  // For an entry in the lock file that does not name its platform.
  takesAllPlatforms: true,
  stateFiles: ['.package-lock.json'],
};
