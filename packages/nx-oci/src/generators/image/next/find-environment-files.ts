import { posix } from 'node:path';

import { readTrackedFiles } from '../../../dockerfile-context/tracked-files';
import { type App } from '../options/kind';

// Next copies these two beside its server, whether or not git ignores them. @see next/dist/build/index.js, loadedEnvFiles
const COPIED = ['.env', '.env.production'];

/** Files of environment variables that stay out of the image: those outside of git hold values for one machine only. */
export async function findEnvironmentFiles({
  tree,
  project,
}: App): Promise<{ readonly leftOut: readonly string[]; readonly notes: readonly string[] }> {
  const tracked = await readTrackedFiles(tree.root);
  const files = COPIED.map((name) => posix.join(project.root, name));
  const leftOut = files.filter((file) => !(tree.exists(file) && tracked?.has(file) === true));
  const present = leftOut.filter((file) => tree.exists(file));
  const notes =
    present.length === 0
      ? []
      : [`Left out: ${present.join(', ')}, which git ignores and Next copies. Set its variables where the container runs.`];
  return { leftOut, notes };
}
