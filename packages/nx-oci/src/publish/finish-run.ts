import { type Connection } from '../connection/open-connection';
import { describeError } from '../output/describe-error';
import { describeOutcome, renderResults } from '../output/render-results';
import { type TaskNote } from '../run/run-folder';
import { reportTagged, writeReport } from './image-report';
import { type PublishContext, type TaskResult, type TaskResults } from './publish-context';
import { setTags } from './set-tags';
import { tagsOf, type StagedNote } from './staged-note';

type StagedTask = TaskNote<StagedNote> & { readonly state: 'staged' };

/**
 * Sets the tags of the whole run, where this process staged its last image; else leaves them to the one that does.
 *
 * @param own images of this process, all staged over `connection`.
 */
export async function finishRun(own: readonly StagedNote[], connection: Connection, context: PublishContext): Promise<TaskResults> {
  const notes = await context.run.notes();
  const staged = notes.filter((note): note is StagedTask => note.state === 'staged');
  const mine = staged.filter(({ taskId }) => own.some((note) => note.taskId === taskId));
  const failed = notes.filter(({ state }) => state === 'failed');
  if (failed.length > 0) {
    const names = failed.map(({ taskId }) => taskId).join(', ');
    const text = `Staged, but no tag has moved: ${names} failed, and all images of a run are tagged together or none.`;
    return leaveStaged(mine, { success: false, text }, context);
  }
  const missing = context.siblings.filter((id) => !staged.some(({ taskId }) => taskId === id));
  if (missing.length > 0) {
    const text = `Staged, ${staged.length} of ${context.siblings.length}; tags move with the last image (waiting for ${missing.join(', ')}).`;
    return leaveStagedInPeace(mine, text, context);
  }
  if (!(await context.run.claimTagging())) {
    return leaveStagedInPeace(mine, 'Staged; another process of this run staged the last image, too, and sets the tags.', context);
  }
  return tagAll(
    staged.map((note) => note.staged),
    { own, connection },
    context,
  );
}

async function leaveStaged(mine: readonly StagedTask[], result: TaskResult, context: PublishContext): Promise<TaskResults> {
  for (const { staged } of mine) await writeReport(staged.folder, { ...staged.report, reason: result.text }, context);
  return new Map(mine.map(({ taskId }) => [taskId, result]));
}

/** Nx shows nothing of tasks that end well, so that it is said here. */
function leaveStagedInPeace(mine: readonly StagedTask[], text: string, context: PublishContext): Promise<TaskResults> {
  context.print(`${mine.map(({ staged }) => staged.project).join(', ')}: ${text}`);
  return leaveStaged(mine, { success: true, text }, context);
}

/** This process' own images, and what it staged them over. */
interface OwnPart {
  readonly own: readonly StagedNote[];
  readonly connection: Connection;
}

async function tagAll(notes: readonly StagedNote[], part: OwnPart, context: PublishContext): Promise<TaskResults> {
  const tagStartMs = context.now();
  const failure = await setNotedTags(notes, part, context).then(
    () => undefined,
    (error: unknown) => describeError(error),
  );
  if (failure !== undefined) {
    const text = `${failure}\n  All content of this run is staged; some of its tags may be set. Run the publish again to finish.`;
    for (const { folder, report } of notes) await writeReport(folder, { ...report, outcome: 'failed', reason: text }, context);
    return new Map(part.own.map(({ taskId }) => [taskId, { success: false, text }]));
  }
  const times = { nowMs: context.now(), tagMs: context.now() - tagStartMs };
  const finished = notes.map((note) => ({ ...note, report: reportTagged(note.report, times) }));
  context.print(renderResults(finished.map(({ report }) => report)));
  for (const { folder, report } of finished) await writeReport(folder, report, context);
  for (const { folder, prune, project } of finished) if (prune) context.print(`${project}: ${await removeLocal(folder, context)}`);
  const texts = new Map(finished.map(({ taskId, report }) => [taskId, describeOutcome(report)]));
  return new Map(part.own.map(({ taskId }) => [taskId, { success: true, text: texts.get(taskId) ?? '' }]));
}

/** What is published stays published, also where a local image cannot be removed. */
function removeLocal(folder: string, { pruneImage }: PublishContext): Promise<string> {
  return pruneImage(folder).catch((error: unknown) => `published, but its local image is still there. ${describeError(error)}`);
}

async function setNotedTags(notes: readonly StagedNote[], { own, connection }: OwnPart, context: PublishContext): Promise<void> {
  if (notes.length === own.length) return setTagsOver(connection, notes, context);
  // The images of other processes may be in registries that this process had nothing to do with so far.
  const wider = await context.connect(context.registries.select(notes.flatMap(({ registries }) => registries)));
  try {
    await setTagsOver(wider, notes, context);
  } finally {
    await wider.client.close();
  }
}

function setTagsOver({ client }: Connection, notes: readonly StagedNote[], { signal }: PublishContext): Promise<void> {
  return setTags(
    notes.flatMap((note) => tagsOf(note, client)),
    signal,
  );
}
