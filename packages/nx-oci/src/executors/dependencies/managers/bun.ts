import { type Manager } from './manager';

export const bun: Manager = {
  program: 'bun',
  lockFiles: ['bun.lock', 'bun.lockb'],
  args: ({ platform: { os, cpu, libc }, runsScripts }) => [
    'install',
    '--production',
    '--frozen-lockfile',
    `--os=${os}`,
    `--cpu=${cpu}`,
    `--libc=${libc}`,
    '--linker=hoisted',
    '--backend=copyfile',
    ...(runsScripts ? [] : ['--ignore-scripts']),
  ],
  stateFiles: [],
};
