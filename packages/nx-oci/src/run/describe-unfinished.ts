import { type TaskNote } from './run-folder';

/** How the tasks of a run ended, by id, as Nx tells it. */
export type TaskEnds = Readonly<Record<string, { readonly status: string }>>;

/**
 * What a run left half done, for people: images that arrived, and whose tags did not move since others did not. Their
 * own tasks ended well, before that was known.
 */
export function describeUnfinished(notes: readonly TaskNote<unknown>[], ends: TaskEnds): string | undefined {
  const staged = notes.filter(({ state }) => state === 'staged').map(({ taskId }) => taskId);
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
