import type { BaseRecord, ImageOutput, UsedImage } from './image-record';

/** Names the registry with the layers of all platforms that are not stored. Pure. */
export function joinBaseRecords(records: readonly BaseRecord[]): BaseRecord | undefined {
  const [first] = records;
  if (first === undefined) return undefined;
  const layers = new Map(records.flatMap((record) => record.layers.map((layer) => [layer.digest, layer])));
  return { ...first, digests: [...new Set(records.flatMap(({ digests }) => digests))], layers: [...layers.values()] };
}

/** The images that those of several platforms are made of: each once, with what any of them used. Pure. */
export function joinUsedImages(outputs: readonly ImageOutput[]): Pick<ImageOutput, 'images' | 'hasUnknownImage'> {
  const found = new Map<string, UsedImage>();
  for (const image of outputs.flatMap(({ images = [] }) => images)) {
    const key = JSON.stringify([image.reference, image.role, image.project]);
    found.set(key, { ...image, digests: [...new Set([...(found.get(key)?.digests ?? []), ...image.digests])] });
  }
  return {
    ...(outputs.some(({ images }) => images !== undefined) && { images: [...found.values()] }),
    ...(outputs.some(({ hasUnknownImage }) => hasUnknownImage === true) && { hasUnknownImage: true }),
  };
}
