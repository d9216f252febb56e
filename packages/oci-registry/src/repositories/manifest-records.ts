import { isDigest, type Descriptor, type Digest } from '@nx-oci/model';

import type { RegistryStorage } from '../storage/storage';
import { eachOf } from '../storage/each-of';
import type { ManifestFacts } from './manifest-document';
import { addReferrer, removeReferrer } from './referrer-records';
import { removeUnusedContent } from './remove-unused-content';
import { listTagRecords, readTag, removeTag, setTag } from './tag-records';

/** The record of a manifest in a repository. */
export interface StoredManifest {
  readonly digest: Digest;
  readonly mediaType: string;
  readonly sizeBytes: number;
  readonly subject?: Digest;
}

/** A manifest as received, and its parsed parts. */
export interface NewManifest {
  readonly digest: Digest;
  readonly bytes: Uint8Array;
  readonly facts: ManifestFacts;
}

/** The manifest that a tag or digest names in this repository. */
export async function findManifest(storage: RegistryStorage, repository: string, reference: string): Promise<StoredManifest | undefined> {
  const digest = isDigest(reference) ? reference : (await readTag(storage, repository, reference))?.digest;
  const text = digest && (await storage.records.read({ repository, kind: 'manifests', key: digest }));
  return text === undefined ? undefined : (JSON.parse(text) as StoredManifest);
}

/** Every manifest of a repository, in no particular order. */
export async function listManifests(storage: RegistryStorage, repository: string): Promise<readonly StoredManifest[]> {
  const keys = await storage.records.list(repository, 'manifests');
  const texts = await eachOf(keys, (key) => storage.records.read({ repository, kind: 'manifests', key }));
  return texts.flatMap((text) => (text === undefined ? [] : [JSON.parse(text) as StoredManifest]));
}

/**
 * Stores a manifest and points tags at it.
 *
 * In this order: content, the entry at its subject, the manifest's own record, tags. Each step is valid without the following
 * ones, and an entry at a subject only counts once the manifest exists, so that a killed process leaves a consistent state.
 */
export async function storeManifest(
  storage: RegistryStorage,
  repository: string,
  manifest: NewManifest,
  tags: readonly string[],
): Promise<void> {
  const { digest } = manifest;
  try {
    await storeUntagged(storage, repository, manifest);
  } catch (error) {
    // Without a record, the content would never be removed.
    await removeUnusedContent(storage, digest);
    throw error;
  }
  for (const tag of tags) await setTag(storage, repository, tag, digest);
}

/** Removes the tags of a manifest, then the manifest, so that no tag ever points at a missing manifest. */
export async function removeManifest(storage: RegistryStorage, repository: string, digest: Digest): Promise<boolean> {
  const manifest = await findManifest(storage, repository, digest);
  if (!manifest) return false;
  for (const tag of await listTagRecords(storage, repository)) {
    if ((await readTag(storage, repository, tag))?.digest === digest) await removeTag(storage, repository, tag);
  }
  await storage.records.remove({ repository, kind: 'manifests', key: digest });
  if (manifest.subject) await removeReferrer(storage, repository, manifest.subject, digest);
  await removeUnusedContent(storage, digest);
  return true;
}

async function storeUntagged(storage: RegistryStorage, repository: string, manifest: NewManifest): Promise<void> {
  const { digest, bytes, facts } = manifest;
  await storeBytes(storage, digest, bytes);
  if (facts.subject) await addReferrer(storage, repository, facts.subject, describeReferrer(manifest));
  const stored: StoredManifest = { digest, mediaType: facts.mediaType, sizeBytes: bytes.byteLength, subject: facts.subject };
  await storage.records.write({ repository, kind: 'manifests', key: digest }, JSON.stringify(stored));
}

async function storeBytes(storage: RegistryStorage, digest: Digest, bytes: Uint8Array): Promise<void> {
  if ((await storage.content.sizeOf(digest)) === bytes.byteLength) return;
  const upload = await storage.content.startUpload();
  try {
    await upload.append(onePiece(bytes));
    await upload.publish(digest);
  } finally {
    await upload.discard();
  }
}

// eslint-disable-next-line @typescript-eslint/require-await -- an upload takes chunks; this content is already in memory
async function* onePiece(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

function describeReferrer({ digest, bytes, facts }: NewManifest): Descriptor {
  const { mediaType, artifactType, annotations } = facts;
  return { mediaType, digest, size: bytes.byteLength, artifactType, annotations };
}
