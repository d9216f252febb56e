import { attemptAll, errorsOf } from '../publish/destination/attempt-all';
import { joinErrors } from '../publish/destination/collect-or-throw';
import { NO_TRANSFER, sumSizes, TransferEstimator, type Transfer } from '../publish/plan/estimate-transfer';
import { contentsOf, refuseClobbering, type CopyPlan } from './plan-copy';
import { renderCopyPlans, type ShownCopy } from './render-copies';
import { type CopyContext } from './source/copy-context';

/**
 * Ends a dry run: shows every plan, and what it would send.
 *
 * @param failures errors from reading.
 * @throws OciError for these failures, and for what the copy would refuse.
 */
export async function showCopyPlans(plans: readonly CopyPlan[], failures: readonly unknown[], context: CopyContext): Promise<undefined> {
  context.print(renderCopyPlans(await estimateAll(plans, context)));
  const errors = [...failures, ...errorsOf(await attemptAll([plans], refuseClobbering))];
  if (errors.length > 0) throw joinErrors('The copy would fail', errors);
}

/** One after the other, because each copy uses what earlier ones send. */
async function estimateAll(plans: readonly CopyPlan[], { memory, signal }: CopyContext): Promise<readonly ShownCopy[]> {
  const estimator = new TransferEstimator({ memory, signal });
  const shown: ShownCopy[] = [];
  for (const plan of plans) shown.push({ ...plan, transfer: await estimate(plan, estimator) });
  return shown;
}

async function estimate(plan: CopyPlan, estimator: TransferEstimator): Promise<Transfer> {
  const { source, hasContent, isOwnRepository } = plan;
  if (hasContent) return NO_TRANSFER;
  const { root, documents } = source.image;
  const manifests = sumSizes((isOwnRepository ? [root] : documents).map(({ descriptor }) => descriptor.size));
  return estimator.estimate({ ...contentsOf(source, source.image), manifests }, plan);
}
