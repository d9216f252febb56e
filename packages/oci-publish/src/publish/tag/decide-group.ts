import { describeError } from '../../text/describe-error';
import { type RunGroup } from '../../run/run-group';
import { type RunFolder, type TaskRecord } from '../../run/run-folder';
import { type OciError } from '@nx-oci/model';

import { tagConflict } from '../plan/assert-unique-tags';
import { type StagedRecord } from '../stage/staged-record';

/** What this process does with the tags of a group after staging its part. */
export type GroupDecision =
  | { readonly kind: 'tag'; readonly records: readonly StagedRecord[] }
  /** No process sets a tag, because failed images would be missing. */
  | { readonly kind: 'stopped'; readonly reason: string }
  /** Another process sets the tags, now or later. */
  | { readonly kind: 'left'; readonly reason: string }
  /** This process was stopped after the others learned of its images: the one that stages the last image may set the tags. */
  | { readonly kind: 'brokenOff'; readonly reason: string };

/** Whether this process has all images of a group, so that no coordination is needed. */
export function isWithin({ taskIds, stoppedBy }: RunGroup, ownIds: readonly string[]): boolean {
  return [...taskIds, ...stoppedBy].every((id) => ownIds.includes(id));
}

/** Decides on a group whose images were all staged by this process. */
export function decideAlone(own: readonly StagedRecord[]): GroupDecision {
  const tagConflict = findTagConflict(own);
  return tagConflict === undefined ? { kind: 'tag', records: own } : { kind: 'stopped', reason: describeError(tagConflict) };
}

/**
 * Decides on a group with images of other processes; if several stage its last image at once, one of them sets the tags.
 *
 * @param ownIds tasks of this process that are staged, or that it skips.
 */
export async function decideGroup(
  { taskIds, stoppedBy }: RunGroup,
  ownIds: readonly string[],
  run: RunFolder<StagedRecord>,
): Promise<GroupDecision> {
  const records = await run.records();
  const failed = records.filter(({ state, taskId }) => state === 'failed' && stoppedBy.includes(taskId));
  if (failed.length > 0) {
    const names = failed.map(({ taskId }) => taskId).join(', ');
    return {
      kind: 'stopped',
      reason: `Staged, but no tag has moved: ${names} failed, and a run tags all of its images or none.`,
    };
  }
  const staged = records.filter(isStaged).filter(({ taskId }) => taskIds.includes(taskId));
  const missing = taskIds.filter((id) => !records.some(({ taskId }) => taskId === id));
  if (missing.length > 0) {
    const counted = `${taskIds.length - missing.length} of ${taskIds.length}`;
    return { kind: 'left', reason: `Staged, ${counted}; tags move with the last image (waiting for ${missing.join(', ')}).` };
  }
  const verdict = decideAlone(staged.map((record) => record.staged));
  const isShared = taskIds.some((id) => !ownIds.includes(id));
  if (verdict.kind === 'tag' && isShared && !(await run.claimTagging())) {
    return { kind: 'left', reason: 'Staged; another process of this run also staged the last image, and sets the tags.' };
  }
  return verdict;
}

function isStaged(record: TaskRecord<StagedRecord>): record is TaskRecord<StagedRecord> & { readonly state: 'staged' } {
  return record.state === 'staged';
}

/** Images of a run that share a tag of a repository; those that several processes staged could not know of each other before. */
function findTagConflict(records: readonly StagedRecord[]): OciError | undefined {
  const takenBy = new Map<string, StagedRecord>();
  for (const record of records) {
    const names = record.places.flatMap(({ registry, repository, tags }) => tags.map(({ tag }) => `${registry}/${repository}:${tag}`));
    for (const name of names) {
      const other = takenBy.get(name) ?? record;
      if (other.project !== record.project) return tagConflict(record.project, other.project, [name]);
      takenBy.set(name, record);
    }
  }
  return undefined;
}
