import { type Digest } from '@nx-oci/model';

import type { StoreRemoval } from '../dockerfile/dockerfile-tool';
import { lastLines, runTool } from '../tools/run-tool';
import { containersCall, containersPurpose, type ContainersContext } from './containers-call';
import { readImageNames } from './list-images';

/**
 * Removes the name that this workspace gave an image, and the image itself if that was its last name. Never by force: containers
 * and other names keep it.
 */
export async function removeFromContainersStore(context: ContainersContext, name: string): Promise<StoreRemoval> {
  const outcome = await runTool(containersCall(context, ['rmi', name]), containersPurpose(context, `remove the image ${name}`));
  if (outcome.exitCode === 0) return { kind: 'removed' };
  const said = lastLines(outcome);
  return /image not known|no such image/i.test(said) ? { kind: 'absent' } : { kind: 'kept', reason: said.trim() };
}

/**
 * Removes an image that this workspace built, by its id, if it has no name but ours. Never by force: containers and other names
 * keep it.
 *
 * @param name `name:tag` that this workspace gave; if it now belongs to another image, it stays.
 */
export async function removeContainersImage(context: ContainersContext, id: Digest, name: string): Promise<StoreRemoval> {
  const names = await readImageNames(context, id);
  if (names === undefined) return { kind: 'absent' };
  const own = names.find((one) => one === name || one === `localhost/${name}`);
  const foreign = names.filter((one) => one !== own);
  if (own === undefined && foreign.length === 0) return removeFromContainersStore(context, id);
  const removal = own === undefined ? undefined : await removeFromContainersStore(context, own);
  if (foreign.length === 0 && removal !== undefined) return removal;
  return { kind: 'kept', reason: `it is also named ${foreign.join(', ')}` };
}
