import { type NamedImage } from './prepare-image';

/** Groups images so that each comes after the images of the workspace that it is made of. Pure. */
export function basesFirst(images: readonly NamedImage[]): readonly (readonly NamedImage[])[] {
  const levels: (readonly NamedImage[])[] = [];
  let left = images;
  while (left.length > 0) {
    const waiting = new Set(left.map(({ task }) => task.project));
    const ready = left.filter(({ task, built: { workspaceImages = [] } }) =>
      workspaceImages.every(({ project }) => project === task.project || !waiting.has(project ?? '')),
    );
    // A build refuses images that are made of each other.
    const level = ready.length > 0 ? ready : left;
    levels.push(level);
    left = left.filter((image) => !level.includes(image));
  }
  return levels;
}
