import { mkdtempSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { packPackages } from './pack-packages';
import { setSharedFolder } from './shared-folder';
import { prepareTemplate } from './test-workspace';

/** Runs once before all spec files: packs the packages and installs them in a workspace that specs copy. */
export default async function prepareRun(): Promise<void> {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'nx-oci-e2e-')));
  setSharedFolder(folder);
  await packPackages(join(folder, 'packed'));
  await prepareTemplate();
}
