import { OciError } from '@nx-oci/model';

import { describeDestination } from '../attempt/destination';
import { tagsIn, type PreparedImage } from './prepare-image';
import { type StagedNote } from '../stage/staged-note';

/**
 * Refuses an image that shares a tag of a repository with another project of the run: one of the two would be gone.
 *
 * @throws OciError `OPTIONS_INVALID`
 */
export function refuseRivals(image: PreparedImage, all: readonly PreparedImage[]): void {
  const own = new Set(namesOf(image));
  const rivals = all.filter(({ task }) => task.project !== image.task.project);
  const taken = rivals.flatMap((rival) => namesOf(rival).flatMap((name) => (own.has(name) ? [{ name, project: rival.task.project }] : [])));
  const [first] = taken;
  if (first === undefined) return;
  throw rivalry(image.task.project, first.project, [...new Set(taken.map(({ name }) => name))]);
}

/** The same for images that were staged in several processes, which could not know of each other before. */
export function findRivals(notes: readonly StagedNote[]): OciError | undefined {
  const takenBy = new Map<string, StagedNote>();
  for (const note of notes) {
    const names = note.places.flatMap(({ registry, repository, tags }) => tags.map(({ tag }) => `${registry}/${repository}:${tag}`));
    for (const name of names) {
      const other = takenBy.get(name) ?? note;
      if (other.project !== note.project) return rivalry(note.project, other.project, [name]);
      takenBy.set(name, note);
    }
  }
  return undefined;
}

function namesOf(image: PreparedImage): readonly string[] {
  return image.destinations.flatMap((destination) =>
    tagsIn(image, destination).tags.map(({ tag }) => `${describeDestination(destination)}:${tag}`),
  );
}

function rivalry(project: string, rival: string, names: readonly string[]): OciError {
  return new OciError(
    'OPTIONS_INVALID',
    `Cannot publish ${project}: ${rival} is published under the same name in this run (${names.join(', ')}).`,
    {
      hint: 'No tag has moved. Give each project a name of its own with the option `image`, or different tags.',
    },
  );
}
