import { readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';

import { installDependencies, type InstallRun } from './install-dependencies';
import { dependenciesFolder, type NormalizedDependenciesOptions } from './normalize-options';

/** Runs the installs of a target, one after the other, and removes what an earlier one for other platforms has left. */
export async function installAll(installs: readonly NormalizedDependenciesOptions[], run: InstallRun): Promise<void> {
  const folder = dependenciesFolder(run.workspaceRoot, run.project);
  const kept = installs.map(({ output }) => output);
  if (!kept.includes(folder)) {
    const others = (await namesIn(folder)).filter((name) => !kept.some((output) => basename(output) === name));
    for (const name of others) await rm(join(folder, name), { recursive: true, force: true });
  }
  for (const install of installs) await installDependencies(install, run);
}

async function namesIn(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  });
}
