import { askOnce } from '../run/ask-once';
import { hintsFolder, RegistryHints } from '../connection/hints/registry-hints';
import { renderWarnings } from '../connection/render-warnings';
import { BlobExchange } from '../run/blob-exchange';
import { BlobNotes } from '../run/blob-notes';
import { type RunGroup } from '../run/run-group';
import { finishRun } from './tag/finish-run';
import { reportStaged } from './image-report';
import { normalizeTask, type NormalizedTask } from './task/normalize-task';
import { noteImages } from './stage/note-images';
import { Steps } from './pass-steps';
import { PhaseClock } from './phase-clock';
import { type ImagePlan } from './plan/plan-image';
import { planAgain, planTasks, type PlanningTools } from './plan/plan-tasks';
import { type PublishContext, type TaskResults } from './publish-context';
import { type PublishTask } from './task/publish-task';
import { showPlans } from './plan/show-plans';
import { stageImage, type StagedImage } from './stage/stage-image';
import { noteStaged } from './stage/staged-note';

/**
 * Publishes the images of some tasks of a run: observe, plan, stage, verify, then tag, all or none.
 *
 * Each phase ends for all images before the next begins, and one failure ends the run before a tag has moved, except for
 * what is to go on (`onFailure: continue`). Tags are set by whichever process stages the last image of those that are
 * tagged together.
 */
export async function publishTasks(tasks: readonly PublishTask[], context: PublishContext): Promise<TaskResults> {
  const { siblings, groups = [{ taskIds: siblings, stoppedBy: siblings }] } = context;
  const steps = new Steps(groups, context);
  const normalized = await steps.pass(
    tasks,
    (task) => task,
    (task) => normalizeTask(task, context.registries, context.env),
  );
  if (normalized.length === 0) return steps.ended;
  const entries = normalized.flatMap(({ registries }) => registries);
  const hosts = entries.map(({ host }) => host);
  const hints = await RegistryHints.open(hintsFolder(context.workspaceRoot, context.env), hosts);
  const connection = await context.connect(entries, (registry) => hints.factsOf(registry));
  try {
    const results = await publishNormalized(
      normalized,
      { connection, hints, steps, groups },
      { ...context, readGit: askOnce(context.readGit) },
    );
    return new Map([...results, ...steps.ended]);
  } finally {
    const warnings = connection.client.warnings();
    if (warnings.length > 0) context.print(renderWarnings(warnings));
    await Promise.all([hints.save(connection.client.learned()), connection.client.close()]);
  }
}

/** What this process works with. */
interface Means extends Omit<PlanningTools, 'clock'> {
  readonly groups: readonly RunGroup[];
}

/** @returns the results of those that did not end in a step. */
async function publishNormalized(tasks: readonly NormalizedTask[], means: Means, context: PublishContext): Promise<TaskResults> {
  const clock = new PhaseClock(context.now);
  const plans = await planTasks(tasks, { ...means, clock }, context);
  clock.end('plan');
  if (tasks.some(({ isDryRun }) => isDryRun)) return showPlans(plans, means.hints, context);
  const results = await publishPlans(plans, { ...means, clock }, context);
  const raced = plans.map(({ prepared }) => prepared).filter(({ task }) => results.get(task.taskId)?.isRaced === true);
  if (raced.length === 0) return results;
  // Once: what the other run left is there to be taken over, or is something else for good.
  const again = { ...means, clock: new PhaseClock(context.now) };
  return new Map([...results, ...(await publishPlans(await planAgain(raced, again, context), again, context))]);
}

async function publishPlans(plans: readonly ImagePlan[], means: Means & PlanningTools, context: PublishContext): Promise<TaskResults> {
  const { clock, connection, groups } = means;
  const staged = await stageAll(plans, means, context);
  clock.end('stage');
  const times = { startedAtMs: clock.startedAtMs, nowMs: context.now(), timings: clock.timings };
  const notes = staged.map((image) => noteStaged(image, reportStaged(image, times)));
  return finishRun(notes, { connection, groups, skipped: means.steps.skipped }, context);
}

function stageAll(plans: readonly ImagePlan[], { hints, steps, groups }: Means, context: PublishContext): Promise<readonly StagedImage[]> {
  const { siblings, run, signal, watcher } = context;
  const exchange = new BlobExchange(siblings.length > plans.length ? new BlobNotes(run.folder) : undefined);
  const isAlone = ({ prepared: { task } }: ImagePlan): boolean =>
    groups.some(({ taskIds }) => taskIds.length === 1 && taskIds[0] === task.taskId);
  return steps.pass(
    plans,
    ({ prepared }) => prepared.task,
    async (plan) => {
      const image = await stageImage(plan, { isAlone: isAlone(plan), hints, exchange, watcher, signal });
      noteImages(image, hints);
      return image;
    },
  );
}
