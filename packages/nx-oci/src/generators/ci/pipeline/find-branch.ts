import { type Tree } from '@nx/devkit';
import { isOciError } from '@nx-oci/model';
import { readRefs } from '@nx-oci/publish';

import { readNxJson } from '../../../nx/devkit';

/** The branch from which publishes move floating tags: that of nx.json, else the remote's, else `main`. */
export async function findBranch(tree: Tree): Promise<string> {
  const { defaultBase } = readNxJson(tree) ?? {};
  return defaultBase?.replace(/^origin\//, '') ?? (await readRemoteDefault(tree.root)) ?? 'main';
}

async function readRemoteDefault(folder: string): Promise<string | undefined> {
  try {
    return (await readRefs(folder)).remoteDefault;
  } catch (error) {
    if (isOciError(error, 'GIT_UNAVAILABLE')) return undefined;
    throw error;
  }
}
