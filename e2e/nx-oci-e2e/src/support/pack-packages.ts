import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

import { runOrFail } from './run';
import { WORKSPACE_ROOT } from './workspace-root';

const PACKAGES = ['oci-model', 'oci-distribution', 'oci-layout', 'oci-registry', 'oci-publish', 'nx-oci'];

/** Packs the built packages into a folder, as for a release. */
export async function packPackages(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  for (const name of PACKAGES) {
    await runOrFail('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: join(WORKSPACE_ROOT, 'packages', name) });
  }
}
