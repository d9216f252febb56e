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
 * Each phase ends for all before the next begins, so that a mistake in one name leaves everything as it was, and a failure on
 * the way leaves no tag behind, only content that the next run finds. With `onFailure: continue` what fails is left out of
 * the phases that follow.
 *
 * @returns `undefined` after a dry run; what was left out is in the report.
 * @throws OciError with everything that is wrong, where nothing was copied.
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
