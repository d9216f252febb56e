import { spawnSync } from 'node:child_process';
import { delimiter, dirname } from 'node:path';

import { describeWith, findRealTool } from '@nx-oci/model/testing';

/** Package managers with different arguments, by their names in `tools/ci/install.mjs`. */
export type ManagerName = 'pnpm' | 'yarn' | 'yarn-4' | 'bun';

export interface InstalledManager {
  /** Its name on the PATH. */
  readonly program: 'pnpm' | 'yarn' | 'bun';
  /** Where it is searched first. */
  readonly path: string;
}

/** A `describe` that needs a package manager: the one of `tools/ci/install.mjs`, else that of the PATH, else a visible skip. */
export function describeWithManager(name: ManagerName, body: (manager: InstalledManager) => void): void {
  const program = name === 'yarn-4' ? 'yarn' : name;
  const installed = findRealTool(name);
  const path = [...(installed === undefined ? [] : [dirname(installed)]), process.env['PATH']].join(delimiter);
  const version = readVersion(program, path);
  if (version !== undefined && isMeant(name, version)) describe(`in version ${version}`, () => body({ program, path }));
  else if (installed === undefined) describeWith([name], 'which is not on the PATH', () => undefined);
  else
    throw new Error(
      `${installed} does not run, or is not ${name}: its version is ${version ?? 'not known'}. Remove it and install it again.`,
    );
}

function readVersion(program: string, path: string): string | undefined {
  const { status, stdout } = spawnSync(program, ['--version'], { encoding: 'utf8', env: { ...process.env, PATH: path } });
  return status === 0 ? stdout.trim() : undefined;
}

/** yarn 1 and yarn 4 have the same name on the PATH. */
function isMeant(name: ManagerName, version: string): boolean {
  return name === 'yarn' ? version.startsWith('1.') : name === 'yarn-4' ? !version.startsWith('1.') : true;
}
