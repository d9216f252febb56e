import { type Manager } from './manager';

/** yarn 1 only supports this machine's platform: with `--ignore-platform` it installs the packages of all platforms. */
export const yarnClassic: Manager = {
  program: 'yarn',
  readsLockFile: (text) => !text.includes('\n__metadata:'),
  takesAllPlatforms: true,
  lockFiles: ['yarn.lock'],
  args: ({ runsScripts }) => [
    'install',
    '--production',
    '--frozen-lockfile',
    '--non-interactive',
    '--ignore-platform',
    '--ignore-engines',
    ...(runsScripts ? [] : ['--ignore-scripts']),
  ],
  stateFiles: ['.yarn-integrity'],
};
