import { BlobClaims } from '../connection/memory/blob-claims';
import { furtherEntries } from '../connection/further-entries';
import { hintsFolder, RegistryMemory } from '../connection/memory/registry-memory';
import { type Connection } from '../connection/open-connection';
import { renderWarnings } from '../connection/render-warnings';
import { readFileIds } from '../git/file-ids';
import { ImageUses } from '../engines/image/image-uses';
import { memoize } from '../run/memoize';
import { type RunGroup } from '../run/run-group';
import { BaseTags } from './image/base-tags';
import { openImage, type OpenContext, type OpenedImage } from './image/open-image';
import { PhaseClock, PhaseRunner } from './phase-runner';
import { BaseDigests } from './plan/base-digests';
import { basesFirst } from './plan/bases-first';
import { expectBases } from './plan/expect-bases';
import { observeImage } from './plan/observe-image';
import { planImage, type ImagePlan } from './plan/plan-image';
import { withPrefetch, type TagPrefetch } from './plan/prefetch-tags';
import { nameImage, reasonForNoTag, stampImage, type NamedImage, type PreparedImage } from './plan/prepare-image';
import { assertUniqueTags } from './plan/assert-unique-tags';
import { showPlans } from './plan/show-plans';
import { prunePublished } from './prune/prune-image';
import { type PublishContext } from './publish-context';
import { reportStaged } from './report/report-staged';
import { reportTagged, resultsOf } from './report/report-tagged';
import { stagePart } from './stage/stage-parts';
import { rememberImages, stageImage, type StagedImage } from './stage/stage-image';
import { toStagedRecord } from './stage/staged-record';
import { decideGroups } from './tag/decide-groups';
import { tagGroups } from './tag/tag-groups';
import { normalizeTask, type NormalizedTask } from './task/normalize-task';
import { describeUncheckedGrowth } from './size/describe-growth';
import { type PublishTask } from './task/publish-task';
import { type TaskResults } from './task/task-result';

/**
 * Publishes the images of some tasks of a run, all of them or none: options → tasks → images → observe → plan → stage and
 * verify → tag → report → prune.
 *
 * Each phase ends for all images before the next begins, and one failure ends the run before a tag has moved, except for
 * images and registries with `onFailure: continue`. The process that stages the last of the images that are tagged together
 * sets their tags. Failures of an image are not thrown, but returned as its result.
 */
export async function publishTasks(asked: readonly PublishTask[], context: PublishContext): Promise<TaskResults> {
  const { workspaceRoot, runPid } = context;
  const projects = [...new Set(asked.map(({ project }) => project))];
  return new ImageUses(workspaceRoot, runPid).during(projects, 'publish', () => publishUsed(asked, context));
}

async function publishUsed(asked: readonly PublishTask[], context: PublishContext): Promise<TaskResults> {
  const { siblings, groups = [{ taskIds: siblings, stoppedBy: siblings }] } = context;
  const phases = new PhaseRunner(groups, context);
  const tasks = await phases.run(asked, (task) => normalizeTask(task, context.registries, context.env));
  if (tasks.length === 0) return phases.ended;
  return withRegistries(tasks, context, async (registries) => {
    const means = { ...registries, phases, groups };
    const staged = await stageAlone(
      tasks.filter(({ stage }) => stage !== undefined),
      means,
      context,
    );
    const published = tasks.filter(({ stage }) => stage === undefined);
    const results = await publishImages(published, means, { ...context, readGit: memoize(context.readGit) });
    return new Map([...staged, ...results, ...phases.ended]);
  });
}

/** Sends parts without publishing them; no image waits for them. */
async function stageAlone(tasks: readonly NormalizedTask[], means: Means, context: PublishContext): Promise<TaskResults> {
  const { print, watcher, signal } = context;
  const staging = { ...openingOf(means, context), connection: means.connection, watcher, signal };
  const results = await means.phases.run(tasks, async (task) => ({ task, text: await stagePart(task, staging) }));
  for (const { task, text } of results) {
    await means.phases.leaveOut(task);
    print(text);
  }
  return new Map(results.map(({ task, text }) => [task.taskId, { success: true, text }]));
}

/** The environment of a publish in this process. */
interface Means {
  readonly connection: Connection;
  readonly phases: PhaseRunner;
  readonly groups: readonly RunGroup[];
}

interface TimedMeans extends Means {
  readonly clock: PhaseClock;
}

interface PlanMeans extends Means {
  readonly prefetch: TagPrefetch;
  readonly bases: BaseTags;
}

/** @returns the results of the tasks that completed all phases. */
async function publishImages(tasks: readonly NormalizedTask[], means: Means, context: PublishContext): Promise<TaskResults> {
  const clock = new PhaseClock(context.now);
  const plans = await planImages(tasks, { ...means, clock }, context);
  clock.end('plan');
  if (tasks.some(({ isDryRun }) => isDryRun)) return showPlans(plans, means.connection.memory, context);
  const results = await carryOut(plans, { ...means, clock }, context);
  const raced = plans.map(({ prepared }) => prepared).filter(({ task }) => results.get(task.taskId)?.isRaced === true);
  if (raced.length === 0) return results;
  // Repeated once: then the image of the other run is used, or differs for good.
  const again = { ...means, clock: new PhaseClock(context.now) };
  const bases = new BaseTags(means.connection.client);
  const plansAgain = await withPrefetch(context, (prefetch) =>
    means.phases.run(raced, (image) => observeAndPlan(image, { prefetch, bases }, context)),
  );
  return new Map([...results, ...(await carryOut(plansAgain, again, context))]);
}

/**
 * Opens, names, observes and plans all images; writes nothing. While git runs, registries are only asked for
 * tags that do not depend on it; for the others, when every image is known to be valid.
 */
async function planImages(tasks: readonly NormalizedTask[], means: TimedMeans, context: PublishContext): Promise<readonly ImagePlan[]> {
  const { connection, clock, phases } = means;
  const opened = await openImages(tasks, means, context);
  if (opened.length === 0) return [];
  return withPrefetch(context, async (prefetch) => {
    await prefetch.begin(opened, connection.client.firstRequestSent);
    const named = await nameImages(opened, { tasks, phases }, context);
    const tagged = await phases.skip(named, reasonForNoTag);
    const apart = await phases.run(tagged, (image) => assertUniqueTags(image, tagged));
    clock.end('prepare');
    return planLevels(basesFirst(apart), { ...means, prefetch, bases: new BaseTags(connection.client) }, context);
  });
}

/** Plans bases before the images of the workspace that are made of them: these name the digests that their bases get. */
async function planLevels(
  levels: readonly (readonly NamedImage[])[],
  { connection, phases, ...means }: PlanMeans,
  context: PublishContext,
): Promise<readonly ImagePlan[]> {
  let images: readonly (NamedImage | ImagePlan)[] = levels.flat();
  for (const level of levels) {
    expectBases(images.filter(isPlanned), means.bases);
    const digests = new BaseDigests(images.filter(isPlanned), connection.client, context.workspaceRoot);
    // All are passed on, since the failure of one stops the others.
    images = await phases.run(images, async (image) =>
      isPlanned(image) || !level.includes(image) ? image : observeAndPlan(stampImage(image, await digests.of(image)), means, context),
    );
  }
  return images.filter(isPlanned);
}

function isPlanned(image: NamedImage | ImagePlan): image is ImagePlan {
  return 'prepared' in image;
}

function openImages(tasks: readonly NormalizedTask[], means: Means, context: PublishContext): Promise<readonly OpenedImage[]> {
  const opening = openingOf(means, context);
  return means.phases.run(tasks, (task) => openImage(task, opening));
}

function openingOf({ connection }: Pick<Means, 'connection'>, context: PublishContext): OpenContext {
  const { workspaceRoot, env, inputsOf, print, mention = print } = context;
  const fileIds = memoize(() => readFileIds(workspaceRoot));
  const { client, memory } = connection;
  return { workspaceRoot, env, mention, inputsOf, fileIds, client, openLayout: context.openerFor(connection), memory };
}

/** Reads git, and the time of the run, which all its processes share. */
async function nameImages(
  opened: readonly OpenedImage[],
  { tasks, phases }: Pick<Means, 'phases'> & { readonly tasks: readonly NormalizedTask[] },
  context: PublishContext,
): Promise<readonly NamedImage[]> {
  const { siblings, run, now } = context;
  const git = context.readGit();
  // Each image reports a failure of git when it needs the facts.
  git.catch(() => undefined);
  const naming = { ...context, git, nowMs: siblings.length > tasks.length ? await run.startTime(now()) : now() };
  return phases.run(opened, (image) => nameImage(image, naming));
}

async function observeAndPlan(
  image: PreparedImage,
  { prefetch, bases }: Pick<PlanMeans, 'prefetch' | 'bases'>,
  { workspaceRoot, registries, print, signal }: PublishContext,
): Promise<ImagePlan> {
  const { unknownTarget } = registries.publish;
  const observed = await observeImage(image, { prefetch, signal });
  const plan = await planImage(observed, { workspaceRoot, unknownTarget, signal, bases });
  const doubt = plan.prepared.task.isDryRun ? undefined : describeUncheckedGrowth(plan.growth, plan.prepared.task);
  if (doubt !== undefined) print(doubt);
  return plan;
}

/** Writes the content of all images, and only then their tags. */
async function carryOut(plans: readonly ImagePlan[], means: TimedMeans, context: PublishContext): Promise<TaskResults> {
  const { clock, connection, groups, phases } = means;
  const staged = await stageImages(plans, means, context);
  clock.end('stage');
  const times = { startedAtMs: clock.startedAtMs, nowMs: context.now(), timings: clock.timings };
  const own = staged.map((image) => toStagedRecord(image, reportStaged(image, times)));
  const { toTag, left } = await decideGroups(own, { groups, skipped: phases.skipped }, context);
  const tagged = await tagGroups(toTag, { own, connection }, context);
  await reportTagged(tagged, context);
  await prunePublished(tagged, context);
  return new Map([...left, ...resultsOf(tagged, own)]);
}

/** Sends what is missing. Registries verify it: they accept a manifest only with all its content, and return its digest. */
function stageImages(plans: readonly ImagePlan[], means: Means, context: PublishContext): Promise<readonly StagedImage[]> {
  const { phases, groups } = means;
  const { memory } = means.connection;
  const { signal, watcher } = context;
  const isAlone = ({ prepared: { task } }: ImagePlan): boolean =>
    groups.some(({ taskIds }) => taskIds.length === 1 && taskIds[0] === task.taskId);
  return phases.run(plans, async (plan) => {
    const image = await stageImage(plan, { isAlone: isAlone(plan), memory, watcher, signal });
    rememberImages(image, memory);
    return image;
  });
}

/** Connects to the registries of some tasks; learned facts are kept for the next run. */
async function withRegistries<Result>(
  tasks: readonly NormalizedTask[],
  { workspaceRoot, env, registries, connect, print, siblings, run }: PublishContext,
  act: (registries: Pick<Means, 'connection'>) => Promise<Result>,
): Promise<Result> {
  const entries = tasks.flatMap(({ registries }) => registries);
  const hosts = entries.map(({ host }) => host);
  const claims = siblings.length > tasks.length ? new BlobClaims(run.folder) : undefined;
  const memory = await RegistryMemory.open(hosts, { folder: hintsFolder(workspaceRoot, env), claims });
  // The later ones decide how a host is reached.
  const connection = await connect([...(await furtherEntries(registries, entries)), ...entries], memory);
  try {
    return await act({ connection });
  } finally {
    const warnings = connection.client.warnings();
    if (warnings.length > 0) print(renderWarnings(warnings));
    await connection.close();
  }
}
