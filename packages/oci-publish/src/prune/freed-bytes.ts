import { type StoredImage } from '../engines/dockerfile/dockerfile-tool';

/**
 * What removing images frees in a store whose images share layers, by image id. Pure.
 *
 * Layers below that an image which stays has are not counted. Their size is that of the image which consists of just these layers;
 * if the store has none, as with BuildKit, the engine's own number counts; without that, it is the most that is freed.
 */
export function freedBytes(removed: readonly StoredImage[], all: readonly StoredImage[]): ReadonlyMap<string, number> {
  const isRemoved = new Set(removed.map(({ id }) => id));
  // Images without names that nothing uses are steps of others, which the engine removes with them.
  const staying = all.filter(({ id, names, containers }) => !isRemoved.has(id) && (names.length > 0 || containers.length > 0));
  const freed = new Map<string, number>();
  for (const image of [...removed].sort((a, b) => a.diffIds.length - b.diffIds.length)) {
    freed.set(image.id, freedBy(image, staying, all));
    staying.push(image);
  }
  return freed;
}

function freedBy(image: StoredImage, staying: readonly StoredImage[], all: readonly StoredImage[]): number {
  const shared = Math.max(0, ...staying.map((other) => countShared(image.diffIds, other.diffIds)));
  if (shared === 0) return image.sizeBytes;
  const below = all.find(({ diffIds }) => diffIds.length === shared && countShared(image.diffIds, diffIds) === shared);
  return Math.max(0, below === undefined ? (image.uniqueBytes ?? image.sizeBytes) : image.sizeBytes - below.sizeBytes);
}

function countShared(one: readonly string[], other: readonly string[]): number {
  const different = one.findIndex((diffId, index) => diffId !== other[index]);
  return different === -1 ? one.length : different;
}

/** Whether an image is built on another. */
export function standsOn(image: StoredImage, base: StoredImage, all: readonly StoredImage[]): boolean {
  if (image.id === base.id) return false;
  const count = base.diffIds.length;
  if (count > 0 && count < image.diffIds.length && countShared(base.diffIds, image.diffIds) === count) return true;
  for (let parent = image.parent, steps = 0; parent !== undefined && steps < all.length; steps += 1) {
    if (parent === base.id) return true;
    const next = parent;
    parent = all.find(({ id }) => id === next)?.parent;
  }
  return false;
}
