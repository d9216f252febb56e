import { type RunGroup } from '../../run/run-group';
import { writeReport } from '../report/write-report';
import { type StagedRecord } from '../stage/staged-record';
import { type TaskResult, type TaskResults } from '../task/task-result';
import { decideAlone, decideGroup, isWithin, type GroupDecision } from './decide-group';
import { type TagContext } from './tag-context';

/** The tags of the run that this process sets, after staging its part. */
export interface DecidedGroups {
  /** The images of each group whose tags are set here, those of other processes included. */
  readonly toTag: readonly (readonly StagedRecord[])[];
  /** Results of this process' images whose tags are not set here. */
  readonly left: TaskResults;
}

export interface GroupsOfRun {
  readonly groups: readonly RunGroup[];
  /** Ids of this process' tasks that have nothing to publish, which others may wait for. */
  readonly skipped: readonly string[];
}

// A run that was stopped by a signal sets no tag; one that has begun to set tags finishes.
const STOPPED = {
  kind: 'stopped',
  reason: 'Staged, but no tag has moved: the run was stopped. Run it again: nothing is uploaded twice.',
} as const satisfies GroupDecision;
const BROKEN_OFF = {
  kind: 'brokenOff',
  reason:
    'Staged, but the run was stopped before nx-oci knew whether another process sets the tags. Run it again: nothing is uploaded twice.',
} as const satisfies GroupDecision;

/**
 * Decides on every group with images of this process: its tags are set here if this process staged its last
 * image, and are otherwise left to the process that stages it.
 *
 * @param own images of this process.
 */
export async function decideGroups(
  own: readonly StagedRecord[],
  { groups, skipped }: GroupsOfRun,
  context: TagContext,
): Promise<DecidedGroups> {
  const parts = groups
    .map((group) => ({ group, own: own.filter(({ taskId }) => group.taskIds.includes(taskId)) }))
    .filter((part) => part.own.length > 0 || part.group.taskIds.some((id) => skipped.includes(id)));
  const ownIds = [...own.map(({ taskId }) => taskId), ...skipped];
  const shared = parts.filter(({ group }) => !isWithin(group, ownIds));
  const isStopped = context.signal?.aborted === true;
  const tellOthers = isStopped ? holdBack : handOver;
  await Promise.all(shared.flatMap((part) => part.own.map((staged) => tellOthers(staged, context))));
  const decided = await Promise.all(
    parts.map(async (part) => ({ ...part, verdict: isStopped ? STOPPED : await decide(part, ownIds, context) })),
  );
  const left = await Promise.all(decided.map((part) => leave(part, ownIds, context)));
  return {
    toTag: decided.flatMap(({ verdict }) => (verdict.kind === 'tag' && verdict.records.length > 0 ? [verdict.records] : [])),
    left: new Map(left.flatMap((results) => [...results])),
  };
}

/**
 * Announces to the other processes of the run that an image is staged. From then on, the process that stages the last image may
 * set its tags and report it, so this process must have reported before.
 */
async function handOver(staged: StagedRecord, context: TagContext): Promise<void> {
  await writeReport(staged.folder, { ...staged.report, reason: 'Staged; tags move with the last image of the run.' }, context);
  await tellStaged(staged, context);
}

/** Announces to the other processes that an image must not be tagged. */
async function holdBack({ taskId }: StagedRecord, { run }: TagContext): Promise<void> {
  await run.record({ taskId, state: 'failed', reason: STOPPED.reason });
}

async function tellStaged(staged: StagedRecord, { run }: TagContext): Promise<void> {
  await run.record({ taskId: staged.taskId, state: 'staged', staged });
}

/** A group of the run, and those of its images that this process staged. */
interface OwnImages {
  readonly group: RunGroup;
  readonly own: readonly StagedRecord[];
}

async function decide(
  { group, own }: OwnImages,
  ownIds: readonly string[],
  { run, signal, passPointOfNoReturn }: TagContext,
): Promise<GroupDecision> {
  const isAlone = isWithin(group, ownIds);
  if (signal?.aborted === true) return isAlone ? STOPPED : BROKEN_OFF;
  const verdict = isAlone ? decideAlone(own) : await decideGroup(group, ownIds, run);
  if (verdict.kind !== 'tag') return verdict;
  passPointOfNoReturn?.();
  const isMoving = verdict.records.some(({ places }) => places.some(({ tags }) => tags.length > 0));
  if (isMoving) await Promise.all(verdict.records.map(({ taskId }) => run.record({ taskId, state: 'tagging' })));
  return verdict;
}

/** Ends the images of a group whose tags are not set here. */
async function leave(
  { group, own, verdict }: OwnImages & { readonly verdict: GroupDecision },
  ownIds: readonly string[],
  context: TagContext,
): Promise<TaskResults> {
  if (verdict.kind === 'tag' || own.length === 0) return new Map<string, TaskResult>();
  const { kind, reason } = verdict;
  if (kind === 'left') {
    // Nx shows no output of successful tasks in a batch, so it is printed here.
    (context.mention ?? context.print)(`${own.map(({ project }) => project).join(', ')}: ${reason}`);
  } else if (kind === 'stopped') {
    if (isWithin(group, ownIds)) await Promise.all(own.map((staged) => tellStaged(staged, context)));
    for (const { folder, report } of own) await writeReport(folder, { ...report, reason }, context);
  }
  return new Map(own.map(({ taskId }): [string, TaskResult] => [taskId, { success: kind === 'left', text: reason }]));
}
