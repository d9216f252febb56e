import { ANNOTATIONS, isDigest, makeAnnotations, type Digest } from '@nx-oci/model';

import { type ImageOutput, type UsedImage } from './image-record';

/** Stands for a base whose name only the builder of the image knew. */
export const UNKNOWN_BASE = '?';

/** The images that an image is made of, besides its base. */
export interface OtherBases {
  readonly images: readonly Pick<UsedImage, 'reference' | 'digests'>[];
  /** Whether there are others, whose name only the builder knew. */
  readonly hasUnknown: boolean;
}

/**
 * Labels with the images that an image of a Dockerfile is made of. Images from files have theirs since the build.
 *
 * A base with one digest is in the standard labels. The others are in one label of ours, so that readers of the standard labels
 * are not misled; and so is a base with several digests, of which each platform has its own.
 *
 * @param labels that the image has already: what a user set in the Dockerfile stays.
 */
export function baseLabels(
  { images = [], hasUnknownImage = false }: Pick<ImageOutput, 'images' | 'hasUnknownImage'>,
  labels: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const base = images.find(({ role }) => role === 'base');
  const [baseDigest, ...more] = base?.digests ?? [];
  const isNamedByUser = labels[ANNOTATIONS.baseName] !== undefined;
  const isSingle = baseDigest !== undefined && more.length === 0 && !isNamedByUser;
  const others = images.filter((image) => image !== base || !isSingle).flatMap(describe);
  const words = [...new Set(others)].sort();
  return makeAnnotations({
    baseName: isNamedByUser ? undefined : base?.reference,
    baseDigest: isSingle ? baseDigest : undefined,
    bases: words.length === 0 && !hasUnknownImage ? undefined : [...words, ...(hasUnknownImage ? [UNKNOWN_BASE] : [])].join(' '),
  });
}

/** Reads the label back. What is not of its form counts as unknown: anything may have written it. */
export function parseOtherBases(label: string): OtherBases {
  const found = new Map<string, Digest[]>();
  let hasUnknown = false;
  for (const word of label.split(' ').filter((one) => one !== '')) {
    const [reference = '', digest, ...rest] = word.split('=');
    if (reference === UNKNOWN_BASE || rest.length > 0 || (digest !== undefined && !isDigest(digest))) hasUnknown = true;
    else found.set(reference, [...(found.get(reference) ?? []), ...(digest === undefined ? [] : [digest])]);
  }
  return { images: [...found].map(([reference, digests]) => ({ reference, digests })), hasUnknown };
}

function describe({ reference, digests }: UsedImage): readonly string[] {
  return digests.length === 0 ? [reference] : digests.map((digest) => `${reference}=${digest}`);
}
