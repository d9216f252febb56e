import { type RegistryHints } from '../../connection/hints/registry-hints';
import { type Connection } from '../../connection/open-connection';
import { readFileIds } from '../../git/file-ids';
import { askOnce } from '../../run/ask-once';
import { EarlyLook, type LookContext } from './early-look';
import { type NormalizedTask } from '../task/normalize-task';
import { openTask } from './open-task';
import { type Steps } from '../pass-steps';
import { type PhaseClock } from '../phase-clock';
import { planImage, type ImagePlan } from './plan-image';
import { nameImage, stampImage, type PreparedImage } from './prepare-image';
import { type PublishContext } from '../publish-context';
import { reasonForNoTag } from './reason-for-no-tag';
import { refuseRivals } from './refuse-rivals';

/** What this process speaks to registries with, and how it keeps the time. */
export interface PlanningTools {
  readonly connection: Connection;
  readonly hints: RegistryHints;
  readonly clock: PhaseClock;
  /** Keeps whoever fails, and whom that stops. */
  readonly steps: Steps;
}

/**
 * Opens, prepares and plans all images, those that get so far; writes nothing. Registries are looked at while git is asked, and no further than
 * for tags that need no git before every image is known to be fit.
 */
export async function planTasks(
  tasks: readonly NormalizedTask[],
  { connection, hints, clock, steps }: PlanningTools,
  context: PublishContext,
): Promise<readonly ImagePlan[]> {
  const { workspaceRoot, env, print, mention = print } = context;
  const fileIds = askOnce(() => readFileIds(workspaceRoot));
  const opening = {
    workspaceRoot,
    env,
    mention,
    inputsOf: context.inputsOf,
    fileIds,
    client: connection.client,
    openImage: context.openerFor(connection),
    hints,
  };
  const opened = await steps.pass(
    tasks,
    (task) => task,
    (task) => openTask(task, opening),
  );
  if (opened.length === 0) return [];
  const early = new EarlyLook(toLook(context));
  try {
    await early.begin(opened, connection.client.departed);
    const git = context.readGit();
    // Each image tells of its failure once it needs the facts; a failure that comes earlier waits for that.
    git.catch(() => undefined);
    const naming = { ...context, git, nowMs: await findTime(tasks, context) };
    const named = await steps.pass(opened, taskOf, (task) => nameImage(task, naming));
    const tagged = await steps.skip(named, taskOf, reasonForNoTag);
    const prepared = await steps.pass(tagged, taskOf, stampImage);
    clock.end('prepare');
    if (prepared.length === 0) return [];
    const apart = await steps.pass(prepared, taskOf, (image) => {
      refuseRivals(image, prepared);
      return image;
    });
    const { unknownTarget } = context.registries.publish;
    const planning = { workspaceRoot, early, unknownTarget, signal: context.signal };
    return await steps.pass(apart, taskOf, (image) => planImage(image, planning));
  } finally {
    early.end();
  }
}

/** The same for all processes of the run; where there is but this one, nobody need be told. */
async function findTime(own: readonly NormalizedTask[], { siblings, run, now }: PublishContext): Promise<number> {
  return siblings.length > own.length ? run.startTime(now()) : now();
}

/** Looks at the registries anew and plans upon what is there now; the images stay what they were. */
export async function planAgain(
  images: readonly PreparedImage[],
  { steps }: Pick<PlanningTools, 'steps'>,
  context: PublishContext,
): Promise<readonly ImagePlan[]> {
  const { workspaceRoot, signal } = context;
  const planning = { workspaceRoot, early: new EarlyLook(toLook(context)), signal };
  return steps.pass(images, taskOf, (image) => planImage(image, planning));
}

/** That a registry was waited for is old news when the run has ended. */
function toLook({ print, mention = print, now, signal }: PublishContext): LookContext {
  return { print: mention, now, signal };
}

function taskOf({ task }: { readonly task: NormalizedTask }): NormalizedTask {
  return task;
}
