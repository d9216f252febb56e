import { describeCopying, renderCopies, renderCopyPlans } from '../output/render-copies';
import { attemptAll } from '../publish/attempt-all';
import { setTags } from '../publish/set-tags';
import { waitForLoopback } from '../publish/wait-for-loopback';
import { isChange } from '../publish/plan-tag';
import { type CopyContext } from './copy-context';
import { type CopyRequest } from './copy-job';
import { reportCopies, type CopyReport, type StagedCopy } from './copy-report';
import { linkAttachments } from './link-attachments';
import { openPlaces } from './open-places';
import { planCopy, refuseClobbering, type CopyPlan } from './plan-copy';
import { readSource } from './read-source';
import { stageCopy, type StagedTarget } from './stage-copy';
import { valuesOrThrow } from './values-or-throw';

const NOTHING_COPIED = 'Nothing was copied';

/**
 * Copies every source of a request to each of its targets: read, plan, stage, verify, then tag.
 *
 * Each phase ends for all before the next begins, so that a mistake in one name leaves everything as it was, and a
 * failure on the way leaves no tag behind, only content that the next run finds.
 *
 * @returns `undefined` after a dry run.
 * @throws OciError with everything that is wrong.
 */
export async function copyImages(request: CopyRequest, context: CopyContext): Promise<CopyReport | undefined> {
  const startedAtMs = context.now();
  await waitForLoopback(openPlaces(request, context), context);
  const plans = await planAll(request, context);
  if (request.isDryRun) {
    context.print(renderCopyPlans(plans));
    return undefined;
  }
  refuseClobbering(plans);
  const copies = await stageAll(plans, context);
  await nameAll(copies, context);
  const report = reportCopies(copies, { startedAtMs, nowMs: context.now() });
  context.print(renderCopies(report));
  return report;
}

async function planAll({ jobs, hasReferrers, protection }: CopyRequest, context: CopyContext): Promise<readonly CopyPlan[]> {
  const read = valuesOrThrow(NOTHING_COPIED, await attemptAll(jobs, (job) => readSource(job, hasReferrers, context)));
  return valuesOrThrow(NOTHING_COPIED, await attemptAll(read, (source) => planCopy(source, protection, context)));
}

/** What one copy sends to a registry the next one finds there, so that those to one registry take turns. */
async function stageAll(plans: readonly CopyPlan[], context: CopyContext): Promise<readonly StagedCopy[]> {
  const turns = new Map<string, Promise<unknown>>();
  const inTurn = <T>(host: string, task: () => Promise<T>): Promise<T> => {
    const result = (turns.get(host) ?? Promise.resolve()).then(task);
    // Whether the one before failed is told by itself.
    turns.set(
      host,
      result.catch(() => undefined),
    );
    return result;
  };
  const wanted = plans.flatMap((plan) => plan.targets.map((target) => ({ plan, target })));
  const attempts = await attemptAll(wanted, ({ plan, target }) =>
    inTurn(target.destination.repository.registry, async () => {
      // It may take minutes from here on.
      if (!target.hasContent) context.print(describeCopying(plan, target));
      return { plan, staged: await stageCopy(plan, target, { isAlone: wanted.length === 1, signal: context.signal }) };
    }),
  );
  const staged = valuesOrThrow('No tag has moved', attempts);
  return plans.map((plan) => ({ plan, targets: staged.filter((one) => one.plan === plan).map((one) => one.staged) }));
}

async function nameAll(copies: readonly StagedCopy[], { signal, print }: CopyContext): Promise<void> {
  const staged = copies.flatMap(({ plan, targets }) => targets.map((target) => ({ plan, target })));
  try {
    for (const { target } of staged) await linkAttachments(target, signal);
    await setTags(
      staged.flatMap(({ plan, target }) => tagsToSet(plan, target)),
      signal,
    );
  } catch (error) {
    print('All content is at its targets; some tags may be set. Run the copy again to finish.');
    throw error;
  }
}

function tagsToSet({ source }: CopyPlan, { plan }: StagedTarget) {
  const { repository } = plan.destination;
  const manifest = source.image.root;
  return plan.tags.filter(isChange).map(({ tag, isFloating }) => ({ repository, manifest, tag, isFloating }));
}
