import { describeError } from '../../text/describe-error';
import { renderPlan, type ShownPlan } from './render-plan';
import { type RegistryMemory } from '../../connection/memory/registry-memory';
import { TransferEstimator, type Transfer } from './estimate-transfer';
import { findLargestFiles } from '../size/largest-files';
import { type DestinationPlan, type ImagePlan } from './plan-image';
import { type TaskResult, type TaskResults } from '../task/task-result';

/** Ends a dry run: shows every plan, and what it would take. A plan that a publish would refuse is a failure here, too. */
export async function showPlans(
  plans: readonly ImagePlan[],
  memory: RegistryMemory,
  { print, signal }: { readonly print: (text: string) => void; readonly signal?: AbortSignal },
): Promise<TaskResults> {
  const estimator = new TransferEstimator({ memory, signal });
  const shown: ShownPlan[] = [];
  // One after the other: what the first image brings, the next one finds.
  for (const plan of plans) {
    const files = await findLargestFiles(plan.prepared.image, plan.growth, signal);
    shown.push({ plan, files, transfers: await estimateAll(plan, estimator) });
  }
  print([...shown.map(renderPlan), 'Dry run: nothing was written.'].join('\n\n'));
  return new Map(plans.map((plan) => [plan.prepared.task.taskId, resultOf(plan)]));
}

async function estimateAll(plan: ImagePlan, estimator: TransferEstimator): Promise<ShownPlan['transfers']> {
  const transfers = new Map<DestinationPlan, Transfer | undefined>();
  for (const destination of plan.destinations) transfers.set(destination, await estimator.estimate(plan, destination));
  return transfers;
}

function resultOf(plan: ImagePlan): TaskResult {
  const error = plan.refusal ?? plan.failures[0]?.error;
  if (error !== undefined) return { success: false, text: describeError(error) };
  return { success: true, text: `${plan.prepared.task.project}: planned` };
}
