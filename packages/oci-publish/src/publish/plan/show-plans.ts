import { describeError } from '../../text/describe-error';
import { renderPlan, type ShownPlan } from './render-plan';
import { type RegistryMemory } from '../../connection/memory/registry-memory';
import { NO_TRANSFER, sumSizes, TransferEstimator, type SentContent, type Transfer } from './estimate-transfer';
import { readBlobs } from './find-existing-blobs';
import { findLargestFiles } from '../size/largest-files';
import { hasWork, type DestinationPlan, type ImagePlan } from './plan-image';
import { type TaskResult, type TaskResults } from '../task/task-result';

/** Ends a dry run: shows all plans, and what they would send. A plan that a publish would refuse fails here, too. */
export async function showPlans(
  plans: readonly ImagePlan[],
  memory: RegistryMemory,
  { print, signal }: { readonly print: (text: string) => void; readonly signal?: AbortSignal },
): Promise<TaskResults> {
  const estimator = new TransferEstimator({ memory, signal });
  const shown: ShownPlan[] = [];
  // One after the other, because each image uses what earlier ones send.
  for (const plan of plans) {
    const files = await findLargestFiles(plan.prepared.image, plan.growth, signal);
    shown.push({ plan, files, transfers: await estimateAll(plan, estimator, signal) });
  }
  print([...shown.map(renderPlan), 'Dry run: nothing was written.'].join('\n\n'));
  return new Map(plans.map((plan) => [plan.prepared.task.taskId, resultOf(plan)]));
}

async function estimateAll(plan: ImagePlan, estimator: TransferEstimator, signal?: AbortSignal): Promise<ShownPlan['transfers']> {
  const transfers = new Map<DestinationPlan, Transfer>();
  for (const destination of plan.destinations) {
    const isIdle = !hasWork(destination) || destination.hasContent;
    const content = isIdle ? undefined : await contentOf(plan, signal);
    if (isIdle) transfers.set(destination, NO_TRANSFER);
    else if (content !== undefined) transfers.set(destination, await estimator.estimate(content, destination));
  }
  return transfers;
}

/** @returns `undefined` if only the engine knows the content of the image */
async function contentOf({ prepared, digest, adoptedFrom }: ImagePlan, signal?: AbortSignal): Promise<SentContent | undefined> {
  const { contents, mountSource, platforms, stamped } = prepared.image;
  if (adoptedFrom === undefined || digest === undefined || digest === prepared.image.digest) {
    if (stamped === undefined) return undefined;
    const documents = new Map([...platforms, stamped].map(({ manifest: { descriptor } }) => [descriptor.digest, descriptor.size]));
    return { contents, mountSource, manifests: sumSizes([...documents.values()]) };
  }
  const found = await readBlobs(adoptedFrom, digest, { signal });
  return found && { contents: found.blobs, mountSource, manifests: sumSizes(found.manifests.map(({ size }) => size)) };
}

function resultOf(plan: ImagePlan): TaskResult {
  const error = plan.refusal ?? plan.failures[0]?.error;
  if (error !== undefined) return { success: false, text: describeError(error) };
  return { success: true, text: `${plan.prepared.task.project}: planned` };
}
