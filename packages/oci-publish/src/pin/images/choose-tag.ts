import { isTag } from '@nx-oci/model';

import { type PinnedName } from '../places/place';
import { type CurrentImage, type PinnableImage } from './found-image';

/** `auto`: the exact version, else the tag in the file where it names the image, else the commit. `keep`: what the file has. */
export const TAG_CHOICES = ['auto', 'keep'] as const;
export type TagChoice = (typeof TAG_CHOICES)[number];

export interface TagQuestion {
  readonly image: PinnableImage;
  readonly found: CurrentImage;
  /** The tag in the file. */
  readonly written: string | undefined;
  readonly choice: TagChoice;
}

/**
 * The tag that is written before the digest. Readers use the digest alone, so a tag that names another image would not be noticed,
 * except by the people who read the file: only a tag that the registry confirms is written.
 */
export async function chooseTag({ image, found, written, choice }: TagQuestion): Promise<PinnedName> {
  const { digest, facts, names, confirmed } = found;
  if (choice === 'keep' && written !== undefined) return { tag: written, digest };
  const [first] = names;
  const isExact = facts.version !== undefined && first?.endsWith(facts.version) === true;
  const inFile = written !== undefined && isTag(written) ? [written] : [];
  const candidates = isExact ? [first, ...inFile, ...names.slice(1)] : [...inFile, ...names];
  for (const tag of candidates) if (confirmed.includes(tag) || (await pointsAt(image, tag, digest))) return { tag, digest };
  const [other] = confirmed;
  return other === undefined ? { digest } : { tag: other, digest };
}

async function pointsAt({ destination }: PinnableImage, tag: string, digest: string): Promise<boolean> {
  const there = await destination.repository.resolve(tag);
  return there !== undefined && there !== 'unknown' && there.digest === digest;
}
