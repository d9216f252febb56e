import { type TaskNote } from '@nx-oci/publish';

/** How the tasks of a run ended, by id, as Nx tells it. */
export type TaskEnds = Readonly<Record<string, { readonly status: string }>>;

/**
 * What a run left half done, for people: images that arrived, and whose tags did not move since others did not; and those
 * whose process was killed while it set their tags.
 */
export function describeUnfinished(notes: readonly TaskNote<unknown>[], ends: TaskEnds): string | undefined {
  const idsOf = (state: TaskNote<unknown>['state']): readonly string[] =>
    notes.filter((note) => note.state === state).map(({ taskId }) => taskId);
  const texts = [describeHalfTagged(idsOf('tagging')), describeStaged(idsOf('staged'), ends)].filter((text) => text !== undefined);
  return texts.length === 0 ? undefined : texts.join('\n');
}

function describeHalfTagged(ids: readonly string[]): string | undefined {
  if (ids.length === 0) return undefined;
  return [
    `Some tags may be missing: the run was stopped while it set those of ${ids.join(', ')}. Each that is set names a whole image.`,
    '  → Publish again: it sets the others, and sends nothing a second time.',
  ].join('\n');
}

/** The tasks of these ended well, before it was known that their tags would not move. */
function describeStaged(staged: readonly string[], ends: TaskEnds): string | undefined {
  if (staged.length === 0) return undefined;
  const failed = Object.entries(ends)
    .filter(([id, { status }]) => status === 'failure' && !staged.includes(id))
    .map(([id]) => id);
  const why = failed.length === 0 ? 'the run was stopped' : `${failed.join(', ')} failed`;
  return [
    `No tag has moved: ${why}, and all images of a run are tagged together or none.`,
    `  → Mend it and publish again: what ${staged.join(', ')} sent is not sent a second time.`,
  ].join('\n');
}
