import { type Manager } from './manager';

/** yarn 1 knows no platform but this machine's: it takes the packages of all of them, as it does with `--ignore-platform`. */
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
