import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { parseDocument } from 'yaml';

import { type InstallRequest, type Manager } from './manager';

/** pnpm 10 reads these settings here, the only place for a list. With its own file, the folder is not part of the workspace. */
async function configure(folder: string, { platform: { os, cpu, libc }, runsScripts }: InstallRequest): Promise<void> {
  const file = join(folder, 'pnpm-workspace.yaml');
  const document = parseDocument(await readFile(file, 'utf8').catch(() => '{}'));
  document.set('supportedArchitectures', { os: [os], cpu: [cpu], libc: [libc] });
  if (!document.has('packages')) document.set('packages', ['.']);
  // Skipped builds are not a mistake; we report them ourselves.
  if (!runsScripts) document.set('strictDepBuilds', false);
  await writeFile(file, document.toString());
  // pnpm 9 reads it in package.json.
  const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as { readonly pnpm?: object };
  const pnpm = { ...manifest.pnpm, supportedArchitectures: { os: [os], cpu: [cpu], libc: [libc] } };
  await writeFile(join(folder, 'package.json'), JSON.stringify({ ...manifest, pnpm }));
}

export const pnpm: Manager = {
  program: 'pnpm',
  lockFiles: ['pnpm-lock.yaml'],
  args: ({ runsScripts }) => [
    'install',
    '--prod',
    '--frozen-lockfile',
    `--ignore-scripts=${!runsScripts}`,
    // Otherwise programs in `.bin` contain paths of this machine.
    '--config.extend-node-path=false',
    '--config.node-linker=isolated',
    '--config.confirm-modules-purge=false',
  ],
  configure,
  stateFiles: ['.modules.yaml', '.pnpm-workspace-state.json', '.pnpm-workspace-state-v1.json', '.pnpm/lock.yaml'],
};
