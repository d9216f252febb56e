import { type RegistryHints } from '../connection/hints/registry-hints';
import { type Connection } from '../connection/open-connection';
import { allOk, attemptAll, attemptNext, valuesOf, type Attempt } from './attempt-all';
import { EarlyLook } from './early-look';
import { type NormalizedTask } from './normalize-task';
import { openTask } from './open-task';
import { type PhaseClock } from './phase-clock';
import { planImage, type ImagePlan } from './plan-image';
import { prepareImage } from './prepare-image';
import { type PublishContext } from './publish-context';

/** What this process speaks to registries with, and how it keeps the time. */
export interface PlanningTools {
  readonly connection: Connection;
  readonly hints: RegistryHints;
  readonly clock: PhaseClock;
}

export interface PlannedTasks {
  /** How far each task came. */
  readonly attempts: readonly Attempt<NormalizedTask, unknown>[];
  /** Of all tasks, or of none where one failed. */
  readonly plans: readonly ImagePlan[];
}

/**
 * Opens, prepares and plans all images; writes nothing. Registries are looked at while git is asked, and no further than
 * for tags that need no git before every image is known to be fit.
 */
export async function planTasks(
  tasks: readonly NormalizedTask[],
  { connection, hints, clock }: PlanningTools,
  context: PublishContext,
): Promise<PlannedTasks> {
  const { workspaceRoot } = context;
  const openImage = context.openerFor(connection);
  const opened = await attemptAll(tasks, (task) => openTask(task, { workspaceRoot, client: connection.client, openImage, hints }));
  const early = new EarlyLook(context);
  try {
    if (allOk(opened)) await early.begin(valuesOf(opened));
    const git = context.readGit();
    // Told by whoever waits for it; nobody does where no image could be opened.
    git.catch(() => undefined);
    const prepared = await attemptNext(opened, (task) => prepareImage(task, { workspaceRoot, git }));
    if (!allOk(prepared)) return { attempts: prepared, plans: [] };
    clock.end('prepare');
    const planning = { workspaceRoot, git: await git, early, signal: context.signal };
    const planned = await attemptNext(prepared, (image) => planImage(image, planning));
    return { attempts: planned, plans: allOk(planned) ? valuesOf(planned) : [] };
  } finally {
    early.end();
  }
}
