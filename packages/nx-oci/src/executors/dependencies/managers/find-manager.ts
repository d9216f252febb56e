import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { OciError } from '@nx-oci/model';

import { bun } from './bun';
import { type Manager, type ManagerName } from './manager';
import { npm } from './npm';
import { pnpm } from './pnpm';
import { yarnBerry } from './yarn-berry';
import { yarnClassic } from './yarn-classic';

const MANAGERS: Readonly<Record<ManagerName, readonly Manager[]>> = {
  npm: [npm],
  pnpm: [pnpm],
  yarn: [yarnBerry, yarnClassic],
  bun: [bun],
};

/**
 * The package manager of a folder with a lock file.
 *
 * @param wanted by the options
 * @throws OciError `OPTIONS_INVALID` if there is no lock file, or none of the wanted package manager
 */
export function findManager(folder: string, project: string, wanted: ManagerName | undefined): Manager {
  const candidates = wanted === undefined ? Object.values(MANAGERS).flat() : MANAGERS[wanted];
  const found = candidates.find(({ lockFiles, readsLockFile = () => true }) =>
    lockFiles.some((name) => existsSync(join(folder, name)) && readsLockFile(readFileSync(join(folder, name), 'utf8'))),
  );
  if (found !== undefined) return found;
  const names = [...new Set(candidates.map(({ lockFiles: [name = ''] }) => name))].join(', ');
  throw new OciError('OPTIONS_INVALID', `Cannot install the dependencies of ${project}: ${folder} has no lock file (${names}).`, {
    hint: 'Only with a lock file every machine installs the same. Let the build write one (`generatePackageJson`), or add the target prune-lockfile (@nx/js:prune-lockfile) to `dependsOn`; `from` names its folder.',
  });
}
