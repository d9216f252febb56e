import { isManifestOrIndexType, type Descriptor } from '@nx-oci/model';

import type { RegistryStorage } from '../storage/storage';
import { sizeOfBlob } from './blob-records';
import { eachOf } from '../storage/each-of';
import { findManifest } from './manifest-records';

/** What is wrong with the content that a manifest points at. */
export interface ChildProblems {
  readonly missing: readonly Descriptor[];
  /** There, but of another length than the manifest says. */
  readonly wrongSize: readonly Descriptor[];
}

/** Looks at every child in this repository: what other repositories hold does not count. */
export async function findChildProblems(
  storage: RegistryStorage,
  repository: string,
  children: readonly Descriptor[],
): Promise<ChildProblems> {
  const sizes = await eachOf(children, (child) => sizeOfChild(storage, repository, child));
  return {
    missing: children.filter((_, place) => sizes[place] === undefined),
    wrongSize: children.filter(({ size }, place) => sizes[place] !== undefined && sizes[place] !== size),
  };
}

async function sizeOfChild(storage: RegistryStorage, repository: string, { mediaType, digest }: Descriptor): Promise<number | undefined> {
  if (!isManifestOrIndexType(mediaType)) return sizeOfBlob(storage, repository, digest);
  return (await findManifest(storage, repository, digest))?.sizeBytes;
}
