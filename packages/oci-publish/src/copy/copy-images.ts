import { type Digest, type EncodedManifest } from '@nx-oci/model';
import { describeError } from '../text/describe-error';
import { renderCopies, renderCopyPlans } from './render-copies';
import { attemptAll } from '../publish/destination/attempt-all';
import { setPlainTags } from '../publish/tag/set-tags';
import { waitForLocalRegistry } from '../publish/destination/wait-for-local-registry';
import { isChange } from '../publish/plan/plan-tag';
import { type CopyContext } from './source/copy-context';
import { type CopyRequest } from './job/copy-job';
import { reportCopies, type CopyReport } from './copy-report';
import { abortOnFailure, continueAfterFailure, type FailurePolicy } from './failure-policy';
import { planTarget, refuseClobbering, type CopyPlan, type PlannedTarget } from './plan-copy';
import { readSource, type ReadSource } from './source/read-source';
import { stageCopies, type StagedPair } from './stage-copies';
import { collectOrThrow } from '../publish/destination/collect-or-throw';
import { type StagedTarget } from './stage-copy';
import { type Destination } from '../publish/destination/destination';
import { entryFor } from './job/read-target';

const NOTHING_COPIED = 'Nothing was copied';

/**
 * Copies every source of a request to each of its targets: read, plan, stage, verify, then tag.
 *
 * Each phase ends for all before the next begins, so that a mistake in one name leaves everything as it was, and a
 * failure on the way leaves no tag behind, only content that the next run finds. With `onFailure: continue` what fails is
 * left out of the phases that follow.
 *
 * @returns `undefined` after a dry run; what was left out is in the report.
 * @throws OciError with everything that is wrong, where nothing was copied.
 */
export async function copyImages(request: CopyRequest, context: CopyContext): Promise<CopyReport | undefined> {
  const startedAtMs = context.now();
  const policy = request.onFailure === 'continue' ? continueAfterFailure() : abortOnFailure();
  await waitForLocalRegistry(openRepositories(request, context), context);
  const plans = await planAll(request, policy, context);
  if (request.isDryRun) {
    showPlans(plans, policy, context);
    return undefined;
  }
  const allowed = await leaveOutClobbering(plans, policy);
  const staged = policy.collect('No tag has moved', await stageCopies(allowed, context));
  const named = await nameAll(staged, policy, context);
  const copies = plansOf(named).map((plan) => ({ plan, targets: named.filter((pair) => pair.plan === plan).map(({ target }) => target) }));
  const failures = policy.failures().map((error) => describeError(error));
  const report = reportCopies(copies, { failures, startedAtMs, nowMs: context.now() });
  context.print([renderCopies(report), ...failures].join('\n'));
  return report;
}

interface PlannedPair {
  readonly source: ReadSource;
  readonly target: PlannedTarget;
}

async function planAll(
  { jobs, hasReferrers, protection }: CopyRequest,
  policy: FailurePolicy,
  context: CopyContext,
): Promise<readonly CopyPlan[]> {
  const read = policy.collect(NOTHING_COPIED, await attemptAll(jobs, (job) => readSource(job, hasReferrers, context)));
  const wanted = read.flatMap((source) => source.job.targets.map((target) => ({ source, target })));
  const planned = await attemptAll(wanted, async ({ source, target }) => ({
    source,
    target: await planTarget(source, target, { protection, context }),
  }));
  return groupBySource(policy.collect(NOTHING_COPIED, planned));
}

async function leaveOutClobbering(plans: readonly CopyPlan[], policy: FailurePolicy): Promise<readonly CopyPlan[]> {
  const pairs = plans.flatMap(({ source, targets }) => targets.map((target) => ({ source, target })));
  const checked = await attemptAll(policy.split(pairs), (part) => {
    refuseClobbering(groupBySource(part));
    return part;
  });
  return groupBySource(policy.collect(NOTHING_COPIED, checked).flat());
}

function groupBySource(pairs: readonly PlannedPair[]): readonly CopyPlan[] {
  const sources = [...new Set(pairs.map(({ source }) => source))];
  return sources.map((source) => ({ source, targets: pairs.filter((pair) => pair.source === source).map(({ target }) => target) }));
}

function plansOf(pairs: readonly StagedPair[]): readonly CopyPlan[] {
  return [...new Set(pairs.map(({ plan }) => plan))];
}

/** @throws OciError for sources that a dry run could not read. */
function showPlans(plans: readonly CopyPlan[], policy: FailurePolicy, { print }: CopyContext): void {
  print(renderCopyPlans(plans));
  collectOrThrow(
    'Some targets could not be checked',
    policy.failures().map((error) => ({ input: undefined, ok: false, error })),
  );
}

async function nameAll(staged: readonly StagedPair[], policy: FailurePolicy, context: CopyContext): Promise<readonly StagedPair[]> {
  const named = await attemptAll(policy.split(staged), async (part) => {
    await name(part, context);
    return part;
  });
  return policy.collect('Some tags are not set', named).flat();
}

async function name(staged: readonly StagedPair[], { signal, print }: CopyContext): Promise<void> {
  try {
    for (const { target } of staged) await linkReferrers(target, signal);
    await setPlainTags(staged.flatMap(tagsToSet), { signal });
  } catch (error) {
    print('All content is at its targets; some tags may be set. Run the copy again to finish.');
    throw error;
  }
}

function tagsToSet({ plan: { source }, target: { plan } }: StagedPair) {
  const { repository } = plan.destination;
  const manifest = source.image.root;
  return plan.tags.filter(isChange).map(({ tag, isFloating }) => ({ repository, manifest, tag, isFloating }));
}

/**
 * Makes what was staged beside an image findable, as far as that did not happen when it was pushed: cosign's tags are set,
 * and what was there already is on the list of what refers to its image.
 */
async function linkReferrers({ plan, referrers }: StagedTarget, signal?: AbortSignal): Promise<void> {
  const { repository } = plan.destination;
  const bySubject = new Map<Digest, EncodedManifest[]>();
  for (const { referrer, outcome } of referrers) {
    const { link, image } = referrer;
    if (link.kind === 'subject') bySubject.set(link.subject, [...(bySubject.get(link.subject) ?? []), image.root]);
    else if (outcome === 'copied') await repository.tag(image.root, link.tag, { signal });
  }
  for (const [subject, referrers] of bySubject) await repository.linkReferrers({ subject, referrers }, { signal });
}

/** Every repository that a request reads or writes, as something to wait for: Nx may just have started its registry. */
function openRepositories({ jobs, entries }: CopyRequest, { client }: Pick<CopyContext, 'client'>): readonly Destination[] {
  const places = jobs.flatMap(({ source, targets }) => [{ ...source, entry: entryFor(source, entries) }, ...targets]);
  return places.map(({ entry, registry, repository }) => ({ entry, repository: client.repository({ registry, repository }) }));
}
