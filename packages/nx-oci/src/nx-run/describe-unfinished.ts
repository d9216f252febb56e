import { type TaskRecord } from '@nx-oci/publish';

/** The status of each task of a run, by id, from Nx. */
export type TaskEnds = Readonly<Record<string, { readonly status: string }>>;

/**
 * What a run left incomplete, for the user: images that were sent, but whose tags did not move since others failed; and those
 * whose process was killed while it set their tags.
 */
export function describeUnfinished(records: readonly TaskRecord<unknown>[], ends: TaskEnds): string | undefined {
  const idsOf = (state: TaskRecord<unknown>['state']): readonly string[] =>
    records.filter((record) => record.state === state).map(({ taskId }) => taskId);
  const texts = [describeHalfTagged(idsOf('tagging')), describeStaged(idsOf('staged'), ends)].filter((text) => text !== undefined);
  return texts.length === 0 ? undefined : texts.join('\n');
}

function describeHalfTagged(ids: readonly string[]): string | undefined {
  if (ids.length === 0) return undefined;
  return [
    `Some tags may be missing: the run was stopped while setting tags of ${ids.join(', ')}. Every tag that was set points to a complete image.`,
    '  → Publish again: it sets the remaining tags and uploads nothing twice.',
  ].join('\n');
}

/** Their tasks succeeded before it was known that their tags would not move. */
function describeStaged(staged: readonly string[], ends: TaskEnds): string | undefined {
  if (staged.length === 0) return undefined;
  const failed = Object.entries(ends)
    .filter(([id, { status }]) => status === 'failure' && !staged.includes(id))
    .map(([id]) => id);
  const why = failed.length === 0 ? 'the run was stopped' : `${failed.join(', ')} failed`;
  return [
    `No tag has moved: ${why}, and a run tags all of its images or none.`,
    `  → Fix it and publish again: what ${staged.join(', ')} uploaded is not uploaded again.`,
  ].join('\n');
}
