import { OciError } from '@nx-oci/model';

import { describeDestination } from '../destination/destination';
import { tagsIn, type NamedImage } from './prepare-image';

type Named = Pick<NamedImage, 'task' | 'destinations' | 'tags' | 'tagsByRegistry'>;

/**
 * Refuses an image that shares a tag of a repository with another project of the run: one would overwrite the other.
 *
 * @returns the image itself.
 * @throws OciError `OPTIONS_INVALID`
 */
export function assertUniqueTags<Image extends Named>(image: Image, all: readonly Image[]): Image {
  const own = new Set(namesOf(image));
  const rivals = all.filter(({ task }) => task.project !== image.task.project);
  const taken = rivals.flatMap((rival) => namesOf(rival).flatMap((name) => (own.has(name) ? [{ name, project: rival.task.project }] : [])));
  const [first] = taken;
  if (first === undefined) return image;
  throw tagConflict(image.task.project, first.project, [...new Set(taken.map(({ name }) => name))]);
}

function namesOf(image: Named): readonly string[] {
  return image.destinations.flatMap((destination) =>
    tagsIn(image, destination).tags.map(({ tag }) => `${describeDestination(destination)}:${tag}`),
  );
}

/** Why an image cannot be published together with another one of the run, whose tags it shares. */
export function tagConflict(project: string, rival: string, names: readonly string[]): OciError {
  return new OciError(
    'OPTIONS_INVALID',
    `Cannot publish ${project}: ${rival} uses the same image and tag names in this run (${names.join(', ')}).`,
    {
      hint: 'No tag has moved. Give each project its own name with the option `image`, or different tags.',
    },
  );
}
