import { packPackages } from './pack-packages';
import { makeRunFolder } from './run-folder';
import { prepareTemplate } from './stranger-workspace';

/** Once for all spec files: packs what is built, and installs it in the workspace that they copy. */
export default async function setUp(): Promise<void> {
  makeRunFolder();
  await packPackages();
  await prepareTemplate();
}
