import type { StoreRemoval } from '../dockerfile/dockerfile-tool';
import { lastLines, runTool } from '../tools/run-tool';
import { containersCall, containersPurpose, type ContainersContext } from './containers-call';

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
