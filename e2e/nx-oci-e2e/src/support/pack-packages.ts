import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { runOrFail } from './run';
import { WORKSPACE_ROOT } from './workspace-root';

// Siblings first: a stranger has no registry to get them from, so they are there when `nx-oci` wants them.
const PACKAGES = ['oci-model', 'oci-distribution', 'oci-layout', 'oci-registry', 'nx-oci'];

/** Packs what is built as it would be published. @returns the archives by package folder name, siblings before `nx-oci` */
export async function packPackages(folder: string): Promise<ReadonlyMap<string, string>> {
  mkdirSync(folder, { recursive: true });
  const archives = new Map<string, string>();
  for (const name of PACKAGES) {
    await runOrFail('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: join(WORKSPACE_ROOT, 'packages', name) });
    const [archive] = readdirSync(folder).filter((file) => ![...archives.values()].includes(join(folder, file)));
    if (archive === undefined) throw new Error(`npm pack left no archive of ${name}`);
    archives.set(name, join(folder, archive));
  }
  return archives;
}
