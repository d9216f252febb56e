import { waitForLocalRegistry } from '../publish/destination/wait-for-local-registry';
import { CopyPhases } from './copy-phases';
import { reportCopies, type CopyReport } from './copy-report';
import { type CopyRequest } from './job/copy-job';
import { planCopy, refuseClobbering } from './plan-copy';
import { renderCopies } from './render-copies';
import { showCopyPlans } from './show-copy-plans';
import { type CopyContext } from './source/copy-context';
import { listRepositories, readSource } from './source/read-source';
import { CopyStager } from './stage-copies';
import { beginTagging, tagCopies } from './tag-copies';

/**
 * Copies every source of a request to each of its targets: read → plan → stage and verify → tag → report.
 *
 * Each phase ends for all before the next begins. So an error in one name leaves everything unchanged, and a later failure
 * leaves only untagged content, which the next run uses. With `onFailure: continue`, copies that fail are left out of
 * the following phases.
 *
 * @returns `undefined` after a dry run; the report lists what was left out.
 * @throws OciError with all problems, if nothing was copied.
 */
export async function copyImages(request: CopyRequest, context: CopyContext): Promise<CopyReport | undefined> {
  const { jobs, hasReferrers, protection, onFailure, isDryRun } = request;
  const startedAtMs = context.now();
  const phases = new CopyPhases(onFailure);
  await waitForLocalRegistry(listRepositories(request, context), context);
  const sources = await phases.run('Nothing was copied', jobs, (job) => readSource(job, hasReferrers, context));
  const wanted = sources.flatMap((source) => source.job.targets.map((target) => ({ source, target })));
  const plans = await phases.run('Nothing was copied', wanted, (copy) => planCopy(copy, protection, context));
  if (isDryRun) return showCopyPlans(plans, phases.failures, context);
  const allowed = await phases.runTogether('Nothing was copied', plans, refuseClobbering);
  const stager = new CopyStager(allowed, context);
  const staged = await phases.run('No tag has moved', allowed, (plan) => stager.stage(plan));
  beginTagging(context);
  const copies = await phases.runTogether('Some tags are not set', staged, (part) => tagCopies(part, context));
  const report = reportCopies(copies, { failures: phases.failures, startedAtMs, nowMs: context.now() });
  context.print(renderCopies(report));
  return report;
}
