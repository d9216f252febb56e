import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { stringify } from 'yaml';

import { type InstallRequest, type Manager } from './manager';

/** The settings of parent folders, including registries and tokens, also apply. */
async function configure(folder: string, { platform: { os, cpu, libc }, runsScripts }: InstallRequest): Promise<void> {
  const settings = {
    nodeLinker: 'node-modules',
    supportedArchitectures: { os: [os], cpu: [cpu], libc: [libc] },
    enableScripts: runsScripts,
    enableTelemetry: false,
    // A pruned lock file has fewer entries than yarn would write, but none of them changes.
    enableImmutableInstalls: false,
    nmMode: 'classic',
  };
  await writeFile(join(folder, '.yarnrc.yml'), stringify(settings));
}

export const yarnBerry: Manager = {
  program: 'yarn',
  readsLockFile: (text) => text.includes('\n__metadata:'),
  lockFiles: ['yarn.lock'],
  args: () => ['workspaces', 'focus', '--all', '--production'],
  configure,
  stateFiles: ['.yarn-state.yml'],
};
