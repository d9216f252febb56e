import { childrenOf, formatPlatform, isImageIndex, isOciError, parseManifestOrIndex, readLimited } from '@nx-oci/model';
import { MAX_MANIFEST_BYTES, type ImageIndex, type ImageManifest } from '@nx-oci/model';

import { eachOf } from '../repositories/each-of';
import { findManifest, type StoredManifest } from '../repositories/manifest-records';
import { listTagRecords, readTag } from '../repositories/tag-records';
import type { RegistryStorage } from '../storage';

/** One tag and what it points at. */
export interface TagOverview {
  readonly tag: string;
  readonly digest: string;
  readonly setAt: string;
  /** What it is, in words: `image, 3 layers`. */
  readonly kind: string;
  /** Bytes that a pull transfers, config included; `undefined` for an index, where it depends on the platform. */
  readonly sizeBytes: number | undefined;
}

export interface RepositoryOverview {
  readonly name: string;
  readonly tags: readonly TagOverview[];
  /** Tags that are not shown. */
  readonly moreTags: number;
}

export interface Overview {
  readonly repositories: readonly RepositoryOverview[];
  /** Repositories that are not shown. */
  readonly moreRepositories: number;
}

// A page is for a look; whoever has more asks the API.
const MAX_REPOSITORIES = 100;
const MAX_TAGS = 50;

/** Reads what the page shows: the newest tags of the first repositories. */
export async function gatherOverview(storage: RegistryStorage): Promise<Overview> {
  const names = await storage.records.listRepositories();
  const repositories: RepositoryOverview[] = [];
  for (const name of names.slice(0, MAX_REPOSITORIES)) repositories.push(await gatherRepository(storage, name));
  return { repositories, moreRepositories: Math.max(0, names.length - MAX_REPOSITORIES) };
}

async function gatherRepository(storage: RegistryStorage, name: string): Promise<RepositoryOverview> {
  const tags = await listTagRecords(storage, name);
  const records = await eachOf(tags, async (tag) => ({ tag, record: await readTag(storage, name, tag) }));
  const newest = records
    .flatMap(({ tag, record }) => (record ? [{ tag, setAt: record.setAt }] : []))
    .sort((one, other) => other.setAt.localeCompare(one.setAt))
    .slice(0, MAX_TAGS);
  const shown = await eachOf(newest, ({ tag, setAt }) => gatherTag(storage, name, tag, setAt));
  return { name, tags: shown.filter((tag) => tag !== undefined), moreTags: tags.length - newest.length };
}

async function gatherTag(storage: RegistryStorage, repository: string, tag: string, setAt: string): Promise<TagOverview | undefined> {
  const manifest = await findManifest(storage, repository, tag);
  if (!manifest) return undefined;
  return { tag, digest: manifest.digest, setAt, ...(await describe(storage, manifest)) };
}

async function describe(storage: RegistryStorage, { digest, mediaType }: StoredManifest): Promise<Pick<TagOverview, 'kind' | 'sizeBytes'>> {
  try {
    const bytes = await readLimited(storage.content.read(digest), MAX_MANIFEST_BYTES, `the manifest ${digest}`);
    const document = parseManifestOrIndex(bytes, mediaType);
    return isImageIndex(document) ? { kind: describeIndex(document), sizeBytes: undefined } : describeImage(document);
  } catch (error) {
    if (isOciError(error)) return { kind: mediaType, sizeBytes: undefined };
    throw error;
  }
}

function describeIndex({ manifests }: ImageIndex): string {
  const platforms = manifests.flatMap(({ platform }) => (platform && platform.os !== 'unknown' ? [formatPlatform(platform)] : []));
  return platforms.length > 0 ? `index: ${platforms.join(', ')}` : `index of ${manifests.length}`;
}

function describeImage(document: ImageManifest): Pick<TagOverview, 'kind' | 'sizeBytes'> {
  const { artifactType, layers } = document;
  const count = layers.length === 1 ? '1 layer' : `${layers.length} layers`;
  const sizeBytes = childrenOf(document).reduce((sum, { size }) => sum + size, 0);
  return { kind: artifactType ? `${artifactType}, ${count}` : `image, ${count}`, sizeBytes };
}
