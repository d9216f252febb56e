import { type Connection } from '../../connection/open-connection';
import { describeError } from '../../text/describe-error';
import { describeOutcome, renderResults } from '../../report/render-results';
import { type RunGroup } from '../../run/run-group';
import { decideAlone, decideGroup, isWithin, type GroupVerdict } from './decide-group';
import { writeReport } from '../image-report';
import { type PublishContext, type TaskResult, type TaskResults } from '../publish-context';
import { type StagedNote } from '../stage/staged-note';
import { tagGroup, type TaggedImage } from './tag-group';

/** What the tags are set by and over. */
export interface FinishMeans {
  /** The images of this process were staged over it. */
  readonly connection: Connection;
  readonly groups: readonly RunGroup[];
  /** Ids of this process' tasks that have nothing to publish, and that others may have waited for. */
  readonly skipped: readonly string[];
}

// A run that was stopped by a signal sets no tag; one that has begun to set tags finishes.
const STOPPED = {
  kind: 'stopped',
  reason: 'Staged, but no tag has moved: the run was stopped. Run it again: nothing is sent a second time.',
} as const satisfies GroupVerdict;
const BROKEN_OFF = {
  kind: 'brokenOff',
  reason: 'Staged, but stopped before it was known whether another process of the run sets the tags. Run it again: nothing is sent twice.',
} as const satisfies GroupVerdict;

/**
 * Sets the tags of every group of the run whose last image this process staged; the others are left to whoever stages theirs.
 *
 * @param own images of this process.
 */
export async function finishRun(own: readonly StagedNote[], means: FinishMeans, context: PublishContext): Promise<TaskResults> {
  const parts = means.groups
    .map((group) => ({ group, own: own.filter(({ taskId }) => group.taskIds.includes(taskId)) }))
    .filter((part) => part.own.length > 0 || part.group.taskIds.some((id) => means.skipped.includes(id)));
  const ownIds = [...own.map(({ taskId }) => taskId), ...means.skipped];
  const shared = parts.filter(({ group }) => !isWithin(group, ownIds));
  const isStopped = context.signal?.aborted === true;
  const tellOthers = isStopped ? holdBack : handOver;
  await Promise.all(shared.flatMap((part) => part.own.map((staged) => tellOthers(staged, context))));
  const decided = await Promise.all(
    parts.map(async (part) => ({ ...part, verdict: isStopped ? STOPPED : await decide(part, ownIds, context) })),
  );
  const left = await Promise.all(decided.map((part) => leave(part, ownIds, context)));
  const notes = decided.flatMap(({ verdict }) => (verdict.kind === 'tag' && verdict.notes.length > 0 ? [verdict.notes] : []));
  const tagged = notes.length === 0 ? [] : await tagAll(notes, { own, connection: means.connection }, context);
  return new Map([...left.flatMap((results) => [...results]), ...tagged]);
}

/**
 * Tells the other processes of the run that an image is where it belongs. From then on whoever stages the last image may
 * set its tags, and report that: this process has had its say before.
 */
async function handOver(staged: StagedNote, context: PublishContext): Promise<void> {
  await writeReport(staged.folder, { ...staged.report, reason: 'Staged; tags move with the last image of the run.' }, context);
  await tellStaged(staged, context);
}

/** Tells the other processes that an image is not to be tagged. */
async function holdBack({ taskId }: StagedNote, { run }: PublishContext): Promise<void> {
  await run.note({ taskId, state: 'failed', reason: STOPPED.reason });
}

async function tellStaged(staged: StagedNote, { run }: PublishContext): Promise<void> {
  await run.note({ taskId: staged.taskId, state: 'staged', staged });
}

/** A group of the run, and those of its images that this process staged. */
interface OwnImages {
  readonly group: RunGroup;
  readonly own: readonly StagedNote[];
}

async function decide(
  { group, own }: OwnImages,
  ownIds: readonly string[],
  { run, signal, passPointOfNoReturn }: PublishContext,
): Promise<GroupVerdict> {
  const isAlone = isWithin(group, ownIds);
  if (signal?.aborted === true) return isAlone ? STOPPED : BROKEN_OFF;
  const verdict = isAlone ? decideAlone(own) : await decideGroup(group, ownIds, run);
  if (verdict.kind !== 'tag') return verdict;
  passPointOfNoReturn?.();
  const isMoving = verdict.notes.some(({ places }) => places.some(({ tags }) => tags.length > 0));
  if (isMoving) await Promise.all(verdict.notes.map(({ taskId }) => run.note({ taskId, state: 'tagging' })));
  return verdict;
}

/** Ends the images of a group whose tags are not set here. */
async function leave(
  { group, own, verdict }: OwnImages & { readonly verdict: GroupVerdict },
  ownIds: readonly string[],
  context: PublishContext,
) {
  if (verdict.kind === 'tag' || own.length === 0) return new Map<string, TaskResult>();
  const { kind, reason } = verdict;
  if (kind === 'left') {
    // Nx shows nothing of tasks that end well, so that it is said here.
    (context.mention ?? context.print)(`${own.map(({ project }) => project).join(', ')}: ${reason}`);
  } else if (kind === 'stopped') {
    if (isWithin(group, ownIds)) await Promise.all(own.map((staged) => tellStaged(staged, context)));
    for (const { folder, report } of own) await writeReport(folder, { ...report, reason }, context);
  }
  return new Map(own.map(({ taskId }): [string, TaskResult] => [taskId, { success: kind === 'left', text: reason }]));
}

/** This process' own images, and what it staged them over. */
interface OwnPart {
  readonly own: readonly StagedNote[];
  readonly connection: Connection;
}

async function tagAll(groups: readonly (readonly StagedNote[])[], part: OwnPart, context: PublishContext): Promise<TaskResults> {
  const tagged = await withConnection(groups.flat(), part, context, async (connection) =>
    (await Promise.all(groups.map((notes) => tagGroup(notes, connection, context)))).flat(),
  );
  const reports = tagged.flatMap(({ report, isReached }) => (isReached ? [report] : []));
  const noted = Promise.all(tagged.map((image) => noteTagged(image, context)));
  if (reports.length > 0) context.print(renderResults(reports));
  await noted;
  for (const image of tagged) await prune(image, context);
  const isOwn = (id: string): boolean => part.own.some(({ taskId }) => taskId === id);
  const results = tagged.map(({ note, report, isReached, isSuccess, isRaced }) => {
    const text = isReached ? describeOutcome(report) : (report.reason ?? '');
    // What other processes have staged cannot be planned anew here.
    const mayRepeat = isRaced === true && tagged.every((image) => isOwn(image.note.taskId));
    return [note.taskId, { success: isSuccess, text, isRaced: mayRepeat }] as const;
  });
  return new Map(results.filter(([id]) => isOwn(id)));
}

async function noteTagged({ note: { taskId, folder }, report, isSuccess }: TaggedImage, context: PublishContext): Promise<void> {
  const note = isSuccess ? { taskId, state: 'tagged' as const } : { taskId, state: 'failed' as const, reason: report.reason ?? '' };
  await Promise.all([context.run.note(note), writeReport(folder, report, context)]);
}

async function prune({ note, isSuccess }: TaggedImage, context: PublishContext): Promise<void> {
  if (note.prune && isSuccess) context.print(`${note.project}: ${await removeLocal(note.folder, context)}`);
}

/** What is published stays published, also where a local image cannot be removed. */
function removeLocal(folder: string, { pruneImage }: PublishContext): Promise<string> {
  return pruneImage(folder).catch((error: unknown) => `published, but its local image is still there. ${describeError(error)}`);
}

async function withConnection<Result>(
  notes: readonly StagedNote[],
  { own, connection }: OwnPart,
  context: PublishContext,
  act: (connection: Connection) => Promise<Result>,
): Promise<Result> {
  if (notes.every(({ taskId }) => own.some((note) => note.taskId === taskId))) return act(connection);
  // The images of other processes may be in registries that this process had nothing to do with so far.
  const wider = await context.connect(context.registries.select(notes.flatMap(({ registries }) => registries)));
  try {
    return await act(wider);
  } finally {
    await wider.client.close();
  }
}
