import { isManifestOrIndexType, type Descriptor } from '@nx-oci/model';

import type { RegistryStorage } from '../storage/storage';
import { sizeOfBlob } from './blob-records';
import { eachOf } from '../storage/each-of';
import { findManifest } from './manifest-records';

/** Problems with the children of a manifest. */
export interface ChildProblems {
  readonly missing: readonly Descriptor[];
  /** Present, but with another size than in the manifest. */
  readonly wrongSize: readonly Descriptor[];
}

/** Checks every child in this repository; content of other repositories does not count. */
export async function findChildProblems(
  storage: RegistryStorage,
  repository: string,
  children: readonly Descriptor[],
): Promise<ChildProblems> {
  const sizes = await eachOf(children, (child) => sizeOfChild(storage, repository, child));
  return {
    missing: children.filter((_, index) => sizes[index] === undefined),
    wrongSize: children.filter(({ size }, index) => sizes[index] !== undefined && sizes[index] !== size),
  };
}

async function sizeOfChild(storage: RegistryStorage, repository: string, { mediaType, digest }: Descriptor): Promise<number | undefined> {
  if (!isManifestOrIndexType(mediaType)) return sizeOfBlob(storage, repository, digest);
  return (await findManifest(storage, repository, digest))?.sizeBytes;
}
