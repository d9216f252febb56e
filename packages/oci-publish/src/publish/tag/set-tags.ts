import { OciError, shortDigest, type EncodedManifest } from '@nx-oci/model';
import { type Repository } from '@nx-oci/distribution';

import { readVersionName } from '../../tags/version-names';
import { readTag, type MoveContext } from './floating/advance-tag';
import { type FloatingTag, type ForwardGuard, type TagStore } from './floating/floating-tag';
import { moveForward } from './floating/move-forward';
import { type MoveOutcome } from './floating/move-outcome';
import { refuseUnknown } from '../destination/unknown-tags';

/** The operations of a repository that setting tags needs. */
export type TaggedRepository = TagStore & Pick<Repository, 'registry' | 'repository' | 'tagAll'>;

/** A tag to be pointed at a confirmed manifest. */
export interface TagToSet {
  readonly repository: TaggedRepository;
  readonly manifest: EncodedManifest;
  readonly tag: string;
  readonly isFloating: boolean;
  /** Absent for a tag without a guard, which is set whatever it points at. */
  readonly guard?: ForwardGuard;
}

/** How to set tags without a guard. */
export interface SetContext {
  readonly signal?: AbortSignal;
}

/**
 * Sets tags: all immutable ones of all images first, then the floating ones, so that a floating tag never points at
 * an image without its immutable tags. Each group in parallel; the client limits requests to a host.
 *
 * Guarded tags are read right before: an immutable one that now points to another image stops everything, a
 * floating one moves only forward. If the run has one image, its tags are not guarded, and the registry accepts several in one
 * request, then one request sets all.
 *
 * @returns the final state of the guarded floating tags.
 * @throws OciError `TAG_IMMUTABLE` before anything is written.
 */
export async function setTags(tags: readonly TagToSet[], context: MoveContext): Promise<readonly MoveOutcome[]> {
  const plain = tags.filter(({ guard }) => guard === undefined);
  if (plain.length === tags.length) {
    await setPlainTags(tags, context);
    return [];
  }
  const floating = tags.flatMap(asFloating);
  const looking = Promise.all(floating.map((one) => readTag(one, context)));
  const guarded = tags.filter(({ isFloating, guard }) => !isFloating && guard !== undefined);
  const [looks] = await Promise.all([looking, refuseTakenTags(guarded, context)]);
  // The exact version comes last, because other runs may point floating tags at its image.
  const isName = ({ tag, guard }: TagToSet): boolean => guard !== undefined && readVersionName(tag, guard.names).length > 0;
  const immutable = tags.filter(({ isFloating }) => !isFloating);
  await tagImages(immutable, [(tag) => !isName(tag), isName], context);
  await tagImages(plain, [({ isFloating }) => isFloating], context);
  return moveForward(floating, context, looks);
}

/** The same for tags without a guard. */
export async function setPlainTags(tags: readonly TagToSet[], context: SetContext): Promise<void> {
  const groups: readonly Choice[] = [({ isFloating }) => !isFloating, ({ isFloating }) => isFloating];
  // A single image need not wait for others.
  if (groupByImage(tags).length === 1) return tagImages(tags, groups, context);
  for (const group of groups) await tagImages(tags, [group], context);
}

function asFloating({ repository, manifest, tag, isFloating, guard }: TagToSet): readonly FloatingTag[] {
  if (!isFloating || guard === undefined) return [];
  return [{ store: repository, repository: `${repository.registry}/${repository.repository}`, manifest, tag, guard }];
}

/**
 * Reads immutable tags again, because sending may have taken minutes since the plan.
 *
 * @throws OciError `TAG_IMMUTABLE` if one now points to another image; `DENIED` if its state is unknown.
 */
export async function refuseTakenTags(tags: readonly TagToSet[], { signal }: SetContext): Promise<void> {
  const taken = await Promise.all(
    tags.map(async ({ repository, manifest, tag }) => {
      const there = await repository.resolve(tag, { signal });
      if (there === 'unknown') throw refuseUnknown(`${repository.registry}/${repository.repository}`, [tag]);
      if (there === undefined || there.digest === manifest.descriptor.digest) return [];
      return [`${repository.registry}/${repository.repository}:${tag} is ${shortDigest(there.digest)}`];
    }),
  );
  const lines = taken.flat();
  if (lines.length === 0) return;
  throw new OciError('TAG_IMMUTABLE', `Another run set the same tag in the meantime (${lines.join('; ')}).`, {
    hint: 'No tag was moved. Run it again: if both are the same image, the existing one is used.',
  });
}

type Choice = (tag: TagToSet) => boolean;

/** The tags of one image in one repository. */
type ImageTags = readonly [TagToSet, ...TagToSet[]];

function groupByImage(tags: readonly TagToSet[]): readonly ImageTags[] {
  const keyOf = ({ repository, manifest }: TagToSet): string =>
    `${repository.registry}/${repository.repository}@${manifest.descriptor.digest}`;
  return [...new Map(tags.map((tag) => [keyOf(tag), tag]))].map(([key, first]) => {
    const [head = first, ...rest] = tags.filter((tag) => keyOf(tag) === key);
    return [head, ...rest];
  });
}

async function tagImages(tags: readonly TagToSet[], groups: readonly Choice[], { signal }: SetContext): Promise<void> {
  await Promise.all(
    groupByImage(tags).map((image) => {
      const names = groups.map((isPicked) => image.filter(isPicked).map(({ tag }) => tag)).filter((group) => group.length > 0);
      return image[0].repository.tagAll(image[0].manifest, names, { signal });
    }),
  );
}
