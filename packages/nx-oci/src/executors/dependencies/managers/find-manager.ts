import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { OciError } from '@nx-oci/model';

import { type ManagerName } from '../normalize-options';
import { type Manager } from './manager';
import { npm } from './npm';

const MANAGERS: Readonly<Partial<Record<ManagerName, Manager>>> = { npm };

/**
 * The package manager of a folder with a lock file.
 *
 * @param wanted by the options
 * @throws OciError `OPTIONS_INVALID` where there is no lock file, or none of the one that is wanted
 */
export function findManager(folder: string, project: string, wanted: ManagerName | undefined): Manager {
  const candidates = wanted === undefined ? Object.values(MANAGERS) : [MANAGERS[wanted]].filter((one) => one !== undefined);
  const found = candidates.find(({ lockFiles }) => lockFiles.some((name) => existsSync(join(folder, name))));
  if (found !== undefined) return found;
  const names = candidates.map(({ lockFiles: [name = ''] }) => name).join(', ');
  throw new OciError('OPTIONS_INVALID', `Cannot install the dependencies of ${project}: ${folder} has no lock file (${names}).`, {
    hint: 'Only with a lock file every machine installs the same. Let the build write one (`generatePackageJson`), or add the target prune-lockfile (@nx/js:prune-lockfile) to `dependsOn`; `from` names its folder.',
  });
}
