import { hintsFolder, RegistryHints } from '../connection/hints/registry-hints';
import { imageFolder } from '../engines/image-folder';
import { describeError } from '../output/describe-error';
import { renderPlan } from '../output/render-plan';
import { BlobExchange } from '../run/blob-exchange';
import { BlobNotes } from '../run/blob-notes';
import { allOk, attemptAll, valuesOf, type Attempt } from './attempt-all';
import { finishRun } from './finish-run';
import { reportFailure, reportStaged, writeReport } from './image-report';
import { isDryRun, normalizeTask, type NormalizedTask } from './normalize-task';
import { noteImages } from './note-images';
import { PhaseClock } from './phase-clock';
import { type ImagePlan } from './plan-image';
import { planTasks, type PlanningTools } from './plan-tasks';
import { type PublishContext, type TaskResult, type TaskResults } from './publish-context';
import { type PublishTask } from './publish-task';
import { stageImage } from './stage-image';
import { noteStaged } from './staged-note';

/**
 * Publishes the images of some tasks of a run: observe, plan, stage, verify, then tag, all or none.
 *
 * Each phase ends for all images before the next begins, and one failure ends the run before a tag has moved.
 * Tags are set by whichever process stages the last image of the run.
 */
export async function publishTasks(tasks: readonly PublishTask[], context: PublishContext): Promise<TaskResults> {
  const normalized = await attemptAll(tasks, (task) => normalizeTask(task, context.registries, context.env));
  if (!allOk(normalized)) return fail(normalized, context);
  const entries = valuesOf(normalized).flatMap(({ registries }) => registries);
  const hosts = entries.map(({ host }) => host);
  const hints = await RegistryHints.open(hintsFolder(context.workspaceRoot, context.env), hosts);
  const connection = await context.connect(entries, (registry) => hints.factsOf(registry));
  try {
    return await publishNormalized(valuesOf(normalized), { connection, hints }, context);
  } finally {
    await hints.save(connection.client.learned());
    await connection.client.close();
  }
}

async function publishNormalized(
  tasks: readonly NormalizedTask[],
  { connection, hints }: Omit<PlanningTools, 'clock'>,
  context: PublishContext,
): Promise<TaskResults> {
  const clock = new PhaseClock(context.now);
  const { attempts, plans } = await planTasks(tasks, { connection, hints, clock }, context);
  if (!allOk(attempts)) return fail(attempts, context);
  clock.end('plan');
  if (tasks.some(({ isDryRun }) => isDryRun)) return showPlans(plans, context);

  const { siblings, run, signal } = context;
  const exchange = new BlobExchange(siblings.length > tasks.length ? new BlobNotes(run.folder) : undefined);
  const staged = await attemptAll(plans, async (plan) => {
    const image = await stageImage(plan, { isAlone: siblings.length <= 1, hints, exchange, signal });
    noteImages(image, hints);
    return image;
  });
  clock.end('stage');
  if (!allOk(staged))
    return fail(
      staged.map((attempt) => ({ ...attempt, input: attempt.input.prepared.task })),
      context,
    );

  const { startedAtMs, timings } = clock;
  const notes = valuesOf(staged).map((image) => noteStaged(image, reportStaged(image, { startedAtMs, nowMs: context.now(), timings })));
  for (const note of notes) await run.note({ taskId: note.taskId, state: 'staged', staged: note });
  return finishRun(notes, connection, context);
}

type Identified = PublishTask | NormalizedTask;

/** Ends this process' part of the run: nobody of the run sets a tag any more. */
async function fail(attempts: readonly Attempt<Identified, unknown>[], context: PublishContext): Promise<TaskResults> {
  const failed = attempts.flatMap(({ input, ...rest }) => (rest.ok ? [] : [input.project]));
  const results = new Map<string, TaskResult>();
  for (const attempt of attempts) {
    const { taskId } = attempt.input;
    const text = attempt.ok
      ? `Not published: ${failed.join(', ')} failed, and all images of a run are tagged together or none.`
      : describeError(attempt.error);
    await context.run.note({ taskId, state: 'failed', reason: text });
    if (!isDryRun(attempt.input, context.env)) {
      await writeReport(imageFolder(context.workspaceRoot, attempt.input.project), reportFailure(attempt.input.project, text), context);
    }
    results.set(taskId, { success: false, text });
  }
  return results;
}

function showPlans(plans: readonly ImagePlan[], context: PublishContext): TaskResults {
  context.print(plans.map(renderPlan).join('\n'));
  return new Map(plans.map(({ prepared }) => [prepared.task.taskId, { success: true, text: 'Dry run: nothing was written.' }]));
}
