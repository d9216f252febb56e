import { attemptAll, errorsOf } from '../publish/destination/attempt-all';
import { joinErrors } from '../publish/destination/collect-or-throw';
import { refuseClobbering, type CopyPlan } from './plan-copy';
import { renderCopyPlans } from './render-copies';
import { type CopyContext } from './source/copy-context';

/**
 * Ends a dry run: shows every plan.
 *
 * @param failures what could not be read.
 * @throws OciError of these failures, and of what the copy would refuse.
 */
export async function showCopyPlans(plans: readonly CopyPlan[], failures: readonly unknown[], { print }: CopyContext): Promise<undefined> {
  print(renderCopyPlans(plans));
  const errors = [...failures, ...errorsOf(await attemptAll([plans], refuseClobbering))];
  if (errors.length > 0) throw joinErrors('The copy would fail', errors);
}
