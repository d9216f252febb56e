import { isDigest, isImageIndex, isTag, type Digest, type ImageIndex } from '@nx-oci/model';

import type { TimedTag } from '../../overview/tags-by-time';
import { findManifest, type StoredManifest } from '../../repositories/manifest-records';
import { eachOf } from '../../storage/each-of';
import { describeCosignTag } from './artifact-types';
import { listPlatforms, mainPlatform } from './descriptions';
import { gatherReferrers, type ShownReferrer } from './gather-referrers';
import type { PageState } from './page-state';
import { readDocument } from './read-document';
import { readImage, type ShownImage } from './read-image';

/** A platform of an index. */
export interface ShownPlatform {
  readonly name: string;
  readonly digest: Digest;
  /** Bytes of a pull; `undefined` if unknown. */
  readonly sizeBytes: number | undefined;
}

/** A tag or digest, resolved. */
export interface FoundImage {
  readonly repository: string;
  readonly reference: string;
  readonly manifest: StoredManifest;
  readonly index: ImageIndex | undefined;
  /** The image itself, or that of the chosen platform of an index; `undefined` if it is not readable. */
  readonly image: ShownImage | undefined;
}

/** Everything on the page of an image. */
export interface ImageView extends FoundImage {
  /** Tags of the same manifest, the newest first. */
  readonly tags: readonly TimedTag[];
  readonly platforms: readonly ShownPlatform[];
  readonly referrers: readonly ShownReferrer[];
  /** The tag that was set before this image got its first one, of another image. */
  readonly before: { readonly tag: string; readonly image: ShownImage } | undefined;
}

/** @param platform of an index, by name; default: the main one. @returns `undefined` if there is no such manifest. */
export async function findImage(
  state: PageState,
  repository: string,
  reference: string,
  platform?: string,
): Promise<FoundImage | undefined> {
  const manifest = isDigest(reference) || isTag(reference) ? await findManifest(state.storage, repository, reference) : undefined;
  if (!manifest) return undefined;
  const document = await readDocument(state.storage, manifest);
  const index = document && isImageIndex(document) ? document : undefined;
  const chosen = index && (listPlatforms(index).find(({ name }) => name === platform)?.descriptor ?? mainPlatform(index));
  const digest = index ? chosen?.digest : manifest.digest;
  return { repository, reference, manifest, index, image: digest && (await readImage(state, digest)) };
}

/** @returns `undefined` if there is no such manifest. */
export async function gatherImage(
  state: PageState,
  repository: string,
  reference: string,
  platform?: string,
): Promise<ImageView | undefined> {
  const found = await findImage(state, repository, reference, platform);
  if (!found) return undefined;
  const { manifest, index, image } = found;
  const all = (await state.overview.tags(repository)) ?? [];
  const subjects = [manifest.digest, ...(image ? [image.digest] : [])];
  return {
    ...found,
    tags: all.filter(({ digest }) => digest === manifest.digest),
    platforms: index ? await describePlatforms(state, index) : [],
    referrers: await gatherReferrers(state, repository, subjects, index),
    before: await findBefore(state, found, all),
  };
}

function describePlatforms(state: PageState, index: ImageIndex): Promise<readonly ShownPlatform[]> {
  return eachOf(listPlatforms(index), async ({ name, descriptor: { digest } }) => {
    const { sizeBytes } = await state.descriptions.of(digest);
    return { name, digest, sizeBytes };
  });
}

async function findBefore(
  state: PageState,
  { repository, manifest, image }: FoundImage,
  all: readonly TimedTag[],
): Promise<ImageView['before']> {
  const last = all.findLastIndex(({ digest }) => digest === manifest.digest);
  const before = last < 0 ? undefined : all.slice(last + 1).find(({ tag }) => describeCosignTag(tag) === undefined);
  const found = before && image && (await findImage(state, repository, before.tag, image.platform));
  return found?.image && before ? { tag: before.tag, image: found.image } : undefined;
}
