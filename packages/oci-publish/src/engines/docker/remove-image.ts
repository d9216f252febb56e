import type { Digest } from '@nx-oci/model';

import type { StoreRemoval } from '../dockerfile/dockerfile-tool';
import { runTool, toolFailure } from '../tools/run-tool';
import { dockerCall, dockerPurpose, type DockerContext } from './docker-call';
import { inspectImage, type EngineImage } from './inspect-image';

/**
 * Removes an image that this workspace built: its own names, and the image itself if nothing else uses it. Never by force:
 * containers and other names keep it.
 *
 * @param names `name:tag` that this workspace gave; a name that now points at another image is kept.
 */
export async function removeImage(context: DockerContext, id: Digest, names: readonly string[]): Promise<StoreRemoval> {
  const found = await inspectImage(context, id);
  if (found === undefined) return { kind: 'absent' };
  const foreign = found.tags.filter((tag) => !names.includes(tag));
  for (const name of found.tags.filter((tag) => names.includes(tag))) {
    const refusal = await removeReference(context, name);
    if (refusal !== undefined) return { kind: 'kept', reason: refusal };
  }
  // Removing the last name also removes the image.
  const left = await inspectImage(context, id);
  if (left === undefined) return { kind: 'removed' };
  if (foreign.length > 0) return { kind: 'kept', reason: `it is also named ${foreign.join(', ')}` };
  return removeNameless(context, left);
}

async function removeNameless(context: DockerContext, image: EngineImage): Promise<StoreRemoval> {
  const refusal = await removeReference(context, image.id);
  return refusal === undefined ? { kind: 'removed' } : { kind: 'kept', reason: refusal };
}

/** Resolves to why the engine declined; a reference that no longer exists counts as removed. */
async function removeReference(context: DockerContext, reference: string): Promise<string | undefined> {
  const purpose = dockerPurpose(`remove the image ${reference}`);
  const call = dockerCall(context, ['image', 'rm', reference]);
  const outcome = await runTool(call, purpose);
  if (outcome.exitCode === 0 || /no such image/i.test(outcome.stderr)) return undefined;
  // "conflict: unable to … (must be forced) - image is being used by stopped container 0123", "… has dependent child images"
  const [, reason] = /conflict: (.+)/i.exec(outcome.stderr) ?? [];
  if (reason !== undefined) return reason;
  throw toolFailure(call, outcome, purpose);
}
